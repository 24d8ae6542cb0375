import type { Context } from '../authorization/conditions.ts';
import { judge, type Policy } from '../authorization/policy.ts';
import { optionalStructures, optionalTexts, requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { findRole, policyOf, type Role, type Roles } from './roles.ts';

type Input = Record<string, unknown>;
type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** The most restrictive first: that is what the result of an action says of all its resources. */
const RESTRICTIVENESS: readonly Decision[] = ['explicitDeny', 'implicitDeny', 'allowed'];

/** Of roles alone, and by their inline policies: the emulator knows no more of a managed policy than its ARN. */
export const simulationOperations = (roles: Roles): Record<string, Operation> => ({
  SimulatePrincipalPolicy: (input) => {
    const policy = policyOf(findPrincipal(roles, requiredText(input, 'PolicySourceArn')));
    const resources = optionalTexts(input, 'ResourceArns') ?? [];
    const context = readContext(input);
    return {
      EvaluationResults: readActions(input).map((action) => {
        const results = (resources.length === 0 ? ['*'] : resources).map((resource) => ({
          EvalResourceName: resource,
          EvalResourceDecision: decide(policy, { action, resource, context }),
        }));
        const decisions = results.map(({ EvalResourceDecision }) => EvalResourceDecision);
        return {
          EvalActionName: action,
          EvalDecision: RESTRICTIVENESS.find((decision) => decisions.includes(decision)),
          ResourceSpecificResults: results,
        };
      }),
      IsTruncated: false,
    };
  },
});

function decide(policy: Policy, need: Parameters<typeof judge>[1]): Decision {
  const denial = judge(policy, need);
  if (denial === undefined) return 'allowed';
  return denial.because === 'a statement denies it' ? 'explicitDeny' : 'implicitDeny';
}

function findPrincipal(roles: Roles, arn: string): Role {
  const name = /^arn:[\w-]+:iam::\d{12}:role\/(?:\S*\/)?([^/\s]+)$/.exec(arn)?.[1];
  if (name === undefined) throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
  const role = findRole(roles, name);
  if (role.arn === arn) return role;
  throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
}

function readActions(input: Input): readonly string[] {
  const actions = optionalTexts(input, 'ActionNames') ?? [];
  const wrong = actions.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (wrong === undefined && actions.length > 0) return actions;
  throw new AwsError('InvalidInput', `Invalid Action Name: ${wrong ?? ''}`);
}

const readContext = (input: Input): Context =>
  Object.fromEntries(
    (optionalStructures(input, 'ContextEntries') ?? []).map((entry) => [
      requiredText(entry, 'ContextKeyName').toLowerCase(),
      optionalTexts(entry, 'ContextKeyValues') ?? [],
    ]),
  );
