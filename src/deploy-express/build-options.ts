import type { BuildInputs } from './inputs.ts';

export type ImageOptions = {
  readonly build: BuildInputs;
  /** Becomes the tag that the deployed image keeps. */
  readonly commitSha: string;
  readonly workspace: string;
  /** What the running service needs where the inputs do not say. */
  readonly platform?: string | undefined;
  /** Where private files are made, and removed again; the system's place unless told. */
  readonly tempDir?: string | undefined;
  readonly log: (line: string) => void;
  readonly mask: (secret: string) => Promise<void>;
  readonly notice: (message: string) => Promise<void>;
  readonly signal: AbortSignal | undefined;
};

export function choosePlatform({ build, platform }: Pick<ImageOptions, 'build' | 'platform'>): string {
  return build.platform ?? platform ?? 'linux/amd64';
}

export function describeSource({ source, dockerfile, target }: BuildInputs): string {
  const stage = target === undefined ? '' : `, stage ${target}`;
  return `${source === '.' ? 'the workspace' : source} with ${dockerfile}${stage}`;
}
