import { AwsError } from '../world.ts';

/**
 * Reading an operation's input, whichever protocol it came by: times are seconds in JSON, dates in CBOR and ISO text in
 * the query API, where numbers and booleans are text too and an empty list is an empty string.
 */

export type Input = Record<string, unknown>;

export const invalidValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message);
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(`The value for parameter ${name} is not a string.`);
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined && value !== '') return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function optionalNumber(input: Input, name: string): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number') return number;
  if (typeof number === 'string' && number !== '' && Number.isFinite(Number(number))) return Number(number);
  throw invalidValue(`The value for parameter ${name} is not a number.`);
}

export function requiredNumber(input: Input, name: string): number {
  const value = optionalNumber(input, name);
  if (value !== undefined) return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  return value === 'true';
}

/** Milliseconds since the epoch. */
export function optionalTime(input: Input, name: string): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value * 1000;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw invalidValue(`The value for parameter ${name} is not a time.`);
  return parsed;
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
  const value = input[name] ?? undefined;
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
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
