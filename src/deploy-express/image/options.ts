import type { BuildInputs } from '../model/inputs.ts';

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
  /** Absolute; `undefined`: the user's own. */
  readonly generatedDockerfile?: string | undefined;
  readonly signal: AbortSignal | undefined;
};

export function choosePlatform({ build, platform }: Pick<ImageOptions, 'build' | 'platform'>): string {
  return build.platform ?? platform ?? 'linux/amd64';
}

export function describeSource({ source, dockerfile, target, generated }: BuildInputs): string {
  const stage = target === undefined ? '' : `, stage ${target}`;
  const how =
    generated === undefined
      ? dockerfile
      : `a Dockerfile made from ${generated.origin} (${generated.build.runtime.name})`;
  return `${source === '.' ? 'the workspace' : source} with ${how}${stage}`;
}
