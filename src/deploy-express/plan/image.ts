import { lastPartOf } from '../../parse-arn.ts';
import { splitReference, withDigest } from '../../parse-image-reference.ts';
import type { DeployInputs } from '../model/inputs.ts';
import { hasProvedItself, type RunningConfiguration, type RunningImage } from '../model/observed.ts';
import type { Change, KnownImage, PlannedImage } from '../model/plan.ts';
import type { CpuArchitecture } from '../model/settings.ts';
import { unbuiltImage } from './desired.ts';

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
    case 'in-task-definition': {
      const { arn } = image;
      if (noticesOfDefinition(image, running).length === 0) return [];
      return [{ setting: 'task-definition-arn', before: arn, after: `${arn}, resolved anew` }];
    }
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

function isSameImage(image: KnownImage, running: RunningImage | undefined): boolean {
  // Beside the same image, a task definition of the user's may have sidecars.
  if (running?.image === undefined) return false;
  const named = splitReference(image.reference).digest;
  const digest = image.digest ?? named;
  if (digest !== undefined && digest === running.imageDigest) return true;
  return named !== undefined && image.reference === running.image;
}

/** The same text runs, but nobody saw whether it names the same image. */
function mayBeAnother(image: KnownImage, running: RunningImage | undefined): boolean {
  return image.reference === running?.image && !isSameImage(image, running);
}

/**
 * Why the task definition that runs is sent once more; empty when it was seen that all its images are the same, or when
 * another one runs, which is a change by itself.
 */
function noticesOfDefinition(
  { arn, images }: Extract<PlannedImage, { kind: 'in-task-definition' }>,
  running: RunningConfiguration | undefined,
): string[] {
  if (running?.settings.taskDefinitionArn !== arn) return [];
  if (images === undefined) return [unseenNotice(`an image of ${lastPartOf(arn)}`, unseenRevision)];
  return images.flatMap(({ container, image }) => {
    const runs = running.containerImages?.find((one) => one.container === container);
    return isSameImage(image, runs) ? [] : [noticeOfTag(image, runs)];
  });
}

/** Why an update is sent although nothing is known to differ. */
export function noticesOfImage(image: PlannedImage, running: RunningConfiguration | undefined): string[] {
  if (image.kind === 'in-task-definition') return noticesOfDefinition(image, running);
  if (image.kind !== 'known' || !mayBeAnother(image, running)) return [];
  return [noticeOfTag(image, running)];
}

const advice = 'Deploy by digest, or by a tag that is never moved.';
const unseenRevision = 'which image runs could not be read (ecs:DescribeServiceRevisions)';

function noticeOfTag(image: KnownImage, running: RunningImage | undefined): string {
  const { digest, moved, reference, unseen = unseenRevision } = image;
  const isAnother = digest !== undefined && running?.imageDigest !== undefined;
  if (moved === true || isAnother) return `${reference} was pushed again, so it is deployed again. ${advice}`;
  return unseenNotice(reference, unseen);
}

function unseenNotice(what: string, because: string): string {
  return `It is not known whether ${what} was pushed again, so it is deployed again: ${because}. ${advice}`;
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
  const [only] = offered;
  if (only === undefined) {
    return {
      kind: 'refuse',
      because: `image ${reference} is for ${platforms.join(', ')}, and ECS Express runs linux/amd64 and linux/arm64 only`,
      wayOut: 'Build the image for linux/amd64 or linux/arm64.',
    };
  }
  if (given !== undefined) {
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
