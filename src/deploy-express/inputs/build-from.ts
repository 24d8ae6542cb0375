import { parseForm, parseOneOf } from '../../parse.ts';
import { parseCommandInput, parseRuntimeInput, runtimeBuild } from '../../source/apprunner/runtime-inputs.ts';
import { buildFromKinds } from '../../source/choose-source.ts';
import type { BuildFromInputs } from '../model/inputs.ts';
import { folderForm, parseImageReference } from './forms.ts';
import type { InputReader } from './input-reader.ts';
import type { DeployInputName } from './names.ts';

export function parseBuildFrom(reader: InputReader): BuildFromInputs {
  const buildFrom = reader.take('build-from', (raw) => parseOneOf(raw, buildFromKinds)) ?? 'auto';
  const runtime = reader.take('runtime', parseRuntimeInput);
  const build = reader.take('build-command', parseCommandInput);
  const start = reader.take('start-command', parseCommandInput);
  const isRuntimeGiven = reader.text('runtime') !== undefined;
  reportHalfRuntime(reader, isRuntimeGiven);
  if (buildFrom === 'runtime' && !isRuntimeGiven) {
    reader.report({
      input: 'runtime',
      seen: 'not given, with build-from: runtime',
      wanted: 'a runtime such as nodejs22',
    });
  }
  return {
    wish: { buildFrom, isDockerfileGiven: reader.text('dockerfile') !== undefined, isRuntimeGiven },
    isSourceGiven: reader.text('source') !== undefined,
    isAsked: isBuildAsked(reader),
    context: reader.take('build-context', (raw) => parseForm(raw, folderForm)),
    runtime: runtime && runtimeBuild(runtime, { build, start: start ?? '' }),
    runtimeNotes: runtime?.notes ?? [],
    runtimeImage: reader.take('runtime-image', parseImageReference),
    buildImage: reader.take('build-image', parseImageReference),
  };
}

/** Without these the workspace is built, which nobody may have meant. */
const asking: readonly DeployInputName[] = [
  'source',
  'dockerfile',
  'build-context',
  'build-target',
  'runtime',
];

function isBuildAsked(reader: InputReader): boolean {
  return reader.text('build-from') !== 'auto' || asking.some((name) => reader.text(name) !== undefined);
}

/** A runtime without a start command does not start; commands without a runtime have nothing to run in. */
function reportHalfRuntime(reader: InputReader, isRuntimeGiven: boolean): void {
  if (isRuntimeGiven && reader.text('start-command') === undefined) {
    reader.report({
      input: 'start-command',
      seen: 'not given beside runtime',
      wanted: 'the command that starts the application, such as node server.js',
    });
  }
  for (const name of ['build-command', 'start-command'] as const) {
    if (isRuntimeGiven || reader.text(name) === undefined) continue;
    reader.report({
      input: name,
      seen: 'given without runtime',
      wanted: 'runtime beside it, such as nodejs22',
    });
  }
}
