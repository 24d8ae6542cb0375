import { splitReference, withDigest } from '../../parse-image-reference.ts';
import type { DeployInputs } from '../model/inputs.ts';
import { hasProvedItself, type RunningConfiguration } from '../model/observed.ts';
import type { Change, PlannedImage } from '../model/plan.ts';
import type { CpuArchitecture } from '../model/settings.ts';
import { unbuiltImage } from './desired.ts';

type KnownImage = Extract<PlannedImage, { kind: 'known' }>;

/**
 * A tag that was pushed anew is the same string to ECS, and whether the same string rolls out is documented nowhere. By
 * digest it does.
 */
export function pinMovedTag(image: PlannedImage, running: RunningConfiguration | undefined): PlannedImage {
  if (image.kind !== 'known' || image.digest === undefined) return image;
  const moved =
    image.reference === running?.image &&
    running.imageDigest !== undefined &&
    running.imageDigest !== image.digest;
  return moved ? { ...image, reference: withDigest(image.reference, image.digest) } : image;
}

/**
 * The image is "unchanged" only when that was seen: both digests are known and equal, or the reference names a digest. A
 * tag whose digest could not be compared is sent, as it may name new code.
 */
export function imageChange(image: PlannedImage, running: RunningConfiguration | undefined): Change[] {
  switch (image.kind) {
    case 'in-task-definition':
      // Another task definition is a change by itself, whatever AWS shows as derived from the one that runs.
      return [];
    case 'to-be-built':
      return [{ setting: 'image', before: imageBefore(running), after: unbuiltImage }];
    case 'known':
      if (isSameImage(image, running)) return [];
      return [
        {
          setting: 'image',
          before: imageBefore(running),
          after: mayBeAnother(image, running) ? `${image.reference}, resolved anew` : image.reference,
        },
      ];
  }
}

function imageBefore(running: RunningConfiguration | undefined): string | undefined {
  return running && (running.image ?? '(from the task definition)');
}

function isSameImage(image: KnownImage, running: RunningConfiguration | undefined): boolean {
  // Beside the same image, a task definition of the user's may have sidecars.
  if (running?.image === undefined) return false;
  const named = splitReference(image.reference).digest;
  const digest = image.digest ?? named;
  if (digest !== undefined && digest === running.imageDigest) return true;
  return named !== undefined && image.reference === running.image;
}

/** The same text runs, but nobody saw whether it names the same image. */
function mayBeAnother(image: KnownImage, running: RunningConfiguration | undefined): boolean {
  return image.reference === running?.image && !isSameImage(image, running);
}

/** Why an update is sent although nothing is known to differ. */
export function noticesOfImage(image: PlannedImage, running: RunningConfiguration | undefined): string[] {
  if (image.kind !== 'known' || !mayBeAnother(image, running)) return [];
  const advice = 'Deploy by digest, or by a tag that is never moved.';
  if (image.moved === true) return [`${image.reference} was pushed anew, so it is deployed again. ${advice}`];
  const unseen = image.unseen ?? 'which image runs could not be read (ecs:DescribeServiceRevisions)';
  return [
    `Whether ${image.reference} was pushed anew could not be seen, so it is deployed again: ${unseen}. ${advice}`,
  ];
}

/** What a manifest calls `amd64`, ECS calls `X86_64`. */
const ecsArchitectures: Readonly<Record<string, CpuArchitecture>> = {
  'linux/amd64': 'X86_64',
  'linux/arm64': 'ARM64',
};

export type ArchitectureFit =
  | { readonly kind: 'fits'; readonly inputs: DeployInputs; readonly notices: readonly string[] }
  | { readonly kind: 'refuse'; readonly because: string; readonly wayOut: string };

/**
 * Whether tasks can start at all: an image for another architecture fails three times, and is rolled back. What is not
 * known of the image, or already runs, is left alone.
 */
export function fitArchitecture(
  inputs: DeployInputs,
  image: PlannedImage,
  running: RunningConfiguration | undefined,
): ArchitectureFit {
  const asIs = { kind: 'fits', inputs, notices: [] } as const;
  if (image.kind !== 'known' || image.platforms === undefined || image.platforms.length === 0) return asIs;
  const { reference, platforms } = image;
  const given = inputs.settings.cpuArchitecture;
  if (hasProvedItself(image.digest, given, running)) return asIs;
  const wanted = given ?? running?.settings.cpuArchitecture ?? 'X86_64';
  const offered = [...new Set(platforms.flatMap((platform) => ecsArchitectures[platform] ?? []))];
  if (offered.includes(wanted)) return asIs;
  const [only, another] = offered;
  if (only === undefined) {
    return {
      kind: 'refuse',
      because: `image ${reference} is for ${platforms.join(', ')}, and ECS Express runs linux/amd64 and linux/arm64 only`,
      wayOut: 'Build the image for linux/amd64 or linux/arm64.',
    };
  }
  if (given !== undefined || another !== undefined) {
    return {
      kind: 'refuse',
      because: `image ${reference} is for ${platforms.join(', ')}, but cpu-architecture asks for ${wanted}`,
      wayOut: `Set cpu-architecture to ${only}, or build the image for ${wanted} as well.`,
    };
  }
  return {
    kind: 'fits',
    inputs: { ...inputs, settings: { ...inputs.settings, cpuArchitecture: only } },
    notices: [
      `cpu-architecture is set to ${only}, since image ${reference} is for ${platforms.join(', ')} only. The price of a task depends on it.`,
    ],
  };
}
