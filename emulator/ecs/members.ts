import { serializationError } from '../shapes/refusals.ts';
import { AwsError } from '../world.ts';

/**
 * Reading the members of a call's input, which have the types of the model: whatever has not was refused before. A missing
 * or forbidden value is ECS's InvalidParameterException, naming the member.
 */
export type Input = Readonly<Record<string, unknown>>;

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
/** What RegisterTaskDefinition is refused with has another code, and words of its own. */
export function missing([path = '']: readonly string[], operation: string): AwsError {
  if (operation !== 'RegisterTaskDefinition') return invalid(`${path} cannot be null or empty.`);
  const isList = path === 'containerDefinitions';
  const sentence = isList ? 'Container list cannot be empty.' : `${path} cannot be null or empty.`;
  return new AwsError('ClientException', sentence);
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw invalid(`${name} cannot be null or empty.`);
  return value;
}

/** The model's schema tells numbers from texts, not integers from fractions. */
export function optionalInteger(input: Input, name: string): number | undefined {
  const value = input[name];
  if (typeof value !== 'number') return undefined;
  if (Number.isInteger(value)) return value;
  throw serializationError(name, 'number');
}

export function optionalRecord(input: Input, name: string): Input | undefined {
  const value = input[name];
  return isRecord(value) ? value : undefined;
}

export function optionalTexts(input: Input, name: string): string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function requiredTexts(input: Input, name: string, most: number): string[] {
  const list = optionalTexts(input, name);
  if (!list || list.length === 0) throw invalid(`${name} cannot be empty.`);
  if (list.length > most) throw invalid(`${name} can have at most ${most} items.`);
  return list;
}

export function optionalRecords(input: Input, name: string): Input[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value : undefined;
}

export function optionalChoice<const Choice extends string>(
  input: Input,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = optionalText(input, name);
  if (value === undefined) return undefined;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`,
  );
}

/** A moment in a request: epoch seconds with fraction. */
export function optionalMoment(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' ? value * 1000 : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
