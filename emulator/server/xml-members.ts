import type { NormalizedSchema } from '@smithy/core/schema';

/** Between the members of a structure and XML, by the names that the service's model gives them. */

/** All leaves are text. What the model does not know stays as it was parsed, but for text between elements. */
export function readXml(value: unknown, schema: NormalizedSchema): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const children = Object.entries(value).filter(([name]) => name !== '#text');
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = children.filter(([name]) => name === itemNameOf(item)).flatMap(([, items]) => items);
    return items.map((one) => readXml(one, item));
  }
  if (!schema.isStructSchema()) return value;
  const members = new Map(schema.structIterator());
  return Object.fromEntries(
    children.map(([name, child]) => {
      const member = members.get(name);
      return [name, member ? readXml(child, member) : child];
    }),
  );
}

/** Times are ISO text; what is undefined is left out. */
export function writeXml(value: unknown, schema: NormalizedSchema): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    return value.length === 0 ? '' : { [itemNameOf(item)]: value.map((one) => writeXml(one, item)) };
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const members = new Map(schema.structIterator());
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, content]) => {
      const member = members.get(name);
      return content === undefined || !member ? [] : [[name, writeXml(content, member)]];
    }),
  );
}

const itemNameOf = (item: NormalizedSchema): string => String(item.getMergedTraits().xmlName ?? 'member');

/** Members that come in the query string: `['name', 'StartRecordName']`. */
export const queryParametersOf = (input: NormalizedSchema): readonly (readonly [string, string])[] =>
  [...input.structIterator()].flatMap(([name, member]) => {
    const { httpQuery } = member.getMergedTraits();
    return httpQuery === undefined ? [] : [[String(httpQuery), name] as const];
  });

/** Members of an answer that travel as headers, and the others. */
export function headersOf(
  output: unknown,
  schema: NormalizedSchema,
): { readonly headers: Readonly<Record<string, string>>; readonly body: object } {
  const members = new Map(schema.structIterator());
  const all = Object.entries(Object(output ?? {}));
  const headerOf = (name: string): string | undefined => {
    const { httpHeader } = members.get(name)?.getMergedTraits() ?? {};
    return httpHeader === undefined ? undefined : String(httpHeader);
  };
  return {
    headers: Object.fromEntries(
      all.flatMap(([name, value]) => {
        const header = headerOf(name);
        return header === undefined || value === undefined ? [] : [[header.toLowerCase(), String(value)]];
      }),
    ),
    body: Object.fromEntries(all.filter(([name]) => headerOf(name) === undefined)),
  };
}
