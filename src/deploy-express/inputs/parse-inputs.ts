import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { createInputReader } from '../../input-reader.ts';
import { parseBoolean, parseDecimal, parseOneOf, parseStatusRanges } from '../../parse.ts';
import { certificateForm, parseArnForm, parseCluster, roleForm } from '../../parse-arn.ts';
import {
  type BuildInputs,
  type DeployInputs,
  type PreviewTarget,
  platformOfArchitecture,
  type SmokeTestInputs,
} from '../model/inputs.ts';
import { parsePath } from '../model/setting-forms.ts';
import { previewTagCount } from '../model/tags.ts';
import { asPreview, type PreviewToDeploy, previewRepository } from './as-preview.ts';
import { parseCertificateRequest } from './certificate.ts';
import { reportExclusions } from './exclusions.ts';
import { parseCustomDomains, requireServiceName } from './forms.ts';
import { parseImageSource } from './image.ts';
import {
  type DeployInputName,
  deleteInputNames,
  deployInputDefaults,
  deployInputNames,
  type InputProblem,
  type InputReader,
} from './names.ts';
import { noticesOfInputs } from './notices.ts';
import {
  parseAppRunnerService,
  parseGitHubInputs,
  parseOperation,
  parsePreviewInputs,
  parseSweepLimits,
  parseWorkflowPath,
  reportOperationOfPreview,
} from './operations.ts';
import { parsePreDeploy } from './pre-deploy.ts';
import { parseSettings } from './settings.ts';
import { parseTags } from './variables.ts';

export type ParsedInputs = (
  | { readonly ok: true; readonly inputs: DeployInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }
) & {
  /**
   * What is to be built, also beside problems of other inputs: what is wrong on disk is then found in the same go.
   * `undefined`: nothing, or nobody can say from where.
   */
  readonly build: BuildInputs | undefined;
  readonly dryRun: boolean;
};

/** `read` gives the text of an input, `''` when there is none. All problems are found in one go. */
export function parseInputs(
  read: (name: string) => string,
  environment: InputEnvironment,
  preview?: PreviewToDeploy,
): ParsedInputs {
  const reader = createInputReader(deployInputDefaults, read);
  reportEnvironment(reader, environment);
  const stated = parseAll(reader, environment, preview);
  const inputs = preview === undefined ? stated : asPreview(stated, preview);
  reportOperationOfPreview(reader);
  // For other operations only, but a mistake is better known now than by the schedule at night.
  parseSweepLimits(reader);
  parseWorkflowPath(reader);
  reportExclusions(reader);
  const problems = inputs.operation === 'delete' ? problemsOfDelete(reader.problems) : reader.problems;
  const seen = { build: buildToCheck(inputs, problems), dryRun: inputs.dryRun };
  return problems.length > 0 ? { ok: false, problems, ...seen } : { ok: true, inputs, ...seen };
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
  const { region } = environment;
  const serviceName = requireServiceName(reader);
  const platform = take('platform', (raw) => parseOneOf(raw, ['linux/amd64', 'linux/arm64']));
  const settings = parseSettings(reader, { region, platform });
  return {
    operation: parseOperation(reader) === 'delete' ? 'delete' : 'deploy',
    serviceName,
    cluster: take('cluster', (raw) => parseCluster(raw, region)) ?? '',
    infrastructureRoleArn: take('infrastructure-role-arn', (raw) => parseArnForm(raw, roleForm, region)),
    image: parseImageSource(reader, {
      serviceName,
      defaultRepository: preview === undefined ? serviceName : previewRepository(serviceName),
      platform: settings.cpuArchitecture && platformOfArchitecture[settings.cpuArchitecture],
    }),
    settings,
    origins: new Map(),
    notices: noticesOfInputs(reader, settings),
    appRunnerService: take('apprunner-service', parseAppRunnerService),
    allowInternal: take('allow-internal', parseBoolean) ?? false,
    remarks: [],
    environmentMode: take('environment-mode', (raw) => parseOneOf(raw, ['replace', 'merge'])) ?? 'replace',
    customDomains: take('custom-domains', parseCustomDomains) ?? [],
    certificateArn: take('certificate-arn', (raw) => parseArnForm(raw, certificateForm, region)),
    certificateRequest: parseCertificateRequest(reader, region),
    redirectHttp: take('redirect-http', parseBoolean) ?? false,
    tags: parseTags(reader, preview === undefined ? 0 : previewTagCount),
    mutateTagsOnUpdate: take('mutate-tags-on-update', parseBoolean) ?? false,
    forceNewDeployment: take('force-new-deployment', parseBoolean) ?? false,
    preDeploy: parsePreDeploy(reader),
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
  if (preview === undefined || given === undefined) return undefined;
  const { repositoryId, pullRequest, previewOf, deployedAt } = preview;
  return { repositoryId, pullRequest, previewOf, deployedAt, maxPreviews: given.maxPreviews };
}

/** Six hours: the longest a job on GitHub's own runners lasts. */
const parseWaitMinutes = (raw: string) => parseDecimal(raw, { minimum: 0.1, maximum: 360 });

const parsePollInterval = (raw: string) => parseDecimal(raw, { minimum: 0.1, maximum: 300 });

function parseSmokeTest(reader: InputReader): SmokeTestInputs | undefined {
  const wanted = reader.take('smoke-test', parseBoolean);
  const smokeTest = {
    path: reader.take('smoke-test-path', parsePath),
    statuses: reader.take('smoke-test-status', parseStatusRanges) ?? [],
    timeoutSeconds:
      reader.take('smoke-test-timeout-seconds', (raw) => parseDecimal(raw, { minimum: 1, maximum: 3600 })) ??
      0,
    alsoInternal: wanted === true,
  };
  return wanted === false ? undefined : smokeTest;
}
