import type { ShiftInputs } from '../model/inputs.ts';
import type { GreenRevision, Observed } from '../model/observed.ts';
import type { GreenRuns } from '../model/plan.ts';

/**
 * What an approval is of beside the steps: what gets the traffic, and what the steps do not show of how they are made and
 * taken back. A restart, which a rotated secret needs, is a new revision of the same thing and the same terms.
 */
export function termsOf(inputs: ShiftInputs, { intent, green }: Observed): object {
  const { onCancel, failOnInconclusive, zone, finalize, probe } = inputs;
  const { allowExternalDns } = zone;
  const runs = green && contentOf(green.runs);
  switch (intent) {
    case 'adopt':
      return { terms: { allowExternalDns } };
    case 'shift':
      return { terms: { allowExternalDns, onCancel, failOnInconclusive, probe }, green: runs };
    case 'finalize':
      return { terms: { allowExternalDns, ...finalize, probe }, green: runs };
    case 'rollback':
    case 'monitor':
    case 'none':
      return {};
  }
}

/** By digest where it is known: a tag may be another image by then. */
function contentOf({ image, imageDigest, settings }: GreenRevision): object {
  return { image: imageDigest ?? image, settings };
}

/** Adoption and rollback send nobody to green. */
export function pickGreen({ intent, green, greenCommits }: Observed): GreenRuns | undefined {
  if (green === undefined || (intent !== 'shift' && intent !== 'finalize')) return undefined;
  const { id, image, imageDigest, settings } = green.runs;
  const what = image ?? settings.taskDefinitionArn ?? 'an image that ECS does not name';
  const digest = imageDigest !== undefined && what.includes(imageDigest) ? undefined : imageDigest;
  return { image: what, digest, commits: greenCommits, revision: id };
}
