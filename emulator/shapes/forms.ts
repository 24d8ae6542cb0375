import type { Form } from './fit.ts';
import type { Wanted } from './misfit.ts';

type Leaves = Readonly<Partial<Record<Wanted, (value: unknown) => boolean>>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';
const isNumeral = (value: unknown): boolean =>
  isText(value) && value.trim() !== '' && Number.isFinite(Number(value));

const formOf = (leaves: Leaves, emptyIsText: boolean): Form => ({
  isLeaf: (value, wanted) => leaves[wanted]?.(value) ?? false,
  emptyIsText,
});

/** Times are seconds since the epoch, blobs base64. */
const JSON_LEAVES: Leaves = {
  string: isText,
  number: isNumber,
  boolean: (value) => typeof value === 'boolean',
  timestamp: isNumber,
  blob: isText,
};

/** Everything is text. */
const TEXT_LEAVES: Leaves = {
  string: isText,
  number: isNumeral,
  boolean: (value) => isText(value) && /^(?:true|false)$/i.test(value),
  timestamp: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  blob: isText,
};

/** What requests look like. */
export const REQUEST_FORMS = {
  json: formOf(JSON_LEAVES, false),
  cbor: formOf(
    {
      ...JSON_LEAVES,
      timestamp: (value) => value instanceof Date || isNumber(value),
      blob: (value) => value instanceof Uint8Array,
    },
    false,
  ),
  text: formOf(TEXT_LEAVES, true),
} as const;

export type RequestForm = keyof typeof REQUEST_FORMS;

/** What operations answer with, before a protocol writes it. */
export const ANSWER_FORM: Form = formOf(
  { ...JSON_LEAVES, timestamp: (value) => value instanceof Date || typeof value === 'number' },
  false,
);
