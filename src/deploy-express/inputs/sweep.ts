import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { createInputReader } from '../../input-reader.ts';
import { parseBoolean } from '../../parse.ts';
import { arnParsers } from './arns.ts';
import { type GitHubInputs, parseGitHubInputs } from './github.ts';
import type { InputProblem } from './input-reader.ts';
import { deployInputDefaults } from './names.ts';
import { parseSweepLimits, reportOperationOfPreview, type SweepLimits } from './preview.ts';
import { parseServiceName } from './service-name.ts';

export type SweepInputs = SweepLimits & {
  /** Name or ARN. */
  readonly cluster: string;
  /** undefined: the previews of all services of this repository. */
  readonly previewOf: string | undefined;
  readonly dryRun: boolean;
  readonly github: GitHubInputs;
};

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
