import { getRegistryCredentials, type RegistryCredentials } from '../../aws/ecr.ts';
import type { EcrRepository } from '../../aws/ecr-repository.ts';
import { ActionError } from '../../errors.ts';
import { adaptToBuilder, describeBuilder } from '../../source/docker/argv.ts';
import { buildAndPush } from '../../source/docker/build-image.ts';
import { type Builder, findDockerProblems, observeDocker } from '../../source/docker/detect.ts';
import type { SourceProblem } from '../../source/locate.ts';
import { type LocatedSource, locateSource } from '../../source/locate.ts';
import type { BuildInputs } from '../model/inputs.ts';
import { planCaches } from './plan.ts';

/** What is needed to get the image of a commit into ECR. */
export type ImageOptions = {
  readonly build: BuildInputs;
  /** Becomes the tag that the deployed image keeps. */
  readonly commitSha: string;
  readonly workspace: string;
  /** The platform of the running service, for inputs that name none. */
  readonly platform?: string | undefined;
  /** Where private files are made, and removed again; by default where the system has them. */
  readonly tempDir?: string | undefined;
  readonly log: (line: string) => void;
  readonly mask: (secret: string) => Promise<void>;
  readonly notice: (message: string) => Promise<void>;
  /** Absolute path; `undefined` when the user has a Dockerfile. */
  readonly generatedDockerfile?: string | undefined;
  /** Of an image that is there already: throws where it cannot be deployed, before a tag is moved to it. */
  readonly accept?: ((image: ReusedImage) => void) | undefined;
  readonly signal: AbortSignal | undefined;
};

export type ReusedImage = {
  /** `REGISTRY/NAME@sha256:…` */
  readonly reference: string;
  readonly digest: string;
  /** `linux/arm64`, …; empty when nobody could see what the image is for. */
  readonly platforms: readonly string[];
};

/** Builds from source and pushes under all tags. Returns the digest. */
export async function applyBuild(
  options: ImageOptions,
  repository: EcrRepository,
  tags: readonly string[],
): Promise<string> {
  const { build, workspace, generatedDockerfile, signal, log, mask, notice } = options;
  const [located, builder, credentials] = await Promise.all([
    locateSource({
      workspace,
      source: build.source,
      context: build.from.context,
      dockerfile: generatedDockerfile === undefined ? build.dockerfile : undefined,
    }),
    requireBuilder(build, signal),
    getRegistryCredentials(),
  ]);
  await maskSecrets(credentials, build, mask);
  const { notices: cacheNotices, ...caches } = planCaches(build, repository);
  const wanted = { ...caches, attestations: build.attestations };
  const { adapted, notices } = adaptToBuilder(wanted, builder);
  for (const message of [...cacheNotices, ...notices]) await notice(message);
  const platform = choosePlatform(options);
  log(`Building ${describeSource(build)} for ${platform} by ${describeBuilder(builder)}`);
  return buildAndPush({
    recipe: {
      ...requireSource(located, generatedDockerfile),
      ...adapted,
      platform,
      target: build.target,
      buildArgs: build.buildArgs,
      references: tags.map((tag) => `${repository.uri}:${tag}`),
    },
    secrets: build.buildSecrets,
    builder,
    login: { host: repository.uri.split('/')[0] ?? '', ...credentials },
    tempDir: options.tempDir,
    log,
    signal,
  });
}

/** The inputs were checked before the first call, but a build may begin minutes later. */
function requireSource(
  located: LocatedSource,
  generated: string | undefined,
): { readonly context: string; readonly dockerfile: string } {
  if (located.kind === 'unusable') throw toInvalid(located.problems);
  return { context: located.context, dockerfile: generated ?? located.dockerfile ?? '' };
}

async function requireBuilder(build: BuildInputs, signal: AbortSignal | undefined): Promise<Builder> {
  const docker = await observeDocker(signal);
  const problems = findDockerProblems(docker, { secrets: build.buildSecrets.length > 0 });
  if (docker.kind === 'ready' && problems.length === 0) return docker.builder;
  throw toInvalid(problems);
}

function toInvalid(problems: readonly SourceProblem[]): ActionError {
  const sentences = problems.map(({ input, seen, wanted }) => `${input}: ${seen}; wanted ${wanted}`);
  return new ActionError('build-failed', sentences.join('; '));
}

async function maskSecrets(
  { username, password }: RegistryCredentials,
  build: BuildInputs,
  mask: ImageOptions['mask'],
): Promise<void> {
  await mask(password);
  await mask(Buffer.from(`${username}:${password}`).toString('base64'));
  for (const { value } of build.buildSecrets) await mask(value);
}

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
