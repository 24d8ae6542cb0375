import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { createInputReader } from '../../input-reader.ts';
import { parseBoolean } from '../../parse.ts';
import type { SweepInputs } from '../model/inputs.ts';
import { arnParsers } from './arns.ts';
import { parseGitHubInputs } from './github.ts';
import type { InputProblem } from './input-reader.ts';
import { deployInputDefaults } from './names.ts';
import { parseSweepLimits, reportOperationOfPreview } from './preview.ts';
import { parseServiceName } from './service-name.ts';

export type ParsedSweep =
  | { readonly ok: true; readonly inputs: SweepInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** As `parseInputs`, for `operation: sweep`, which passes over whatever only a deployment needs. */
export function parseSweepInputs(read: (name: string) => string, environment: InputEnvironment): ParsedSweep {
  const reader = createInputReader(deployInputDefaults, read);
  const { take } = reader;
  reportEnvironment(reader, environment);
  reportOperationOfPreview(reader);
  const inputs: SweepInputs = {
    cluster: take('cluster', arnParsers(environment.region).cluster) ?? '',
    previewOf: parseServiceName(reader),
    ...parseSweepLimits(reader),
    dryRun: take('dry-run', parseBoolean) ?? false,
    github: parseGitHubInputs(reader),
  };
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, inputs };
}
