import { onceUnderWay } from '../../aws/first-request.ts';
import { ActionError } from '../../errors.ts';
import { bareReference, mayBeInEcr, splitReference } from '../../parse-image-reference.ts';
import type { DeployInputs } from '../model/inputs.ts';
import { hasProvedItself, type ObservedService, type ObtainedImage } from '../model/observed.ts';
import type { PlannedImage } from '../model/plan.ts';
import type { CpuArchitecture } from '../model/settings.ts';

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
  if (image.kind === 'task-definition') return { planned: { kind: 'in-task-definition' }, ...nothingPushed };
  await onceUnderWay(observing);
  const { reference } = image;
  const inEcr = mayBeInEcr(splitReference(reference).host)
    ? await lookUpInEcr(reference, inputs.settings.cpuArchitecture, observing)
    : undefined;
  return inEcr ?? { planned: await lookUpElsewhere(reference, observing), ...nothingPushed };
}

/** `undefined`: it is not ECR after all. */
async function lookUpInEcr(
  reference: string,
  given: CpuArchitecture | undefined,
  observing: Promise<ObservedService>,
): Promise<ObtainedImage | undefined> {
  const { resolveImage } = await import('../../aws/ecr-image.ts');
  const found = await resolveImage(reference);
  switch (found.kind) {
    case 'resolved': {
      const { digest } = found;
      const running = runningOf(await observing);
      const isProved = hasProvedItself(digest, given, running);
      const platforms = isProved ? {} : { platforms: await found.readPlatforms() };
      return { planned: { kind: 'known', reference, digest, ...platforms }, ...nothingPushed };
    }
    case 'missing':
      throw new ActionError('plan-refused', `image ${reference} is not in its ECR repository`, {
        hint: 'Correct the tag or digest, or push the image before this step.',
      });
    case 'repository-missing': {
      // No reason to refuse: a pull-through cache or a template makes the repository when ECS first pulls from it.
      const notice = `ECR has no repository for ${reference}; unless one is made on pull, tasks will not start.`;
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
async function lookUpElsewhere(
  reference: string,
  observing: Promise<ObservedService>,
): Promise<PlannedImage> {
  const { host, repository, tag, digest } = splitReference(reference);
  if (digest !== undefined || tag === undefined) return { kind: 'known', reference, digest };
  const running = runningOf(await observing);
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

function unknown(reference: string, unseen: string): PlannedImage {
  return { kind: 'known', reference, digest: undefined, unseen };
}

function runningOf(service: ObservedService) {
  return service.kind === 'express' ? service.running : undefined;
}
