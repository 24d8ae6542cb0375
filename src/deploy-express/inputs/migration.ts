import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { createInputReader } from '../../input-reader.ts';
import { accepted, parseBoolean } from '../../parse.ts';
import type { MigrationInputs } from '../model/inputs.ts';
import { parseAppRunnerService, parseWorkflowPath } from './app-runner.ts';
import type { InputProblem } from './input-reader.ts';
import { deployInputDefaults } from './names.ts';

export type ParsedMigration =
  | { readonly ok: true; readonly inputs: MigrationInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** As `parseInputs`, for `operation: plan-migration`, which passes over whatever only a deployment needs. */
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
  const inputs: MigrationInputs = {
    appRunnerService: service === '*' ? undefined : service,
    workflow: parseWorkflowPath(reader),
    allowInternal: reader.take('allow-internal', parseBoolean) ?? false,
  };
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, inputs };
}
