import { arnMaker } from '../arn.ts';
import type { Control } from '../control/control-plane.ts';
import { refuseBy, serializationError, wirePath } from '../shapes/refusals.ts';
import type { AwsService, CallContext, Clock } from '../world.ts';
import { type Passwords, REGISTRY_USER } from './authorization.ts';
import { downloadUrlForLayer } from './download-url.ts';
import { imageOperations } from './image-operations.ts';
import { invalid } from './input.ts';
import { policyOperations } from './policy-operations.ts';
import type { RegistryAccount } from './registry-account.ts';
import type { Repositories } from './repositories.ts';
import { repositoryOperations } from './repository-operations.ts';
import { resourceTagOperations } from './resource-tags.ts';
import { troubleControl } from './troubles.ts';

/** The ECR API over the repositories that the registry at `registryHost` serves. */
export function createEcr(options: {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly registryHost: string;
  readonly repositories: Repositories;
  readonly passwords: Passwords;
}): { readonly service: AwsService; readonly control: Control } {
  const account: RegistryAccount = {
    ...options,
    arn: arnMaker(options.region, options.accountId),
    troubles: [],
  };
  return {
    control: troubleControl(account),
    service: serviceOf(account),
  };
}

function serviceOf(account: RegistryAccount): AwsService {
  return {
    name: 'ecr',
    protocol: { kind: 'json', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921', version: '1.1' },
    refuse: refuseBy({
      type: serializationError,
      missing: ([path = '']) => invalid(wirePath(path), 'must not be null'),
    }),
    operations: {
      ...repositoryOperations(account),
      ...imageOperations(account),
      ...policyOperations(account),
      ...resourceTagOperations(account),
      GetDownloadUrlForLayer: (input, context) => downloadUrlForLayer(account, input, context),
      GetAuthorizationToken: (_input, context) => ({
        authorizationData: [authorizationData(account, context)],
      }),
    },
  };
}

function authorizationData(account: RegistryAccount, context: CallContext) {
  const { password, expiresAt } = account.passwords.issue(context);
  return {
    authorizationToken: Buffer.from(`${REGISTRY_USER}:${password}`).toString('base64'),
    expiresAt: expiresAt / 1000,
    // Real ECR says https://; docker speaks plain HTTP to 127.0.0.0/8 without being told to (README).
    proxyEndpoint: `http://${account.registryHost}`,
  };
}
