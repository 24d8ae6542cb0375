import { optionalStructure, optionalTexts } from '../query-parameters.ts';

/**
 * A condition that lets every request pass. It is kept, shown and counted; one that divides requests by anything but
 * their host would have to be obeyed by the data plane, and is refused.
 */
export type OpenCondition = { readonly field: keyof typeof OPEN_VALUES; readonly values: readonly string[] };

const OPEN_VALUES = { 'path-pattern': ['*', '/*'], 'source-ip': ['0.0.0.0/0', '::/0'] } as const;
const CONFIGS = { 'path-pattern': 'PathPatternConfig', 'source-ip': 'SourceIpConfig' } as const;

const isField = (field: unknown): field is OpenCondition['field'] =>
  Object.hasOwn(OPEN_VALUES, String(field));

/** `undefined`: it does not let every request pass. */
export function readOpenCondition(condition: Record<string, unknown>): OpenCondition | undefined {
  const { Field: field } = condition;
  if (!isField(field)) return undefined;
  const config = optionalStructure(condition, CONFIGS[field]);
  const values = optionalTexts(config ?? condition, 'Values') ?? [];
  const open: readonly string[] = OPEN_VALUES[field];
  return values.some((value) => open.includes(value)) ? { field, values } : undefined;
}

export function renderOpenCondition({ field, values }: OpenCondition): object {
  // Only the two oldest kinds have the older name for their values, too.
  const legacy = field === 'path-pattern' ? { Values: values } : {};
  return { Field: field, ...legacy, [CONFIGS[field]]: { Values: values } };
}
