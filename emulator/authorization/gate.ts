import { arnMaker } from '../arn.ts';
import type { CallContext } from '../world.ts';
import type { AskedCall, Surroundings } from './asked-call.ts';
import { type Authorization, type Caller, describeDenial } from './authorization.ts';
import { needsOf } from './needs.ts';

/** Says why a request may not be done, in AWS's words; `undefined` when it may. */
export type Gate = {
  readonly api: (call: AskedCall, context: CallContext) => Promise<string | undefined>;
  readonly registry: (
    request: { readonly operation: string; readonly repository: string },
    holder: CallContext | undefined,
  ) => string | undefined;
};

/**
 * What ECR wants to see allowed for a request of docker, which goes to the registry and not to the API.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
const REGISTRY_ACTIONS: Readonly<Record<string, string>> = {
  StartUpload: 'ecr:InitiateLayerUpload',
  ShowUpload: 'ecr:UploadLayerPart',
  AppendToUpload: 'ecr:UploadLayerPart',
  FinishUpload: 'ecr:CompleteLayerUpload',
  CancelUpload: 'ecr:UploadLayerPart',
  HeadBlob: 'ecr:BatchCheckLayerAvailability',
  GetBlob: 'ecr:GetDownloadUrlForLayer',
  HeadManifest: 'ecr:BatchGetImage',
  GetManifest: 'ecr:BatchGetImage',
  PutManifest: 'ecr:PutImage',
  ListTags: 'ecr:ListImages',
};

export function createGate(options: {
  readonly authorization: Authorization;
  readonly principalArn: string;
  readonly surroundings: Surroundings;
}): Gate {
  const { authorization, principalArn, surroundings } = options;
  const arn = arnMaker(surroundings.region, surroundings.accountId);
  const check = (context: CallContext, needs: Parameters<Authorization['check']>[1]) => {
    const caller: Caller = { accessKeyId: context.accessKeyId, application: context.application };
    const denial = authorization.check(caller, needs);
    return denial && describeDenial(denial, principalArn);
  };
  return {
    api: async (call, context) =>
      authorization.isOn() ? check(context, await needsOf(call, surroundings)) : undefined,
    registry: ({ operation, repository }, holder) => {
      const action = REGISTRY_ACTIONS[operation];
      // The emulator's own engine pulls without having asked the API for a password.
      if (holder === undefined || action === undefined) return undefined;
      return check(holder, [{ action, resource: arn('ecr', `repository/${repository}`), context: {} }]);
    },
  };
}
