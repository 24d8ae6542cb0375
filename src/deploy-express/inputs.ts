import { type InputEnvironment, reportEnvironment } from '../aws-environment.ts';
import { createInputReader } from '../input-reader.ts';
import {
  parseBoolean,
  parseDecimal,
  parseForm,
  parseOneOf,
  parseStatusRanges,
  type StatusRange,
} from '../parse.ts';
import type { Origins } from './fill-settings.ts';
import { parseAppRunnerService, parseWorkflowPath } from './inputs/app-runner.ts';
import { parseArchitecture } from './inputs/architecture.ts';
import { arnParsers } from './inputs/arns.ts';
import { parseCustomDomains } from './inputs/custom-domains.ts';
import { reportExclusions } from './inputs/exclusions.ts';
import { type GitHubInputs, parseGitHubInputs } from './inputs/github.ts';
import { type BuildInputs, type ImageSource, parseImageSource } from './inputs/image-source.ts';
import type { InputProblem, InputReader } from './inputs/input-reader.ts';
import {
  type DeployInputName,
  deleteInputNames,
  deployInputDefaults,
  deployInputNames,
} from './inputs/names.ts';
import {
  parseOperation,
  parsePreviewInputs,
  parseSweepLimits,
  reportOperationOfPreview,
} from './inputs/preview.ts';
import { requireServiceName } from './inputs/service-name.ts';
import { parseSettings, pathForm } from './inputs/settings.ts';
import { parseTags } from './inputs/variables.ts';
import type { Remark } from './migration/remark.ts';
import { type PreviewIdentity, previewTagCount } from './preview/tags.ts';
import type { ServiceSettings, Tag } from './settings.ts';

export { fargatePairProblem } from './inputs/fargate-sizes.ts';
export type { BuildInputs, ImageSource } from './inputs/image-source.ts';
export type { InputProblem } from './inputs/input-reader.ts';

export type DeployInputs = {
  readonly operation: 'deploy' | 'delete';
  readonly serviceName: string;
  /** Name or ARN. */
  readonly cluster: string;
  readonly infrastructureRoleArn: string | undefined;
  readonly image: ImageSource;
  readonly settings: ServiceSettings;
  /** Of settings that no input gave. */
  readonly origins: Origins;
  /** What the user should know of how they were read. */
  readonly notices: readonly string[];
  /** Name or ARN of the service in App Runner that the inputs are completed by. */
  readonly appRunnerService: string | undefined;
  /** Whether the subnets of its VPC connector may become those of the service. */
  readonly allowInternal: boolean;
  /** What of it could not be carried over. */
  readonly remarks: readonly Remark[];
  readonly environmentMode: 'replace' | 'merge';
  /** Hosts that the service answers for beside its own; empty: nothing is looked at. */
  readonly customDomains: readonly string[];
  /** undefined: found by the hosts. */
  readonly certificateArn: string | undefined;
  /** undefined = not given. */
  readonly tags: readonly Tag[] | undefined;
  /** With `false`, tags are set on the first deployment only. */
  readonly mutateTagsOnUpdate: boolean;
  readonly waitTimeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly smokeTest: SmokeTestInputs | undefined;
  readonly onCancel: 'rollback' | 'leave';
  readonly dryRun: boolean;
  /** For `delete`: also a service this action did not create. */
  readonly force: boolean;
  /** For `delete`: wait until the name is free. */
  readonly waitForDeletion: boolean;
  /** undefined: the service itself, not a preview of it. */
  readonly preview: (PreviewTarget & { readonly maxPreviews: number }) | undefined;
  readonly github: GitHubInputs;
};

/** The pull request that a preview is of, and when it is deployed, in milliseconds since the epoch. */
export type PreviewTarget = PreviewIdentity & { readonly deployedAt: number };

export type SmokeTestInputs = {
  /** undefined = the health check path of the service. */
  readonly path: string | undefined;
  /** Accepted status codes. */
  readonly statuses: readonly StatusRange[];
  /** From the first request to the last. */
  readonly timeoutSeconds: number;
  /** Also behind an internal load balancer, which most runners cannot reach: only when asked for in so many words. */
  readonly alsoInternal: boolean;
};

export type ParsedInputs = (
  | { readonly ok: true; readonly inputs: DeployInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }
) & {
  /**
   * What is to be built, also beside problems of other inputs: what is wrong on disk is then found in the same go.
   * `undefined`: nothing, or nobody can say from where.
   */
  readonly build: BuildInputs | undefined;
};

/**
 * `read` gives the text of an input, `''` when there is none. All problems are found in one go. With `preview` the texts
 * are those of `readAsPreview`.
 */
