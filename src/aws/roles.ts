import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { ActionError } from '../errors.ts';
import { lastPartOf } from '../parse-arn.ts';
import { clientOf } from './clients.ts';
import { ask } from './failures.ts';

const iam = () => clientOf(IAMClient);

/**
 * Whether a service of AWS may assume the role, as far as its trust policy names it outright; `undefined` when the policy
 * may not be read. Conditions are not looked at.
 */
export async function isTrusting(roleArn: string, service: string): Promise<boolean | undefined> {
  const name = lastPartOf(roleArn);
  const answer = await unlessRefused(
    ask('iam:GetRole', `read the trust policy of role ${name}`, () =>
      iam().send(new GetRoleCommand({ RoleName: name })),
    ),
  );
  const policy = answer?.Role?.AssumeRolePolicyDocument;
  return policy === undefined ? undefined : trusts(policy, service);
}

type Statement = {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string | readonly string[] };
};

/** IAM gives the document URL-encoded (API reference, GetRole). */
function trusts(encodedPolicy: string, service: string): boolean | undefined {
  try {
    const text = encodedPolicy.trimStart().startsWith('{')
      ? encodedPolicy
      : decodeURIComponent(encodedPolicy);
    const policy = JSON.parse(text) as { readonly Statement?: Statement | readonly Statement[] };
    return [policy.Statement ?? []]
      .flat()
      .filter(({ Effect }) => Effect === 'Allow')
      .some(({ Principal }) => [Principal?.Service ?? []].flat().includes(service));
  } catch {
    return undefined;
  }
}

/**
 * Those of the resources on which the role's own policies do not allow the action; `undefined` when IAM may not be asked.
 * What a policy of the resource allows beside them is not looked at.
 */
export async function findDenied(
  roleArn: string,
  action: string,
  resources: readonly string[],
): Promise<readonly string[] | undefined> {
  const answer = await unlessRefused(
    ask('iam:SimulatePrincipalPolicy', `ask whether role ${roleArn} may do ${action}`, () =>
      iam().send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: roleArn,
          ActionNames: [action],
          ResourceArns: [...resources],
        }),
      ),
    ),
  );
  return answer?.EvaluationResults && deniedIn(answer.EvaluationResults, resources);
}

/** What a role may do is nice to know beforehand, but no deployment depends on it. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ActionError) return undefined;
    throw error;
  }
}

type Simulated = {
  readonly EvalDecision?: string | undefined;
  readonly EvalResourceName?: string | undefined;
  readonly ResourceSpecificResults?:
    | readonly {
        readonly EvalResourceName: string | undefined;
        readonly EvalResourceDecision: string | undefined;
      }[]
    | undefined;
};

/**
 * IAM used to give a result for each resource, and now gives one for all: its own decision is the most restrictive, and
 * those of the resources are in it (API reference, EvaluationResult).
 */
export function deniedIn(
  results: readonly Simulated[],
  resources: readonly string[],
): readonly string[] | undefined {
  const decisions = new Map(
    results.flatMap(({ EvalDecision, EvalResourceName, ResourceSpecificResults: specific = [] }) =>
      specific.length > 0
        ? specific.map((one) => [one.EvalResourceName, one.EvalResourceDecision] as const)
        : [[EvalResourceName, EvalDecision] as const],
    ),
  );
  // One that is not named on its own is as the whole is; without any result nothing is known.
  const whole = results.every(({ EvalDecision }) => EvalDecision === 'allowed') ? 'allowed' : undefined;
  const judged = resources.map((resource) => [resource, decisions.get(resource) ?? whole] as const);
  if (results.length === 0 || judged.some(([, decision]) => decision === undefined)) return undefined;
  return judged.filter(([, decision]) => decision !== 'allowed').map(([resource]) => resource);
}
