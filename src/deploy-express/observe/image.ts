import { onceUnderWay } from '../../aws/first-request.ts';
import { ActionError } from '../../errors.ts';
import { bareReference, mayBeInEcr, splitReference } from '../../parse-image-reference.ts';
import type { DeployInputs } from '../model/inputs.ts';
import {
  hasProvedItself,
  type ObservedService,
  type ObtainedImage,
  type RunningImage,
} from '../model/observed.ts';
import type { KnownImage } from '../model/plan.ts';

const nothingPushed = { repository: undefined, dockerfile: undefined, notices: [] };

/**
 * What is known of the image before anything is built. Its registry is asked what the reference names, so that a tag
 * that was pushed anew is seen. A tag that is not in ECR is said now instead of by tasks that cannot start.
 */
export async function lookUpImage(
  inputs: DeployInputs,
  observing: Promise<ObservedService>,
): Promise<ObtainedImage> {
  const { image } = inputs;
  if (inputs.operation === 'delete' || image.kind === 'build') {
    return { planned: { kind: 'to-be-built' }, ...nothingPushed };
  }
  if (image.kind === 'task-definition') return lookUpDefinition(image.arn, observing);
  await onceUnderWay(observing);
  const { reference } = image;
  const given = inputs.settings.cpuArchitecture;
  return lookUp(
    reference,
    async () => runningOf(await observing),
    async (digest, readPlatforms) =>
      hasProvedItself(digest, given, runningOf(await observing)) ? {} : { platforms: await readPlatforms() },
  );
}

/**
 * Asked only where the answer decides: another revision is a change by itself, and a digest can only name what it names.
 * What its tasks run on, a task definition states itself.
 */
async function lookUpDefinition(arn: string, observing: Promise<ObservedService>): Promise<ObtainedImage> {
  const running = runningOf(await observing);
  const containers = running?.settings.taskDefinitionArn === arn ? (running.containerImages ?? []) : [];
  const looked = await Promise.all(
    containers.map(async ({ container, image: reference, imageDigest }) => {
      if (reference === undefined) return undefined;
      const { digest } = splitReference(reference);
      const { planned, notices } =
        digest === undefined
          ? await lookUp(
              reference,
              async () => ({ image: reference, imageDigest }),
              async () => ({}),
            )
          : { planned: { kind: 'known', reference, digest } as const, notices: [] };
      return { container, image: planned, notices };
    }),
  );
  const images = looked.filter((image) => image !== undefined);
  const isWhole = images.length > 0 && images.length === containers.length;
  return {
    planned: {
      kind: 'in-task-definition',
      arn,
      ...(isWhole && { images: images.map(({ container, image }) => ({ container, image })) }),
    },
    ...nothingPushed,
    notices: images.flatMap(({ notices }) => notices),
  };
}

type LookedUp = ObtainedImage & { readonly planned: KnownImage };
type FindPlatforms = (
  digest: string,
  readPlatforms: () => Promise<readonly string[]>,
) => Promise<Pick<KnownImage, 'platforms'>>;

async function lookUp(
  reference: string,
  observeRunning: () => Promise<RunningImage | undefined>,
  findPlatforms: FindPlatforms,
): Promise<LookedUp> {
  const inEcr = mayBeInEcr(splitReference(reference).host)
    ? await lookUpInEcr(reference, findPlatforms)
    : undefined;
  return inEcr ?? { planned: await lookUpElsewhere(reference, await observeRunning()), ...nothingPushed };
}

/** `undefined`: it is not ECR after all. */
async function lookUpInEcr(reference: string, findPlatforms: FindPlatforms): Promise<LookedUp | undefined> {
  const { resolveImage } = await import('../../aws/ecr-image.ts');
  const found = await resolveImage(reference);
  switch (found.kind) {
    case 'resolved': {
      const { digest } = found;
      const platforms = await findPlatforms(digest, found.readPlatforms);
      return { planned: { kind: 'known', reference, digest, ...platforms }, ...nothingPushed };
    }
    case 'missing':
      throw new ActionError('plan-refused', `image ${reference} is not in its ECR repository`, {
        hint: 'Correct the tag or digest, or push the image before this step.',
      });
    case 'repository-missing': {
      // No reason to refuse: a pull-through cache or a template makes the repository when ECS first pulls from it.
      const notice = `ECR has no repository for ${reference}; unless ECR creates one on pull, tasks will not start.`;
      const unseen = 'ECR has no repository for it';
      return { planned: unknown(reference, unseen), ...nothingPushed, notices: [notice] };
    }
    case 'unreadable':
      return { planned: unknown(reference, found.because), ...nothingPushed };
    case 'not-ecr':
      return undefined;
  }
}

/**
 * Asked only where the answer decides: when the service runs an image of that name. The answer is used to leave a
 * deployment out, never to choose another reference than the one that was given.
 */
async function lookUpElsewhere(reference: string, running: RunningImage | undefined): Promise<KnownImage> {
  const { host, repository, tag, digest } = splitReference(reference);
  if (digest !== undefined || tag === undefined) return { kind: 'known', reference, digest };
  if (running?.image === undefined || bareReference(running.image) !== bareReference(reference)) {
    return { kind: 'known', reference, digest: undefined };
  }
  const { askDigest } = await import('../../registry/image-digest.ts');
  const answer = await askDigest({ host, repository, tag });
  if (answer.kind === 'unknown') return unknown(reference, answer.because);
  if (answer.digest === running.imageDigest) return { kind: 'known', reference, digest: answer.digest };
  const moved = running.imageDigest !== undefined;
  return { kind: 'known', reference, digest: undefined, moved, named: answer };
}

function unknown(reference: string, unseen: string): KnownImage {
  return { kind: 'known', reference, digest: undefined, unseen };
}

function runningOf(service: ObservedService) {
  return service.kind === 'express' ? service.running : undefined;
}
