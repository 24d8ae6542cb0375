import { AwsError } from './world.ts';

/** Reading the input of a query API, where every leaf is a string. Lists and structures are those of the model. */
type Input = Record<string, unknown>;

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value null at '${wireName(name)}' failed to satisfy constraint: Member must not be null`,
  );
}

/** An integer from `least` to `most`, both included. */
export function optionalInteger(
  input: Input,
  name: string,
  range: { readonly least: number; readonly most: number },
): number | undefined {
  const text = optionalText(input, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text)) throw invalid(`Value '${text}' at '${wireName(name)}' is not an integer`);
  if (value >= range.least && value <= range.most) return value;
  const bound =
    value < range.least ? `greater than or equal to ${range.least}` : `less than or equal to ${range.most}`;
  throw invalid(
    `1 validation error detected: Value '${text}' at '${wireName(name)}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

export function optionalTexts(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function optionalStructures(input: Input, name: string): readonly Input[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function optionalStructure(input: Input, name: string): Input | undefined {
  const value = input[name];
  return isStructure(value) ? value : undefined;
}

const isStructure = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** AWS's validation texts name members with a small first letter. */
const wireName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);
