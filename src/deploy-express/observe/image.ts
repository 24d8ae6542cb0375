import { onceUnderWay } from '../../aws/first-request.ts';
import { ActionError } from '../../errors.ts';
import { mayBeInEcr, splitReference } from '../../parse-image-reference.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { ObtainedImage } from '../model/observed.ts';

const nothingPushed = { repository: undefined, dockerfile: undefined, notices: [] };

/**
 * What is known of the image before anything is built. An image in ECR is looked up, so that a tag that was pushed anew
 * is seen, and a tag that is not there is said now instead of by tasks that cannot start.
 */
export async function lookUpImage(
  inputs: DeployInputs,
  askedBefore: Promise<unknown>,
): Promise<ObtainedImage> {
  const { image } = inputs;
  if (inputs.operation === 'delete' || image.kind === 'build') {
    return { planned: { kind: 'to-be-built' }, ...nothingPushed };
  }
  if (image.kind === 'task-definition') return { planned: { kind: 'in-task-definition' }, ...nothingPushed };
  const { reference } = image;
  const unknown: ObtainedImage = {
    planned: { kind: 'known', reference, digest: undefined },
    ...nothingPushed,
  };
  if (!mayBeInEcr(splitReference(reference).host)) return unknown;
  await onceUnderWay(askedBefore);
  const { resolveImage } = await import('../../aws/ecr.ts');
  const found = await resolveImage(reference);
  switch (found.kind) {
    case 'resolved':
      return { planned: { kind: 'known', reference, digest: found.digest }, ...nothingPushed };
    case 'missing':
      throw new ActionError('plan-refused', `image ${reference} is not in its ECR repository`, {
        hint: 'Correct the tag or digest, or push the image before this step.',
      });
    case 'repository-missing': {
      // No reason to refuse: a pull-through cache or a template makes the repository when ECS first pulls from it.
      const notice = `ECR has no repository for ${reference}; unless one is made on pull, tasks will not start.`;
      return { ...unknown, notices: [notice] };
    }
    case 'not-ecr':
    case 'unreadable':
      return unknown;
  }
}
