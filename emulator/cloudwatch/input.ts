import { NAMES, refuseBy } from '../shapes/refusals.ts';
import { AwsError } from '../world.ts';

/**
 * Reading an operation's input, whichever protocol it came by: times are seconds in JSON, dates in CBOR and ISO text in
 * the query API, where numbers and booleans are text too and an empty list is an empty string.
 */

export type Input = Record<string, unknown>;

export const invalidValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message);
export const refuse = refuseBy({
  type: (path, wanted) =>
    invalidValue(`The value for parameter ${path} is not ${NAMES[wanted].toLowerCase()}.`),
  missing: ([path]) =>
    new AwsError('MissingRequiredParameterException', `The parameter ${path} is required.`),
});
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined && value !== '') return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function optionalNumber(input: Input, name: string): number | undefined {
  const value = input[name];
  return value === undefined ? undefined : Number(value);
}

export function requiredNumber(input: Input, name: string): number {
  const value = optionalNumber(input, name);
  if (value !== undefined) return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return value === undefined ? undefined : String(value).toLowerCase() === 'true';
}

/** Milliseconds since the epoch. */
export function optionalTime(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'string' ? Date.parse(value) : Number(value) * 1000;
}

export function requiredTime(input: Input, name: string): number {
  const value = optionalTime(input, name);
  if (value !== undefined) return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function structures(input: Input, name: string): readonly Input[] {
  const value = input[name];
  if (!Array.isArray(value)) return [];
  return value.map((item): Input => ({ ...Object(item) }));
}

export function optionalStructure(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === 'object' ? { ...value } : undefined;
}

export function texts(input: Input, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function readDimensions(input: Input): Readonly<Record<string, string>> {
  const pairs = structures(input, 'Dimensions').map(
    (one) => [requiredText(one, 'Name'), requiredText(one, 'Value')] as const,
  );
  return Object.fromEntries(pairs);
}

/** One page by a token that hides a position. */
export function page<Item>(
  items: readonly Item[],
  input: Input,
  size: number,
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const token = optionalText(input, 'NextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('InvalidNextToken', 'The next token is not valid.');
  const end = start + size;
  const next = end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}
