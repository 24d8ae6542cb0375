import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock } from '../poll.ts';
import { applyImage, previewImage } from './image.ts';
import { type Platform, platformOfArchitecture } from './inputs/architecture.ts';
import type { BuildInputs, DeployInputs } from './inputs.ts';
import type { ObservedService } from './observe.ts';
import type { PlannedImage } from './plan.ts';
import { previewImageTag } from './preview/name.ts';
import type { TimelineEntry } from './result.ts';

export type ObtainedImage = {
  readonly planned: PlannedImage;
  /** ECR repository name, when this action pushed to one. */
  readonly repository: string | undefined;
  /** Path of the Dockerfile that was generated, if one was. */
  readonly dockerfile: string | undefined;
  readonly timelineBefore: readonly TimelineEntry[];
  readonly notices: readonly string[];
};

const nothingPushed = { repository: undefined, dockerfile: undefined, timelineBefore: [], notices: [] };

/**
 * What is known of the image before anything is built. An image in ECR is looked up, so that a tag that was pushed anew
 * is seen, and a tag that is not there is said now instead of by tasks that cannot start.
 */
export async function lookUpImage(inputs: DeployInputs): Promise<ObtainedImage> {
  const { image } = inputs;
  if (inputs.operation === 'delete' || image.kind === 'build') {
    return { planned: { kind: 'to-be-built' }, ...nothingPushed };
  }
  if (image.kind === 'task-definition') return { planned: { kind: 'in-task-definition' }, ...nothingPushed };
  const { reference } = image;
  const { resolveImage } = await import('../aws/ecr.ts');
  const found = await resolveImage(reference);
  switch (found.kind) {
    case 'resolved':
      return { planned: { kind: 'known', reference, digest: found.digest }, ...nothingPushed };
    case 'missing':
      throw new ActionError('plan-refused', `image ${reference} is not in its ECR repository`, {
        hint: 'Correct the tag or digest, or push the image before this step.',
      });
    case 'repository-missing': {
      // Said, not refused: a pull-through cache or a template makes the repository when ECS first pulls from it.
      const notice = `ECR has no repository for ${reference}; unless one is made on pull, tasks will not start.`;
      return {
        planned: { kind: 'known', reference, digest: undefined },
        ...nothingPushed,
        notices: [notice],
      };
    }
    case 'not-ecr':
    case 'unreadable':
      return { planned: { kind: 'known', reference, digest: undefined }, ...nothingPushed };
  }
}

/** Builds and pushes where the inputs ask for it; otherwise there is nothing more to know. */
export async function obtainImage(
  inputs: DeployInputs,
  service: ObservedService,
  lookedUp: ObtainedImage,
  runner: Runner,
): Promise<ObtainedImage> {
  const { image } = inputs;
  if (inputs.operation === 'delete' || image.kind !== 'build') return lookedUp;
  const options = {
    build: image.build,
    platform: runningPlatform(service),
    commitSha: imageTagOf(inputs, runner.context.commitSha),
  };
  const dockerfile = await generate(image.build, runner);
  if (inputs.dryRun) {
    for (const sentence of await previewImage(options)) runner.info(sentence);
    return { ...lookedUp, dockerfile };
  }
  const startedAt = systemClock.now();
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
  return {
    planned: { kind: 'known', reference: built.reference, digest: built.digest },
    repository: built.repository,
    dockerfile,
    timelineBefore: [{ label: 'Build and push', startedAt, endedAt: systemClock.now(), failed: false }],
    notices: [],
  };
}

async function generate(build: BuildInputs, runner: Runner): Promise<string | undefined> {
  if (build.generated === undefined) return undefined;
  const { generateDockerfile } = await import('./generate-dockerfile.ts');
  return generateDockerfile(build, runner);
}

function imageTagOf({ preview, serviceName }: DeployInputs, commitSha: string): string {
  return preview === undefined || commitSha === '' ? commitSha : previewImageTag(serviceName, commitSha);
}

/** An update that does not name the architecture keeps it, so the image has to be built for what runs. */
function runningPlatform(service: ObservedService): Platform | undefined {
  const architecture = service.kind === 'express' ? service.running?.settings.cpuArchitecture : undefined;
  return architecture && platformOfArchitecture[architecture];
}
