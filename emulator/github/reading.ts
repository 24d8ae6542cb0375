import type { Account, Accounts } from './identities.ts';

/** Reading what a test sets up. A mistake there is told at once, and so is a name that nothing has. */

export type Given = Readonly<Record<string, unknown>>;

/** An object that has no members but these. */
export function readGiven(value: unknown, where: string, members: readonly string[]): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`"${where}" must be an object`);
  }
  const given: Given = { ...value };
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown === undefined) return given;
  throw new TypeError(`"${where}" has no member "${unknown}", but ${members.join(', ')}`);
}

export function readList(given: Given, name: string): readonly unknown[] {
  const value = given[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new TypeError(`"${name}" must be a list`);
}

export function readText(given: Given, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`"${name}" must be a string`);
}

export function requireText(given: Given, name: string): string {
  const value = readText(given, name);
  if (value !== undefined && value !== '') return value;
  throw new TypeError(`"${name}" is missing`);
}

export function readTexts(given: Given, name: string): readonly string[] | undefined {
  if (given[name] === undefined) return undefined;
  return readList(given, name).map((item) => {
    if (typeof item === 'string') return item;
    throw new TypeError(`"${name}" must be a list of strings`);
  });
}

export function readNumber(given: Given, name: string): number | undefined {
  const value = given[name];
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0))
    return value;
  throw new TypeError(`"${name}" must be a whole number`);
}

export function requireNumber(given: Given, name: string): number {
  const value = readNumber(given, name);
  if (value !== undefined) return value;
  throw new TypeError(`"${name}" is missing`);
}

export function readBoolean(given: Given, name: string): boolean | undefined {
  const value = given[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`"${name}" must be true or false`);
}

export function readChoice<Value extends string>(
  given: Given,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = readText(given, name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new TypeError(`"${name}" must be one of ${values.join(', ')}`);
}

export function readAccount(given: Given, name: string, accounts: Accounts): Account | undefined {
  const login = readText(given, name);
  return login === undefined ? undefined : accounts.named(login);
}
