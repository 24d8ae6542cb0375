import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, root } from './source-tree.ts';

/** A test by its file below `__tests__/`, without the ending, and its title as it is written there. */
export type NamedTest = readonly [file: string, title: string];

/** Those that are not there: a table that names tests must not outlive them. */
export function findMissing(tests: readonly NamedTest[]): readonly string[] {
  return tests.flatMap(([file, title]) => {
    const path = `__tests__/${file}.test.ts`;
    const isThere = existsSync(join(root, path)) && readText(path).includes(title);
    return isThere ? [] : [`${path}: ${title}`];
  });
}
