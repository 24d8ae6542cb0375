import { AwsError } from '../world.ts';

/**
 * Reading the members of a call's input. A member of the wrong JSON type is a SerializationException, as in every AWS
 * JSON service; a missing or forbidden value is ECS's InvalidParameterException, naming the member.
 */
export type Input = Readonly<Record<string, unknown>>;

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `The member ${name} can not be converted to ${wanted}.`);

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a String');
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw invalid(`${name} cannot be null or empty.`);
  return value;
}

export function optionalInteger(input: Input, name: string): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrongType(name, 'an Integer');
}

export function optionalRecord(input: Input, name: string): Input | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (isRecord(value)) return value;
  throw wrongType(name, 'a Structure');
}

export function optionalTexts(input: Input, name: string): string[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongType(name, 'a List of String');
}

export function requiredTexts(input: Input, name: string, most: number): string[] {
  const list = optionalTexts(input, name);
  if (!list || list.length === 0) throw invalid(`${name} cannot be empty.`);
  if (list.length > most) throw invalid(`${name} can have at most ${most} items.`);
  return list;
}

export function optionalRecords(input: Input, name: string): Input[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw wrongType(name, 'a List of Structures');
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
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number') return value * 1000;
  throw wrongType(name, 'a Timestamp');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
