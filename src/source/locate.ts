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

function isOutside(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
}

export type Folders = {
  readonly workspace: string;
  /** Relative to the workspace. */
  readonly source: string;
  /** Relative to the workspace; `undefined`: the source folder. */
  readonly context: string | undefined;
};

export type LocatedFolders =
  | {
      readonly kind: 'found';
      /** The source folder. Absolute, symbolic links resolved; so is the context. */
      readonly folder: string;
      /** What lies in the source folder; never empty. */
      readonly names: readonly string[];
      /** The folder that is sent to the builder: the source folder, or one that holds it. */
      readonly context: string;
    }
  | { readonly kind: 'unusable'; readonly problem: SourceProblem };

export async function locateFolders({ workspace, source, context }: Folders): Promise<LocatedFolders> {
  const folder = await locateFolder(workspace, source, 'source');
  if (folder.kind === 'unusable') return folder;
  const whole = context === undefined ? folder : await locateFolder(workspace, context, 'build-context');
  if (whole.kind === 'unusable') return whole;
  if (!isOutside(whole.path, folder.path)) {
    return { kind: 'found', folder: folder.path, names: folder.names, context: whole.path };
  }
  const problem: SourceProblem = {
    input: 'build-context',
    seen: `${showFolder(context ?? '.')}, which ${showFolder(source)} is not in`,
    wanted: 'a folder that source is in, or nothing: by default it is the source folder',
  };
  return { kind: 'unusable', problem };
}

type LocatedFolder =
  | { readonly kind: 'found'; readonly path: string; readonly names: readonly string[] }
  | { readonly kind: 'unusable'; readonly problem: SourceProblem };

async function locateFolder(
  workspace: string,
  folder: string,
  input: 'source' | 'build-context',
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

function outside(seen: string): string {
  return `${seen}, which leads out of the workspace`;
}

export type LocatedSource =
  | {
      readonly kind: 'found';
      /** The folder that is sent to the builder. */
      readonly context: string;
      /** `undefined` when none was asked for. */
      readonly dockerfile: string | undefined;
    }
  | { readonly kind: 'unusable'; readonly problems: readonly SourceProblem[] };

/** Finds the folders, and the Dockerfile, none of them outside of the workspace. */
export async function locateSource(
  options: Folders & {
    /** Relative to the source folder; `undefined`: none is looked for. */
    readonly dockerfile: string | undefined;
  },
): Promise<LocatedSource> {
  const { workspace, source, dockerfile } = options;
  const found = await locateFolders(options);
  if (found.kind === 'unusable') return { kind: 'unusable', problems: [found.problem] };
  const { folder, context } = found;
  if (dockerfile === undefined) return { kind: 'found', context, dockerfile };
  const file = await locate(workspace, folder, dockerfile);
  if (isUsableFile(file)) return { kind: 'found', context, dockerfile: file.path };
  return { kind: 'unusable', problems: [dockerfileProblem(quote(dockerfile), file, source)] };
}

export function isUsableFile(file: Location): file is Extract<Location, { kind: 'found' }> {
  return file.kind === 'found' && file.stats.isFile() && file.stats.size > 0;
}

/** `shown`: the file as the user calls it. */
export function dockerfileProblem(shown: string, file: Location, source: string): SourceProblem {
  const wanted = `a Dockerfile in ${showFolder(source)}, or image to deploy one that is already built`;
  return { input: 'dockerfile', seen: describeUnusable(shown, file), wanted };
}

export function describeUnusable(shown: string, file: Location): string {
  switch (file.kind) {
    case 'missing':
      return `${shown}, which does not exist there`;
    case 'outside':
      return outside(shown);
    case 'found':
      return file.stats.isFile() ? `${shown}, which is empty` : `${shown}, which is not a file`;
  }
}
