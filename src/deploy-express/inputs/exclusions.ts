import { inputsOf, statedByTaskDefinition } from '../model/settings.ts';
import { namesDomains } from './forms.ts';
import type { DeployInputName, InputReader } from './names.ts';

/** Inputs that say how an image is built. Those with a default always have a value, so they exclude nothing. */
export const buildInputs: readonly DeployInputName[] = [
  'source',
  'dockerfile',
  'build-context',
  'runtime',
  'build-command',
  'start-command',
  'runtime-image',
  'build-image',
  'build-target',
  'build-args',
  'build-secrets',
  'platform',
  'cache-from',
  'cache-to',
  'repository',
  'repository-expire-untagged-days',
  'image-tags',
];

/** Beside `image`, the action for App Runner passes them over, and so is done here, with a notice. */
export const runtimeInputs: readonly DeployInputName[] = ['runtime', 'build-command', 'start-command'];

/** Inputs that the API refuses beside a task definition, because the task definition states the same. */
const taskDefinitionContents: readonly DeployInputName[] = [
  'image',
  ...statedByTaskDefinition.flatMap((group) => inputsOf(group)),
  // What App Runner calls `container-port`.
  'port',
];

export function reportExclusions(reader: InputReader): void {
  const given = (names: readonly DeployInputName[]) =>
    names.filter((name) => reader.text(name) !== undefined);
  if (reader.text('certificate-arn') !== undefined && !namesDomains(reader)) {
    reader.report({
      input: 'certificate-arn',
      seen: 'given without custom-domains',
      wanted: 'custom-domains beside it: the host of AWS has a certificate already',
    });
  }
  const builds = given(buildInputs);
  if (reader.text('task-definition-arn') !== undefined) {
    const excluded = [...given(taskDefinitionContents), ...builds];
    if (excluded.length === 0) return;
    reader.report({
      input: 'task-definition-arn',
      seen: `given together with ${excluded.join(', ')}`,
      wanted: 'one or the other: the task definition states image, roles, size and container',
    });
    return;
  }
  const excluded = builds.filter((name) => !runtimeInputs.includes(name));
  if (reader.text('image') !== undefined && excluded.length > 0) {
    reader.report({
      input: 'image',
      seen: `given together with ${excluded.join(', ')}`,
      wanted:
        'one or the other: image deploys what is in a registry already, the others build it from source',
    });
  }
}
