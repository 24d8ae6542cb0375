import { AwsError } from '../world.ts';

/** Reading an operation's input. Its members have the types of the model: whatever has not was refused before. */

type Input = Record<string, unknown>;

export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredString(input: Input, name: string): string {
  const value = optionalString(input, name);
  if (value !== undefined) return value;
  throw invalid(name, 'must not be null');
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function optionalObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  return isObject(value) ? value : undefined;
}

export function optionalStrings(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function optionalObjects(input: Input, name: string): readonly Input[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

/** ECR's sentence for a value it does not take; clients and their users search for it. */
export function invalid(name: string, constraint: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`,
  );
}

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
