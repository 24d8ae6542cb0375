import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listAppRunnerServices } from '../../aws/app-runner.ts';
import { describeAppRunnerService } from '../../aws/app-runner-configuration.ts';
import { ActionError } from '../../errors.ts';
import type { MigrationInputs } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import { observeRoleTrust } from './import-service.ts';
import { type MigratedService, migrateService } from './migrated-service.ts';
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
  if (inputs.workflow === undefined || services.length === 0) return;
  const region = services[0]?.arn.split(':')[3] ?? '';
  const { actionRepository, actionRef } = runner;
  const text = renderWorkflow(services, { region, actionRepository, actionRef });
  await writeWorkflow(runner.context.workspace, inputs.workflow, text);
  runner.info(`Wrote ${inputs.workflow}`);
}

async function observeServices({
  appRunnerService,
  allowInternal,
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
      migrated.push(migrateService(service, { isRoleTrusting, allowInternal }));
    }
  }
  if (migrated.length > 0 || appRunnerService === undefined) return migrated;
  throw new ActionError(
    'plan-refused',
    `there is no App Runner service ${appRunnerService} in this account and Region`,
    { hint: 'Correct apprunner-service, or the Region.' },
  );
}

/** Writes the file unless there is one: somebody may have written that by hand. */
async function writeWorkflow(workspace: string, file: string, text: string): Promise<void> {
  const root = await realpath(workspace);
  const target = path.resolve(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await realpath(path.dirname(target));
  if (folder !== root && !folder.startsWith(`${root}${path.sep}`)) {
    throw new ActionError('plan-refused', `write-workflow ${file} leads out of the workspace`, {
      hint: 'Name a path in the workspace.',
    });
  }
  try {
    await writeFile(path.join(folder, path.basename(target)), text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new ActionError('plan-refused', `write-workflow ${file} is there already`, {
      hint: 'Name a new path, or remove the file first.',
      cause,
    });
  }
}
