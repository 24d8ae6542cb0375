import type { Runner } from '../../github/runner.ts';
import { systemClock } from '../../poll.ts';
import {
  type BuildInputs,
  type DeployInputs,
  type Platform,
  platformOfArchitecture,
} from '../model/inputs.ts';
import type { ObservedService, ObtainedImage } from '../model/observed.ts';
import { previewImageTag } from '../model/tags.ts';
import { applyImage, previewImage } from './obtain.ts';

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
  const { generateDockerfile } = await import('./dockerfile.ts');
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
