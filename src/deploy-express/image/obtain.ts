import { readTags, type StoredImage, tagImage } from '../../aws/ecr.ts';
import { readPlatforms } from '../../aws/ecr-image.ts';
import {
  createRepository,
  type EcrRepository,
  expireUntagged,
  findRepository,
} from '../../aws/ecr-repository.ts';
import { ActionError } from '../../errors.ts';
import { type DeployInputs, type Platform, platformOfArchitecture } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import type { ObservedService, ObtainedImage } from '../model/observed.ts';
import type { PlannedImage } from '../model/plan.ts';
import { previewImageTag } from '../model/tags.ts';
import { applyBuild, choosePlatform, describeSource, type ImageOptions, type ReusedImage } from './build.ts';
import { generateDockerfile } from './dockerfile.ts';
import { type ImagePlan, planImage, planMutability } from './plan.ts';

/** Builds and pushes where the inputs ask for it; otherwise the first look has shown all there is to know. */
export async function obtainImage(
  inputs: DeployInputs,
  service: ObservedService,
  lookedUp: ObtainedImage,
  { runner, clock, facts }: Job,
  accept: (planned: PlannedImage) => void,
): Promise<ObtainedImage> {
  if (inputs.operation === 'delete' || inputs.image.kind !== 'build') return lookedUp;
  const { build } = inputs.image;
  const options = {
    build,
    platform: runningPlatform(service),
    commitSha: imageTagOf(inputs, runner.context.commitSha),
    accept: (reused: ReusedImage) => accept({ kind: 'known', ...reused }),
  };
  const dockerfile = await generateDockerfile(build, runner);
  if (inputs.dryRun) {
    for (const sentence of await dryRunImage(options)) runner.info(sentence);
    return { ...lookedUp, dockerfile };
  }
  facts.timeline.enter('Build and push', clock.now());
  const built = await runner.group(`Build and push the image of ${inputs.serviceName}`, () =>
    applyImage({
      ...options,
      workspace: runner.context.workspace,
      generatedDockerfile: dockerfile,
      tempDir: runner.context.tempDir,
      log: runner.info,
      mask: runner.mask,
      notice: runner.notice,
      signal: runner.cancelled,
    }),
  );
  facts.timeline.close(clock.now(), false);
  const { repository, ...image } = built;
  return {
    planned: { kind: 'known', ...image },
    repository,
    dockerfile,
    notices: [],
  };
}

function imageTagOf({ preview, serviceName }: DeployInputs, commitSha: string): string {
  return preview === undefined || commitSha === '' ? commitSha : previewImageTag(serviceName, commitSha);
}

/** An update that does not name the architecture keeps it, so the image has to be built for what runs. */
function runningPlatform(service: ObservedService): Platform | undefined {
  const architecture = service.kind === 'express' ? service.running?.settings.cpuArchitecture : undefined;
  return architecture && platformOfArchitecture[architecture];
}

export type BuiltImage = {
  /** `REGISTRY/NAME@sha256:…` */
  readonly reference: string;
  readonly digest: string;
  /** The name without the registry. */
  readonly repository: string;
  /** Of one that was there already. */
  readonly platforms?: readonly string[];
};

/** Says what a dry run would do to the image. Reads ECR, changes nothing. */
export async function dryRunImage(
  options: Pick<ImageOptions, 'build' | 'commitSha' | 'platform' | 'accept'>,
): Promise<readonly string[]> {
  const { build } = options;
  const { name } = build.repository;
  const tags = listTags(options);
  const repository = await findRepository(name);
  const images = repository === undefined ? noImages : await readTags(name, tags);
  const plan = repository && planImage({ repository, tags, digests: readDigests(images) });
  if (plan?.kind === 'refuse') throw refuse(plan);
  if (repository !== undefined && plan?.kind === 'reuse') {
    options.accept?.(await describeReused(repository, images, plan.digest));
    return [
      `Would deploy the image that tag ${tags[0]} of ECR repository ${name} names, without building it again`,
    ];
  }
  return [
    ...(repository === undefined ? [`Would create ECR repository ${name}`] : []),
    `Would build ${describeSource(build)} for ${choosePlatform(options)}`,
    `Would push it to ECR repository ${name} as ${tags.join(', ')}`,
  ];
}

