import { quote } from '../parse.ts';
import { type Location, locate, locateFolder, outside, type SourceProblem, showFolder } from './locate.ts';

export type LocatedSource =
  | {
      readonly kind: 'found';
      /** The folder that is sent to the builder. Absolute, symbolic links resolved. */
      readonly context: string;
      /** `undefined` when none was asked for. */
      readonly dockerfile: string | undefined;
    }
  | { readonly kind: 'unusable'; readonly problems: readonly SourceProblem[] };

/** Finds the source folder, and the Dockerfile in it, none of them outside of the workspace. */
export async function locateSource(options: {
  readonly workspace: string;
  readonly source: string;
  /** Relative to the workspace; `undefined`: the source folder. */
  readonly context?: string | undefined;
  /** Relative to the source folder; `undefined`: none is looked for. */
  readonly dockerfile: string | undefined;
}): Promise<LocatedSource> {
  const { workspace, source, dockerfile } = options;
  const folder = await locateFolder(workspace, source);
  if (folder.kind === 'unusable') return { kind: 'unusable', problems: [folder.problem] };
  const context =
    options.context === undefined ? folder : await locateFolder(workspace, options.context, 'build-context');
  if (context.kind === 'unusable') return { kind: 'unusable', problems: [context.problem] };
  if (dockerfile === undefined) return { kind: 'found', context: context.path, dockerfile };
  const file = await locate(workspace, folder.path, dockerfile);
  if (isUsableFile(file)) return { kind: 'found', context: context.path, dockerfile: file.path };
  const wanted = `a Dockerfile in ${showFolder(source)}, or image to deploy one that is already built`;
  const problem: SourceProblem = { input: 'dockerfile', seen: describeFile(quote(dockerfile), file), wanted };
  return { kind: 'unusable', problems: [problem] };
}

export function isUsableFile(file: Location): file is Extract<Location, { kind: 'found' }> {
  return file.kind === 'found' && file.stats.isFile() && file.stats.size > 0;
}

/** Why it is not usable. */
export function describeFile(seen: string, file: Location): string {
  switch (file.kind) {
    case 'missing':
      return `${seen}, which does not exist there`;
    case 'outside':
      return outside(seen);
    case 'found':
      return file.stats.isFile() ? `${seen}, which is empty` : `${seen}, which is not a file`;
  }
}
