import { existsSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listAppRunnerServices } from '../../aws/app-runner.ts';
import { describeAppRunnerService } from '../../aws/app-runner-configuration.ts';
import { nameRegion } from '../../aws/clients.ts';
import { ActionError } from '../../errors.ts';
import type { MigrationInputs } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import { observeRoleTrust } from './import-service.ts';
import { type MigratedService, migrateService } from './migrated-service.ts';
import { renderFolder, type WrittenWorkflow } from './render-folder.ts';
import { renderWorkflow } from './render-workflow.ts';
import { renderMigration, renderMigrationJson, renderMigrationLog } from './report-migration.ts';

/** Says how services of App Runner would be deployed to Express, and what could not come over. Changes nothing in AWS. */
export async function planMigration(inputs: MigrationInputs, { runner, facts }: Job): Promise<void> {
  facts.outcome = 'planned';
  const services = await observeServices(inputs);
  if (inputs.appRunnerService !== undefined) facts.serviceName = services[0]?.name ?? '';
  facts.migrationPlan = renderMigrationJson(services);
  facts.own = () => renderMigration(services);
  for (const line of renderMigrationLog(services)) runner.info(line);
  const { workflow } = inputs;
  if (workflow === undefined || services.length === 0) return;
  const files = renderFiles(workflow, services, runner);
  await writeFiles(runner.context.workspace, files);
  facts.own = () => renderMigration(services, files);
  for (const { name } of files) runner.info(`Wrote ${name}`);
}

function renderFiles(
  workflow: string,
  services: readonly MigratedService[],
  { actionRepository, actionRef, context }: Job['runner'],
): readonly WrittenWorkflow[] {
  const region = services[0]?.arn.split(':')[3] ?? '';
  const [, branch = 'main'] = /^refs\/heads\/(.+)$/.exec(context.ref) ?? [];
  const options = { region, actionRepository, actionRef, branch };
  if (!workflow.endsWith('/')) return [{ name: workflow, text: renderWorkflow(services, options) }];
  return renderFolder(services, options).map(({ name, text }) => ({ name: `${workflow}${name}`, text }));
}

async function observeServices({
  appRunnerService,
  allowInternal,
  wanted,
}: MigrationInputs): Promise<readonly MigratedService[]> {
  const names =
    appRunnerService === undefined
      ? (await listAppRunnerServices()).map(({ arn }) => arn)
      : [appRunnerService];
  const migrated: MigratedService[] = [];
  // One after the other: App Runner throttles a burst of describe calls.
  for (const name of names) {
    const service = await describeAppRunnerService(name);
    if (service !== undefined) {
      const isRoleTrusting = await observeRoleTrust(service.instanceRoleArn);
      migrated.push(migrateService(service, { isRoleTrusting, allowInternal }, wanted));
    }
  }
  if (migrated.length > 0 || appRunnerService === undefined) return migrated;
  throw new ActionError(
    'plan-refused',
    `there is no App Runner service ${appRunnerService} in ${nameRegion()}`,
    {
      hint: 'Correct apprunner-service, or aws-region of configure-aws-credentials. The ARN of the service names both.',
    },
  );
}

/** Writes none unless it can write all: somebody may have written one of them by hand. */
async function writeFiles(workspace: string, files: readonly WrittenWorkflow[]): Promise<void> {
  const root = await realpath(workspace);
  const targets: string[] = [];
  for (const { name } of files) targets.push(await locate(root, name));
  const present = files.filter((_file, index) => existsSync(targets[index] ?? ''));
  if (present.length > 0) throw alreadyThere(present.map(({ name }) => name).join(', '));
  for (const [index, { name, text }] of files.entries()) {
    try {
      await writeFile(targets[index] ?? '', text, { flag: 'wx' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      throw alreadyThere(name);
    }
  }
}

async function locate(root: string, file: string): Promise<string> {
  const target = path.resolve(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await realpath(path.dirname(target));
  if (folder !== root && !folder.startsWith(`${root}${path.sep}`)) {
    throw new ActionError('plan-refused', `write-workflow ${file} leads out of the workspace`, {
      hint: 'Name a path in the workspace.',
    });
  }
  return path.join(folder, path.basename(target));
}

function alreadyThere(names: string): ActionError {
  return new ActionError('plan-refused', `write-workflow: ${names} exists already, and was not overwritten`, {
    hint: 'Name a new path, or remove the file first.',
  });
}