/** Makes sure that the image of this commit is in ECR. A failure leaves the service as it was. */
export async function applyImage(options: ImageOptions): Promise<BuiltImage> {
  const tags = listTags(options);
  const { repository, isNew } = await obtainRepository(options);
  const images = isNew ? noImages : await readTags(repository.name, tags);
  const plan = planImage({ repository, tags, digests: readDigests(images) });
  switch (plan.kind) {
    case 'refuse':
      throw refuse(plan);
    case 'reuse': {
      const reused = await describeReused(repository, images, plan.digest);
      options.accept?.(reused);
      await retag(repository, images, plan.digest, plan.retag);
      await options.notice(
        `Tag ${tags[0]} of ECR repository ${repository.name} is immutable and exists: its image was deployed, and nothing was built. A service that is built differently from the same commit needs a repository of its own.`,
      );
      return reused;
    }
    case 'build': {
      if (plan.keep !== undefined) await retag(repository, images, plan.keep.digest, [plan.keep.tag]);
      const digest = await applyBuild(options, repository, tags);
      options.log(`Pushed ${repository.name}@${digest} as ${tags.join(', ')}`);
      return describeImage(repository, digest);
    }
  }
}

/** The commit's tag first: it is the one that is never taken away from a deployed image. */
function listTags({ build, commitSha }: Pick<ImageOptions, 'build' | 'commitSha'>): readonly string[] {
  const tags = [...new Set([commitSha, ...build.imageTags])].filter((tag) => tag !== '');
  if (tags.length > 0) return tags;
  throw new ActionError('input-invalid', 'the image has no tag: GITHUB_SHA is not set', {
    hint: 'Set GITHUB_SHA, or give image-tags.',
  });
}

function describeImage({ name, uri }: EcrRepository, digest: string): BuiltImage {
  return { reference: `${uri}@${digest}`, digest, repository: name };
}

const noImages: ReadonlyMap<string, StoredImage> = new Map();

/** Whoever built it may have built it for another architecture than is asked for now. */
async function describeReused(
  repository: EcrRepository,
  images: ReadonlyMap<string, StoredImage>,
  digest: string,
): Promise<BuiltImage & ReusedImage> {
  const stored = findStored(images, digest);
  const platforms = stored === undefined ? [] : await readPlatforms(stored.manifest, repository.name);
  return { ...describeImage(repository, digest), platforms };
}

function findStored(images: ReadonlyMap<string, StoredImage>, digest: string): StoredImage | undefined {
  return [...images.values()].find((image) => image.digest === digest);
}

function readDigests(images: ReadonlyMap<string, StoredImage>): ReadonlyMap<string, string> {
  return new Map([...images].map(([tag, { digest }]) => [tag, digest]));
}

function refuse(plan: Extract<ImagePlan, { kind: 'refuse' }>): ActionError {
  return new ActionError('push-failed', plan.because, { hint: plan.wayOut });
}

async function obtainRepository(
  options: ImageOptions,
): Promise<{ readonly repository: EcrRepository; readonly isNew: boolean }> {
  const { name, scanOnPush, expireUntaggedDays } = options.build.repository;
  const found = await findRepository(name);
  if (found !== undefined) return { repository: found, isNew: false };
  const made = await createRepository({ name, scanOnPush, mutability: planMutability(options.build) });
  const { repository } = made;
  // Only on a repository that we made: another's policy, or the want of one, is somebody's decision.
  if (made.by === 'another') return { repository, isNew: false };
  if (made.by === 'unknown') {
    await options.notice(
      `ECR did not answer whether this job made repository ${name}, and its settings differ from the inputs. They were not changed, and no lifecycle policy was set: look at the repository in the ECR console.`,
    );
    return { repository, isNew: false };
  }
  options.log(`Created ECR repository ${name}`);
  if (expireUntaggedDays !== undefined) await setExpiry(name, expireUntaggedDays, options.notice);
  return { repository, isNew: true };
}

/** To fail would not help: the next job would find the repository, and leave it without a policy and without a word. */
async function setExpiry(name: string, days: number, notice: ImageOptions['notice']): Promise<void> {
  try {
    await expireUntagged(name, days);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    await notice(`${error.message}. Untagged images stay until a policy is set in the ECR console.`);
  }
}

async function retag(
  repository: EcrRepository,
  images: ReadonlyMap<string, StoredImage>,
  digest: string,
  tags: readonly string[],
): Promise<void> {
  const image = findStored(images, digest);
  if (image === undefined) return;
  for (const tag of tags) await tagImage(repository.name, image, tag);
}
