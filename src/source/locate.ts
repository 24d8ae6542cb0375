import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Problem, quote } from '../parse.ts';

/** What forbids a build, in the words of the input report. */
export type SourceProblem = Problem & {
  readonly input:
    | 'source'
    | 'dockerfile'
    | 'image'
    | 'image-tags'
    | 'build-secrets'
    | 'build-from'
    | 'build-context';
};

export type Location =
  | { readonly kind: 'found'; readonly path: string; readonly stats: Stats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' };

/**
 * Nothing may lie outside the workspace, also not by a symbolic link: a pull request could otherwise have files of a
 * self-hosted runner built into an image that it then reads.
 */
export async function locate(workspace: string, base: string, relative: string): Promise<Location> {
  try {
    const [root, real] = await Promise.all([realpath(workspace), realpath(path.resolve(base, relative))]);
    if (isOutside(root, real)) return { kind: 'outside' };
    return { kind: 'found', path: real, stats: await stat(real) };
  } catch (cause) {
    // ENOTDIR: a part of the path is a file. ELOOP: a link that leads to itself.
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { kind: 'missing' };
    throw cause;
  }
}

export function isOutside(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
}

export type LocatedFolder =
  | {
      readonly kind: 'found';
      /** Absolute, symbolic links resolved. */
      readonly path: string;
      /** Never empty. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'unusable'; readonly problem: SourceProblem };

export async function locateFolder(
  workspace: string,
  folder: string,
  input: 'source' | 'build-context' = 'source',
): Promise<LocatedFolder> {
  const shown = showFolder(folder);
  const unusable = (seen: string, wanted: string): LocatedFolder => ({
    kind: 'unusable',
    problem: { input, seen, wanted },
  });
  const found = await locate(workspace, workspace, folder);
  if (found.kind !== 'found') {
    const seen = found.kind === 'missing' ? `${shown}, which does not exist` : outside(shown);
    return unusable(seen, 'a folder inside the workspace; check the repository out before this step');
  }
  if (!found.stats.isDirectory()) return unusable(`${shown}, which is a file`, 'a folder');
  const names = await readdir(found.path);
  if (names.length > 0) return { kind: 'found', path: found.path, names };
  return unusable(
    `${shown}, which is empty`,
    'a folder with a Dockerfile; run actions/checkout before this step, or give image',
  );
}

export function showFolder(folder: string): string {
  return folder === '.' ? 'the workspace' : quote(folder);
}

export function outside(seen: string): string {
  return `${seen}, which leads out of the workspace`;
}
