import { type Condition, type Context, holds, matchesPattern, parseCondition } from './conditions.ts';

/** Something that a caller has to be allowed, for a call to be done. */
export type Need = {
  /** `iam:PassRole` */
  readonly action: string;
  /** ARN, or `*` where the action has no resources, or the emulator does not know which. */
  readonly resource: string;
  readonly context: Context;
};

export type Policy = readonly Statement[];

type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
};

/** Why a need is not met. */
export type Denial = { readonly need: Need; readonly because: 'nothing allows it' | 'a statement denies it' };

/** Reads an identity policy; throws `TypeError` for whatever would not be enforced as it is written. */
export function parsePolicy(document: unknown): Policy {
  const { Statement: statements, ...others } = readObject(document, 'the policy');
  refuseUnknown(others, ['Version', 'Id']);
  return listOf(statements).map(parseStatement);
}

/** An explicit denial goes before everything; what nothing allows is denied. */
export function judge(policy: Policy, need: Need): Denial | undefined {
  const matching = policy.filter((statement) => matches(statement, need));
  if (matching.some(({ effect }) => effect === 'Deny')) return { need, because: 'a statement denies it' };
  return matching.length > 0 ? undefined : { need, because: 'nothing allows it' };
}

function matches(
  { actions, resources, conditions }: Statement,
  { action, resource, context }: Need,
): boolean {
  return (
    actions.some((pattern) => matchesPattern(action.toLowerCase(), pattern)) &&
    resources.some((pattern) => matchesPattern(resource, pattern)) &&
    conditions.every((condition) => holds(condition, context))
  );
}

function parseStatement(statement: unknown): Statement {
  const { Effect, Action, Resource, Condition, ...others } = readObject(statement, 'a statement');
  refuseUnknown(others, ['Sid']);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new TypeError('"Effect" must be Allow or Deny');
  return {
    effect: Effect,
    // Actions are not told apart by case, ARNs are.
    actions: textsOf(Action, 'Action').map((action) => action.toLowerCase()),
    resources: textsOf(Resource, 'Resource'),
    conditions: Object.entries(readObject(Condition ?? {}, '"Condition"')).flatMap(([operator, keys]) =>
      Object.entries(readObject(keys, operator)).map(([key, values]) =>
        parseCondition(operator, key, textsOf(values, key)),
      ),
    ),
  };
}

function readObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError(`${what} must be a JSON object`);
}

function refuseUnknown(members: object, allowed: readonly string[]): void {
  const unknown = Object.keys(members).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw new TypeError(`"${unknown}" is not modelled`);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function textsOf(value: unknown, what: string): readonly string[] {
  const texts = listOf(value).map((one) => (typeof one === 'boolean' ? String(one) : one));
  if (texts.length > 0 && texts.every((one) => typeof one === 'string')) return texts;
  throw new TypeError(`"${what}" must be a string or a list of strings`);
}
