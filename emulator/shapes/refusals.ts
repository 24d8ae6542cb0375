import { AwsError, type Refuse } from '../world.ts';
import type { Wanted } from './misfit.ts';

/** The parser stops at the first member it cannot read; only what could be read is validated. */
export const refuseBy =
  (how: {
    readonly type: (path: string, wanted: Wanted, value: unknown) => AwsError;
    readonly missing: (paths: readonly string[], operation: string) => AwsError;
  }): Refuse =>
  (misfits, operation) => {
    for (const { path, problem } of misfits) {
      if (problem.kind === 'type') return how.type(path, problem.wanted, problem.value);
    }
    return how.missing(
      misfits.map(({ path }) => path),
      operation,
    );
  };

/** As every JSON service of AWS calls it. */
export const serializationError = (path: string, wanted: Wanted): AwsError =>
  new AwsError('SerializationException', `The member ${path} can not be converted to ${NAMES[wanted]}.`);

export const NAMES: Readonly<Record<Wanted, string>> = {
  string: 'a String',
  number: 'a Number',
  boolean: 'a Boolean',
  timestamp: 'a Timestamp',
  blob: 'a Blob',
  list: 'a List',
  map: 'a Map',
  structure: 'a Structure',
};

/** AWS's sentence: all at once, each member with a small first letter. */
export function nullSentence(paths: readonly string[]): string {
  const count = paths.length === 1 ? '1 validation error' : `${paths.length} validation errors`;
  const each = paths.map(
    (path) => `Value null at '${wirePath(path)}' failed to satisfy constraint: Member must not be null`,
  );
  return `${count} detected: ${each.join('; ')}`;
}

export const wirePath = (path: string): string =>
  path
    .split('.')
    .map((name) => name.charAt(0).toLowerCase() + name.slice(1))
    .join('.');

/** Of the query APIs that validate by AWS's usual sentences. */
export const queryRefusal: Refuse = refuseBy({
  type: (path, wanted, value) => {
    const what = typeof value === 'string' ? `Value '${value}'` : 'Value';
    return new AwsError('ValidationError', `${what} at '${wirePath(path)}' is not ${NAMES[wanted]}`);
  },
  missing: (paths) => new AwsError('ValidationError', nullSentence(paths)),
});

/** Of the JSON services that call a member that is missing by this code. */
export const jsonRefusal = (code: string): Refuse =>
  refuseBy({ type: serializationError, missing: (paths) => new AwsError(code, nullSentence(paths)) });
