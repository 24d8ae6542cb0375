import { ActionError } from '../errors.ts';

/** Foreign JSON, read member by member: one of another shape than expected is a refusal, never a default. */
export type JsonReader = {
  readonly value: unknown;
  /** Neither missing nor null. */
  readonly isPresent: boolean;
  readonly get: (member: string) => JsonReader;
  readonly list: () => readonly JsonReader[];
  readonly text: () => string;
  /** A whole number, as ids and minutes are. */
  readonly number: () => number;
  readonly flag: () => boolean;
};

/** @param where what it is the answer to, for the message: `the environment`. */
export function readJson(value: unknown, where: string): JsonReader {
  const wrong = (wanted: string) =>
    new ActionError(
      'gate-refused',
      `GitHub's answer has another shape than expected: ${where} is no ${wanted}`,
      {
        hint: 'Nothing passes on an answer that cannot be read. Please report this as a bug of this action.',
      },
    );
  const take = <T>(isWanted: (seen: unknown) => seen is T, wanted: string): T => {
    if (isWanted(value)) return value;
    throw wrong(wanted);
  };
  return {
    value,
    isPresent: value !== undefined && value !== null,
    get: (member) => {
      const object = take(isObject, 'object');
      return readJson(Object.hasOwn(object, member) ? object[member] : undefined, `${where}, ${member},`);
    },
    list: () => take(isList, 'list').map((item, index) => readJson(item, `${where} ${index + 1}`)),
    text: () => take((seen) => typeof seen === 'string', 'text'),
    number: () => take((seen): seen is number => Number.isSafeInteger(seen), 'whole number'),
    flag: () => take((seen) => typeof seen === 'boolean', 'truth value'),
  };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
