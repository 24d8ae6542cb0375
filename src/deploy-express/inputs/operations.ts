import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { createInputReader } from '../../input-reader.ts';
import {
  accepted,
  type Form,
  type Parsed,
  parseBoolean,
  parseDecimal,
  parseForm,
  parseInteger,
  parseOneOf,
  quote,
  refused,
} from '../../parse.ts';
import { parseCluster } from '../../parse-arn.ts';
import type {
  GitHubInputs,
  MigrationInputs,
  PreviewInputs,
  SweepInputs,
  SweepLimits,
} from '../model/inputs.ts';
import { parseCustomDomains, parseServiceName } from './forms.ts';
import { deployInputDefaults, type InputProblem, type InputReader } from './names.ts';
import { parseSettings } from './settings.ts';

/** GitHub lets a label have up to 50 characters, and no comma. */
const labelForm: Form = {
  pattern: /^[^,\n]{1,50}$/u,
  wanted: 'the name of one label: up to 50 characters, no comma',
};

/** `undefined` unless `preview` is true. */
export function parsePreviewInputs(reader: InputReader): PreviewInputs | undefined {
  const wanted = reader.take('preview', parseBoolean) ?? false;
  const preview: PreviewInputs = {
    trigger: reader.take('preview-trigger', (raw) => parseOneOf(raw, ['label', 'all'])) ?? 'label',
    label: reader.take('preview-label', (raw) => parseForm(raw, labelForm)) ?? '',
    maxPreviews: reader.take('max-previews', (raw) => parseInteger(raw, { minimum: 1, maximum: 1000 })) ?? 0,
  };
  return wanted ? preview : undefined;
}

export function parseSweepLimits(reader: InputReader): SweepLimits {
  const { take } = reader;
  return {
    maxIdleHours:
      take('preview-max-idle-hours', (raw) => parseDecimal(raw, { minimum: 1, maximum: 8760 })) ?? 0,
    maxDeletions: take('max-deletions', (raw) => parseInteger(raw, { minimum: 1, maximum: 1000 })) ?? 0,
  };
}

const operations = ['deploy', 'delete', 'sweep', 'plan-migration'] as const;

export type Operation = (typeof operations)[number];

export function parseOperation(reader: InputReader): Operation {
  return reader.take('operation', (raw) => parseOneOf(raw, operations)) ?? 'deploy';
}

/** Whether a preview is deployed or deleted, the event says, so that no input may. */
export function reportOperationOfPreview(reader: InputReader): void {
  const operation = reader.text('operation');
  if (operation === 'deploy' || reader.text('preview')?.toLowerCase() !== 'true') return;
  reader.report({
    input: 'operation',
    seen: `${operation} with preview true`,
    wanted: 'no operation together with preview: the event says whether to deploy or to delete',
  });
}

export type ParsedSweep =
  | { readonly ok: true; readonly inputs: SweepInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Does what `parseInputs` does, but for `operation: sweep`, which passes over whatever only a deployment needs. */
export function parseSweepInputs(read: (name: string) => string, environment: InputEnvironment): ParsedSweep {
  const reader = createInputReader(deployInputDefaults, read);
  const { take } = reader;
  reportEnvironment(reader, environment);
  reportOperationOfPreview(reader);
  const inputs: SweepInputs = {
    cluster: take('cluster', (raw) => parseCluster(raw, environment.region)) ?? '',
    previewOf: parseServiceName(reader),
    ...parseSweepLimits(reader),
    dryRun: take('dry-run', parseBoolean) ?? false,
    github: parseGitHubInputs(reader),
  };
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, inputs };
}

export type ParsedMigration =
  | { readonly ok: true; readonly inputs: MigrationInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Does what `parseInputs` does, but for `operation: plan-migration`, which passes over what only a deployment needs. */
export function parseMigrationInputs(
  read: (name: string) => string,
  environment: InputEnvironment,
): ParsedMigration {
  const reader = createInputReader(deployInputDefaults, read);
  reportEnvironment(reader, environment);
  if (reader.text('apprunner-service') === undefined) {
    const wanted = 'the name or ARN of an App Runner service, or * for all of the account and Region';
    reader.report({ input: 'apprunner-service', seen: 'not given', wanted });
  }
  const service = reader.take('apprunner-service', (raw) =>
    raw === '*' ? accepted(raw) : parseAppRunnerService(raw),
  );
  if (service === '*') reportInputsOfOne(reader);
  const inputs: MigrationInputs = {
    appRunnerService: service === '*' ? undefined : service,
    workflow: parseWorkflowPath(reader),
    allowInternal: reader.take('allow-internal', parseBoolean) ?? false,
    wanted: {
      serviceName: parseServiceName(reader),
      cluster: reader.take('cluster', (raw) => parseCluster(raw, environment.region)) ?? '',
      customDomains: reader.take('custom-domains', parseCustomDomains),
      settings: parseSettings(reader, { region: environment.region, platform: undefined }),
    },
  };
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, inputs };
}

function reportInputsOfOne(reader: InputReader): void {
  for (const input of ['service-name', 'custom-domains'] as const) {
    if (reader.text(input) === undefined) continue;
    reader.report({
      input,
      seen: 'given with apprunner-service *',
      wanted: 'one App Runner service together with it',
    });
  }
}

const appRunnerNameForm: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$/,
  wanted: 'the name of an App Runner service, 4 to 40 letters, digits, - and _, or its ARN',
};

const appRunnerArn = /^arn:aws[a-z-]*:apprunner:[a-z0-9-]+:\d{12}:service\/[A-Za-z0-9_-]+\/[0-9a-f]{32}$/;

export function parseAppRunnerService(raw: string): Parsed<string> {
  if (raw === '*') {
    return refused({
      seen: quote(raw),
      wanted: `${appRunnerNameForm.wanted}; * for all services is for operation: plan-migration only`,
    });
  }
  return appRunnerArn.test(raw) ? accepted(raw) : parseForm(raw, appRunnerNameForm);
}

const workflowForm: Form = {
  pattern: /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\n\\]+(?:\.ya?ml|\/)$/,
  wanted:
    'a path in the workspace: a folder that ends in /, such as .github/workflows/, or a file that ends in .yml',
};

/** The input `write-workflow`, which `operation: plan-migration` alone uses. */
export function parseWorkflowPath(reader: InputReader): string | undefined {
  return reader.take('write-workflow', (raw) => parseForm(raw, workflowForm));
}

const environmentForm: Form = {
  pattern: /^[^\n]{1,255}$/,
  wanted: 'the name of a GitHub environment: up to 255 characters on one line',
};

export function parseGitHubInputs(reader: InputReader): GitHubInputs {
  return {
    token: reader.text('github-token'),
    deployment:
      reader.take('github-deployment', (raw) => parseOneOf(raw, ['auto', 'always', 'off'])) ?? 'auto',
    environment: reader.take('github-environment', (raw) => parseForm(raw, environmentForm)),
  };
}
