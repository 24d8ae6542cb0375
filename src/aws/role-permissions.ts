import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { ActionError } from '../errors.ts';
import { clientConfig } from './clients.ts';
import { ask } from './failures.ts';

let iam: IAMClient | undefined;

/**
 * Those of the resources on which the role's own policies do not allow the action; `undefined` when IAM may not be asked.
 * What a policy of the resource allows beside them is not looked at.
 */
export async function findDenied(
  roleArn: string,
  action: string,
  resources: readonly string[],
): Promise<readonly string[] | undefined> {
  iam ??= new IAMClient(clientConfig());
  const client = iam;
  try {
    const { EvaluationResults: results } = await ask(
      'iam:SimulatePrincipalPolicy',
      `ask whether role ${roleArn} may do ${action}`,
      () =>
        client.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: roleArn,
            ActionNames: [action],
            ResourceArns: [...resources],
          }),
        ),
    );
    return results === undefined ? undefined : deniedIn(results, resources);
  } catch (error) {
    // Nice to know beforehand, but no deployment depends on it.
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
