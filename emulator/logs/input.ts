import { AwsError } from '../world.ts';

/** Reading the input of a CloudWatch Logs call, with the API's own sentences for what it does not take. */

export type Input = Record<string, unknown>;

export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredString(input: Input, name: string): string {
  const value = optionalString(input, name);
  if (value !== undefined && value !== '') return value;
  throw constraint(null, name, 'Member must not be null');
}

export function optionalStrings(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function optionalNumber(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
}

/** `limit`, where `most` is also what is meant when none is given. */
export function readLimit(input: Input, most: number): number {
  const limit = optionalNumber(input, 'limit') ?? most;
  if (limit > most) {
    throw constraint(limit, 'limit', `Member must have value less than or equal to ${most}`);
  }
  if (limit < 1) throw constraint(limit, 'limit', 'Member must have value greater than or equal to 1');
  return limit;
}

/** A place in a list, hidden in a token. */
export function readPosition(input: Input): number {
  const token = optionalString(input, 'nextToken');
  if (token === undefined) return 0;
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined) throw invalid('The specified nextToken is invalid.');
  return Number(match[1]);
}

export const tokenOf = (position: number): string => Buffer.from(`from:${position}`).toString('base64url');

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

export function constraint(value: unknown, name: string, rule: string): AwsError {
  const shown = value === null ? 'null' : `'${String(value)}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${rule}`,
  );
}
