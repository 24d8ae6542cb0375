import { nullSentence, refuseBy } from '../shapes/refusals.ts';
import { AwsError, type Refuse } from '../world.ts';

type Input = Record<string, unknown>;

/** The XML schema is held against the body before anything is looked up. */
export const refuseMisfits: Refuse = refuseBy({
  type: (path, wanted, value) =>
    new AwsError(
      'InvalidInput',
      path === 'MaxItems'
        ? `Invalid value for maxitems: '${String(value)}'`
        : `Invalid XML ; cvc-datatype-valid.1.2.1: '${String(value)}' is not a valid value for '${wanted === 'number' ? 'integer' : wanted}'.`,
    ),
  missing: (paths) => new AwsError('InvalidInput', nullSentence(paths)),
});

/** Broken limits of the API model are told all at once, each with the path AWS gives it. */
export type Violations = string[];

export function refuse(violations: Violations): void {
  if (violations.length === 0) return;
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  throw new AwsError('InvalidInput', `${count} detected: ${violations.join('; ')}`);
}

export function violation(
  violations: Violations,
  path: string,
  value: string | undefined,
  rule: string,
): void {
  const shown = value === undefined ? 'null' : `'${value}'`;
  violations.push(`Value ${shown} at '${path}' failed to satisfy constraint: Member must ${rule}`);
}

export function requireText(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const path = name.charAt(0).toLowerCase() + name.slice(1);
  throw new AwsError(
    'InvalidInput',
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function readObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

export function readList(input: Input, name: string): readonly unknown[] {
  const value = input[name];
  return Array.isArray(value) ? value : [];
}

/** `maxitems` of a listing. A larger number is not refused: the page is only as large as pages get. */
export function pageSize(input: Input, most: number): number {
  const text = optionalText(input, 'MaxItems');
  if (text === undefined) return most;
  if (!/^\d+$/.test(text) || Number(text) < 1) {
    throw new AwsError('InvalidInput', `Invalid value for maxitems: '${text}'`);
  }
  return Math.min(Number(text), most);
}
