import { createHash, randomBytes } from 'node:crypto';

export type Ids = {
  readonly hex: (length: number) => string;
  /** As in `service-deployment/default/web/pAqFD3ipH3ItQ5wt3lJOy`. */
  readonly mixed: (length: number) => string;
  readonly uuid: () => string;
};

/** Names for what AWS names at random. With a seed the same calls get the same names, so that two logs can be compared. */
export function createIds(seed: string | undefined): Ids {
  let drawn = 0;
  const bytes = (): Buffer => {
    if (seed === undefined) return randomBytes(32);
    drawn += 1;
    return createHash('sha256').update(`${seed}/${drawn}`).digest();
  };
  const hex = (length: number): string => bytes().toString('hex').slice(0, length);
  return {
    hex,
    mixed: (length) => bytes().toString('base64url').replace(/[-_]/g, 'x').slice(0, length),
    uuid: () => hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
