import type { DeployInputs, ImageSource, PreviewTarget } from '../model/inputs.ts';
import type { PreviewRun } from '../model/job.ts';
import type { ServiceSettings } from '../model/settings.ts';

export type PreviewToDeploy = PreviewTarget & Pick<PreviewRun, 'operation' | 'serviceName'>;

/**
 * The inputs as those of a preview. What it is by nature replaces what is given; where nothing is given, its small
 * defaults stand instead of the choice of AWS, or of what runs.
 */
export function asPreview(
  inputs: DeployInputs,
  { operation, serviceName }: Pick<PreviewRun, 'operation' | 'serviceName'>,
): DeployInputs {
  return {
    ...inputs,
    operation,
    serviceName,
    image: withoutImageTags(inputs.image),
    settings: { ...previewDefaults(inputs), ...inputs.settings },
    // Production's, which must go on answering for them.
    customDomains: [],
    certificateArn: undefined,
    certificateRequest: undefined,
    // The load balancer is production's, too.
    redirectHttp: false,
    // The tags of a preview prove that it may be deleted.
    force: false,
  };
}

/** A preview's images have tags of its own, and go with it. Any other would be left behind, or move production's. */
function withoutImageTags(image: ImageSource): ImageSource {
  return image.kind === 'build' ? { ...image, build: { ...image.build, imageTags: [] } } : image;
}

function previewDefaults({ image, settings }: DeployInputs): ServiceSettings {
  const { cpuUnits, memoryMib, minTaskCount = 1 } = settings;
  // Only one of the two given is the user's choice of a pair, whose other half AWS has to name.
  const hasSize = image.kind === 'task-definition' || cpuUnits !== undefined || memoryMib !== undefined;
  return {
    ...(!hasSize && { cpuUnits: 256, memoryMib: 512 }),
    minTaskCount: 1,
    maxTaskCount: Math.max(1, minTaskCount),
  };
}

/** Apart from production's repository: a role for previews then needs no right to touch that. */
export function previewRepository(previewOf: string): string {
  return `${previewOf}-previews`;
}