export function parseInputs(
  read: (name: string) => string,
  environment: InputEnvironment,
  preview?: PreviewTarget,
): ParsedInputs {
  const reader = createInputReader(deployInputDefaults, read);
  reportEnvironment(reader, environment);
  const inputs = parseAll(reader, environment, preview);
  if (preview === undefined) reportOperationOfPreview(reader);
  // For other operations only, but a mistake is better known now than by the schedule at night.
  parseSweepLimits(reader);
  parseWorkflowPath(reader);
  reportExclusions(reader);
  const problems = inputs.operation === 'delete' ? problemsOfDelete(reader.problems) : reader.problems;
  const build = buildToCheck(inputs, problems);
  return problems.length > 0 ? { ok: false, problems, build } : { ok: true, inputs, build };
}

function buildToCheck(
  { operation, image }: DeployInputs,
  problems: readonly InputProblem[],
): BuildInputs | undefined {
  const uncertain = problems.some(({ input }) =>
    [
      'operation',
      'source',
      'dockerfile',
      'build-from',
      'build-context',
      'runtime',
      'start-command',
      'build-command',
    ].includes(input),
  );
  return operation === 'deploy' && image.kind === 'build' && !uncertain ? image.build : undefined;
}

function problemsOfDelete(problems: readonly InputProblem[]): readonly InputProblem[] {
  const passedOver = deployInputNames.filter((name) => !deleteInputNames.includes(name));
  return problems.filter(({ input }) => !passedOver.includes(input as DeployInputName));
}

/** What stands after `??` is only there to go on looking for problems: with one, the object is thrown away. */
function parseAll(
  reader: InputReader,
  environment: InputEnvironment,
  preview: PreviewTarget | undefined,
): DeployInputs {
  const { take } = reader;
  const arns = arnParsers(environment.region);
  const serviceName = requireServiceName(reader);
  const architecture = parseArchitecture(reader);
  return {
    operation: parseOperation(reader) === 'delete' ? 'delete' : 'deploy',
    serviceName,
    cluster: take('cluster', arns.cluster) ?? '',
    infrastructureRoleArn: take('infrastructure-role-arn', arns.role),
    image: parseImageSource(reader, { serviceName, platform: architecture.platform }),
    settings: parseSettings(reader, arns, architecture.cpuArchitecture),
    origins: new Map(),
    notices: [],
    appRunnerService: take('apprunner-service', parseAppRunnerService),
    allowInternal: take('allow-internal', parseBoolean) ?? false,
    remarks: [],
    environmentMode: take('environment-mode', (raw) => parseOneOf(raw, ['replace', 'merge'])) ?? 'replace',
    customDomains: take('custom-domains', parseCustomDomains) ?? [],
    certificateArn: take('certificate-arn', arns.certificate),
    tags: parseTags(reader, preview === undefined ? 0 : previewTagCount),
    mutateTagsOnUpdate: take('mutate-tags-on-update', parseBoolean) ?? false,
    waitTimeoutSeconds: 60 * (take('wait-for-minutes', parseWaitMinutes) ?? 0),
    pollIntervalSeconds: take('poll-interval-seconds', parsePollInterval) ?? 0,
    smokeTest: parseSmokeTest(reader),
    onCancel: take('on-cancel', (raw) => parseOneOf(raw, ['rollback', 'leave'])) ?? 'rollback',
    dryRun: take('dry-run', parseBoolean) ?? false,
    force: take('force', parseBoolean) ?? false,
    waitForDeletion: take('wait-for-deletion', parseBoolean) ?? false,
    preview: parsePreview(reader, preview),
    github: parseGitHubInputs(reader),
  };
}

function parsePreview(reader: InputReader, preview: PreviewTarget | undefined): DeployInputs['preview'] {
  const given = parsePreviewInputs(reader);
  return preview && given && { ...preview, maxPreviews: given.maxPreviews };
}

/** Six hours: the longest a job on GitHub's own runners lasts. */
const parseWaitMinutes = (raw: string) => parseDecimal(raw, { minimum: 0.1, maximum: 360 });

const parsePollInterval = (raw: string) => parseDecimal(raw, { minimum: 0.1, maximum: 300 });

function parseSmokeTest(reader: InputReader): SmokeTestInputs | undefined {
  const wanted = reader.take('smoke-test', parseBoolean);
  const smokeTest = {
    path: reader.take('smoke-test-path', (raw) => parseForm(raw, pathForm)),
    statuses: reader.take('smoke-test-status', parseStatusRanges) ?? [],
    timeoutSeconds:
      reader.take('smoke-test-timeout-seconds', (raw) => parseDecimal(raw, { minimum: 1, maximum: 3600 })) ??
      0,
    alsoInternal: wanted === true,
  };
  return wanted === false ? undefined : smokeTest;
}
