import { sharedConfigExists } from '../aws/shared-config.ts';
import { type InputEnvironment, parseEnvironment } from '../aws-environment.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { createInputReader, type InputProblem, renderInputProblems } from '../input-reader.ts';
import type { PreparedSource } from '../source/prepare-source.ts';
import { deployInputDefaults } from './inputs/names.ts';
import { announceRemarks } from './inputs/notices.ts';
import { parseMigrationInputs, parseSweepInputs } from './inputs/operations.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import { type Purpose, tellUnused } from './inputs/uses.ts';
import type { ImportedService } from './migration/import-service.ts';
import type { BuildInputs, DeployInputs, MigrationInputs, Remark, SweepInputs } from './model/inputs.ts';
import type { Target } from './model/job.ts';

/** Inputs, Region, credentials, source and docker: everything that is wrong comes in one report, before any call. */
export async function readInputs(runner: Runner, target: Target): Promise<DeployInputs> {
  const environment = readEnvironment(runner);
  const parsed = parseInputs(runner.read, environment, target.kind === 'preview' ? target : undefined);
  const imported = parsed.ok ? await importAsAsked(parsed.inputs) : undefined;
  const build = imported === undefined ? parsed.build : buildOf(imported.inputs);
  const source = build && (await readSourceOf(build, parsed.dryRun, runner));
  const problems = [...(parsed.ok ? [] : parsed.problems), ...(source?.problems ?? [])];
  if (!parsed.ok || problems.length > 0) throw refuseInputs(problems);
  await announceUnused(runner, target.kind === 'preview' ? previewPurpose(target) : parsed.inputs.operation);
  const inputs = await complete(parsed.inputs, source?.prepared, imported);
  // The plan would be too late to give these notices: the build before it may fail for what they say.
  for (const notice of [...inputs.notices, ...announceRemarks(inputs)]) await runner.notice(notice);
  return inputs;
}

async function readSourceOf(build: BuildInputs, dryRun: boolean, { context }: Runner) {
  const { readSource } = await import('./image/source.ts');
  return readSource(build, { workspace: context.workspace, dryRun });
}

async function complete(
  inputs: DeployInputs,
  prepared: PreparedSource | undefined,
  imported: ImportedService | undefined,
): Promise<DeployInputs> {
  if (prepared === undefined && imported === undefined) return inputs;
  const { completeInputs } = await import('./inputs/fill.ts');
  return completeInputs(imported?.inputs ?? inputs, {
    prepared,
    imported: imported && { layer: imported.layer, remarks: await remarksAbout(imported, prepared) },
  });
}

/** Comes before the source is read, since App Runner may say which source it is. */
async function importAsAsked(inputs: DeployInputs): Promise<ImportedService | undefined> {
  if (inputs.appRunnerService === undefined || inputs.operation === 'delete') return undefined;
  const { importService } = await import('./migration/import-service.ts');
  return importService(inputs, inputs.appRunnerService);
}

async function remarksAbout(
  imported: ImportedService,
  prepared: PreparedSource | undefined,
): Promise<readonly Remark[]> {
  const { observeRemarks } = await import('./migration/import-service.ts');
  const service = prepared === undefined || prepared.kind === 'unusable' ? undefined : prepared.service;
  return observeRemarks(imported, service?.run.secrets ?? []);
}

function buildOf({ image }: DeployInputs): BuildInputs | undefined {
  return image.kind === 'build' ? image.build : undefined;
}

export async function readSweepInputs(runner: Runner): Promise<SweepInputs> {
  const parsed = parseSweepInputs(runner.read, readEnvironment(runner));
  if (!parsed.ok) throw refuseInputs(parsed.problems);
  await announceUnused(runner, 'sweep');
  return parsed.inputs;
}

export async function readMigrationInputs(runner: Runner): Promise<MigrationInputs> {
  const parsed = parseMigrationInputs(runner.read, readEnvironment(runner));
  if (!parsed.ok) throw refuseInputs(parsed.problems);
  await announceUnused(runner, 'plan-migration');
  return parsed.inputs;
}

function previewPurpose({ operation }: { readonly operation: 'deploy' | 'delete' }): Purpose {
  return operation === 'deploy' ? 'preview' : 'delete';
}

/** Nothing that is given is passed over without a word. */
async function announceUnused(runner: Runner, purpose: Purpose): Promise<void> {
  const { notices, remarks } = tellUnused(createInputReader(deployInputDefaults, runner.read), purpose);
  for (const line of remarks) runner.info(line);
  for (const notice of notices) await runner.notice(notice);
}

function readEnvironment({ environment }: Runner): InputEnvironment {
  return parseEnvironment(environment, { sharedConfigExists: sharedConfigExists(environment) });
}

function refuseInputs(problems: readonly InputProblem<string>[]): ActionError {
  return new ActionError('input-invalid', renderInputProblems(problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}
