import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Problem, quote } from '../parse.ts';

/** What forbids a build, in the words of the input report. */
export type SourceProblem = Problem & {
  readonly input: 'source' | 'dockerfile' | 'image' | 'image-tags' | 'build-secrets';
};

export type LocatedSource =
  | {
      readonly kind: 'found';
      /** Absolute, symbolic links resolved. */
      readonly context: string;
      readonly dockerfile: string;
    }
  | { readonly kind: 'unusable'; readonly problems: readonly SourceProblem[] };

/**
 * Finds the source folder and the Dockerfile. Neither may lie outside the workspace, also not by a symbolic link: a pull
 * request could otherwise have files of a self-hosted runner built into an image that it then reads.
 */
export async function locateSource(options: {
  readonly workspace: string;
  readonly source: string;
  readonly dockerfile: string;
}): Promise<LocatedSource> {
  const { workspace, source, dockerfile } = options;
  const seenSource = source === '.' ? 'the workspace' : quote(source);
  const context = await locate(workspace, workspace, source);
  if (context.kind !== 'found') {
    const seen = context.kind === 'missing' ? `${seenSource}, which does not exist` : outside(seenSource);
    return unusable(
      'source',
      seen,
      'a folder inside the workspace; check the repository out before this step',
    );
  }
  if (!context.stats.isDirectory()) return unusable('source', `${seenSource}, which is a file`, 'a folder');
  if ((await readdir(context.path)).length === 0) {
    return unusable(
      'source',
      `${seenSource}, which is empty`,
      'a folder with a Dockerfile; run actions/checkout before this step, or give image',
    );
  }
  const file = await locate(workspace, context.path, dockerfile);
  if (file.kind === 'found' && file.stats.isFile() && file.stats.size > 0) {
    return { kind: 'found', context: context.path, dockerfile: file.path };
  }
  const wanted = `a Dockerfile in ${seenSource}, or image to deploy one that is already built`;
  return unusable('dockerfile', describe(quote(dockerfile), file), wanted);
}

type Location =
  | { readonly kind: 'found'; readonly path: string; readonly stats: Stats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' };

async function locate(workspace: string, base: string, relative: string): Promise<Location> {
  try {
    const [root, real] = await Promise.all([realpath(workspace), realpath(path.resolve(base, relative))]);
    const inside = path.relative(root, real);
    if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) {
      return { kind: 'outside' };
    }
    return { kind: 'found', path: real, stats: await stat(real) };
  } catch (cause) {
    // ENOTDIR: a part of the path is a file. ELOOP: a link that leads to itself.
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { kind: 'missing' };
    throw cause;
  }
}

function describe(seen: string, file: Location): string {
  switch (file.kind) {
    case 'missing':
      return `${seen}, which does not exist there`;
    case 'outside':
      return outside(seen);
    case 'found':
      return file.stats.isFile() ? `${seen}, which is empty` : `${seen}, which is not a file`;
  }
}

function outside(seen: string): string {
  return `${seen}, which leads out of the workspace`;
}

function unusable(input: SourceProblem['input'], seen: string, wanted: string): LocatedSource {
  return { kind: 'unusable', problems: [{ input, seen, wanted }] };
}
