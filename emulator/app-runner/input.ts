import { AwsError } from '../world.ts';

/**
 * Reading an operation's input, whose members have the types of the model. What breaks its limits is an
 * InvalidRequestException, as it is on AWS.
 */

export type Input = Record<string, unknown>;

export const invalid = (message: string): AwsError => new AwsError('InvalidRequestException', message);

export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredString(input: Input, name: string): string {
  const value = optionalString(input, name);
  if (value !== undefined && value !== '') return value;
  throw broken(undefined, name, 'Member must not be null');
}

/** A string that has to match its pattern in the service model as a whole. */
export function matchingString(value: string, name: string, pattern: RegExp): string {
  if (new RegExp(`^(?:${pattern.source})$`).test(value)) return value;
  throw broken(value, name, `Member must satisfy regular expression pattern: ${pattern.source}`);
}

export function optionalObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === 'object' ? { ...value } : undefined;
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function optionalStrings(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function stringMap(input: Input, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(optionalObject(input, name) ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

export function integer(
  input: Input,
  name: string,
  range: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const value = Number(input[name] ?? range.otherwise);
  if (value < range.least) {
    throw broken(String(value), name, `Member must have value greater than or equal to ${range.least}`);
  }
  if (value > range.most) {
    throw broken(String(value), name, `Member must have value less than or equal to ${range.most}`);
  }
  return value;
}

export function oneOf<Value extends string>(
  input: Input,
  name: string,
  choice: { readonly values: readonly Value[]; readonly otherwise: Value },
): Value {
  const given = optionalString(input, name) ?? choice.otherwise;
  const found = choice.values.find((value) => value === given);
  if (found !== undefined) return found;
  throw broken(given, name, `Member must satisfy enum value set: [${choice.values.join(', ')}]`);
}

function broken(value: string | undefined, name: string, constraint: string): AwsError {
  const path = name.charAt(0).toLowerCase() + name.slice(1);
  const shown = value === undefined ? 'null' : `'${value}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}

/** One page of `items` by `MaxResults` and `NextToken`. */
export function page<Item>(
  items: readonly Item[],
  input: Input,
  most: number,
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const size = integer(input, 'MaxResults', { least: 1, most, otherwise: most });
  const token = optionalString(input, 'NextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalid('The provided NextToken is invalid.');
  const end = start + size;
  const next = end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}
