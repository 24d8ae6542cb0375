import type { NormalizedSchema } from '@smithy/core/schema';
import type { Misfit, Wanted } from './misfit.ts';
import { requiredMembers } from './model.ts';

/** How values look on one side of a protocol. */
export type Form = {
  readonly isLeaf: (value: unknown, wanted: Wanted) => boolean;
  /** An empty list or structure is an empty text, as in XML and forms. */
  readonly emptyIsText: boolean;
};

export type Fitted = {
  /** The value without members that the model does not know. */
  readonly value: unknown;
  readonly misfits: readonly Misfit[];
};

export function fitToModel(value: unknown, schema: NormalizedSchema, form: Form): Fitted {
  const misfits: Misfit[] = [];
  return { value: fitValue({ value, schema, path: '' }, { form, misfits }), misfits };
}

type At = { readonly value: unknown; readonly schema: NormalizedSchema; readonly path: string };
type Work = { readonly form: Form; readonly misfits: Misfit[] };

function fitValue({ value, schema, path }: At, work: Work): unknown {
  if (schema.isDocumentSchema()) return value;
  const wanted = wantedBy(schema);
  const given = value === '' && work.form.emptyIsText ? (EMPTY[wanted] ?? value) : value;
  if (!isOf(wanted, given, work.form)) {
    work.misfits.push({ path, problem: { kind: 'type', wanted, value } });
    return undefined;
  }
  if (wanted === 'structure') return fitStructure({ value: given, schema, path }, work);
  if (wanted === 'map') return fitMap({ value: given, schema, path }, work);
  if (wanted === 'list') return fitList({ value: given, schema, path }, work);
  return given;
}

const EMPTY: Readonly<Partial<Record<Wanted, unknown>>> = { list: [], map: {}, structure: {} };

function isOf(wanted: Wanted, value: unknown, form: Form): boolean {
  if (wanted === 'list') return Array.isArray(value);
  if (wanted === 'map' || wanted === 'structure') {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  return form.isLeaf(value, wanted);
}

function fitStructure({ value, schema, path }: At, work: Work): unknown {
  const given = new Map(Object.entries(Object(value)).filter(([, member]) => isThere(member)));
  const members = schema.isUnitSchema() ? [] : [...schema.structIterator()];
  const known = members.flatMap(([name, member]) => {
    const one = given.get(name);
    given.delete(name);
    return one === undefined
      ? []
      : [[name, fitValue({ value: one, schema: member, path: join(path, name) }, work)] as const];
  });
  const fitted = new Map(known);
  for (const name of requiredMembers(schema)) {
    if (!fitted.has(name)) work.misfits.push({ path: join(path, name), problem: { kind: 'missing' } });
  }
  for (const name of given.keys()) {
    work.misfits.push({ path: join(path, name), problem: { kind: 'unknown' } });
  }
  return Object.fromEntries(fitted);
}

function fitMap({ value, schema, path }: At, work: Work): unknown {
  const entries = Object.entries(Object(value)).map(([key, entry]) => [
    key,
    fitValue({ value: entry, schema: schema.getValueSchema(), path: join(path, key) }, work),
  ]);
  return Object.fromEntries(entries);
}

function fitList({ value, schema, path }: At, work: Work): unknown {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.map((item, index) =>
    fitValue({ value: item, schema: schema.getValueSchema(), path: `${path}.${index + 1}.member` }, work),
  );
}

/** JSON has `null` for what is not there, and the emulator's own answers `undefined`. */
const isThere = (value: unknown): boolean => value !== undefined && value !== null;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function wantedBy(schema: NormalizedSchema): Wanted {
  if (schema.isUnitSchema() || schema.isStructSchema()) return 'structure';
  if (schema.isListSchema()) return 'list';
  if (schema.isMapSchema()) return 'map';
  if (schema.isStringSchema()) return 'string';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isTimestampSchema()) return 'timestamp';
  if (schema.isBlobSchema()) return 'blob';
  return 'number';
}
