/** What a call says about itself: condition keys in lower case, since IAM does not tell their case apart. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** `{ "StringEquals": { "iam:PassedToService": ["ecs.amazonaws.com"] } }`, read. */
export type Condition = {
  readonly operator: Operator;
  /** `ForAllValues` is true of a key that is not there, `ForAnyValue` is not. */
  readonly set: 'all' | 'any' | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
};

type Operator = keyof typeof TESTS;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const TESTS = {
  StringEquals: (actual: string, wanted: string) => actual === wanted,
  StringEqualsIgnoreCase: (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: matchesPattern,
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
  Bool: (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase(),
  Null: (actual: string, wanted: string) => actual === wanted,
} as const;

/** Throws `TypeError`: an operator that is passed over would allow what AWS denies. */
export function parseCondition(name: string, key: string, values: readonly string[]): Condition {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name);
  const operator = Object.keys(TESTS).find((known): known is Operator => known === match?.[2]);
  if (!operator) throw new TypeError(`the condition operator ${name} is not modelled`);
  return {
    operator,
    set: match?.[1] === undefined ? undefined : match[1] === 'ForAllValues' ? 'all' : 'any',
    ifExists: match?.[3] !== undefined,
    key: key.toLowerCase(),
    values,
  };
}

export function holds(condition: Condition, context: Context): boolean {
  const { operator, set, ifExists, values } = condition;
  const actual = context[condition.key];
  if (operator === 'Null') return values.includes(String(actual === undefined));
  if (actual === undefined) return ifExists || set === 'all';
  const passes = (one: string) => values.some((wanted) => TESTS[operator](one, wanted));
  const all = typeof actual === 'string' ? [actual] : actual;
  return set === 'all' ? all.every(passes) : all.some(passes);
}

/** `*` stands for any characters, `/` and `:` among them, `?` for one. */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
