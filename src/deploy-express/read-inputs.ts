import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { checkSource } from './image.ts';
import { type DeployInputs, parseEnvironment, parseInputs, renderInputProblems } from './inputs.ts';

/** Inputs, Region, credentials, source and docker: everything that is wrong comes in one report, before any call. */
export async function readInputs(runner: Runner): Promise<DeployInputs> {
  const environment = parseEnvironment(runner.environment, {
    sharedConfigExists: sharedConfigExists(runner),
  });
  const parsed = parseInputs(runner.read, environment);
  const sourceProblems = parsed.build ? await checkSource(parsed.build, runner.context.workspace) : [];
  const problems = [...(parsed.ok ? [] : parsed.problems), ...sourceProblems];
  if (parsed.ok && problems.length === 0) return parsed.inputs;
  throw new ActionError('input-invalid', renderInputProblems(problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}

/** A profile may name the Region and the credentials instead of variables; only the SDK can tell. */
function sharedConfigExists(runner: Runner): boolean {
  const files = [
    runner.environment('AWS_CONFIG_FILE') ?? join(homedir(), '.aws', 'config'),
    runner.environment('AWS_SHARED_CREDENTIALS_FILE') ?? join(homedir(), '.aws', 'credentials'),
  ];
  return files.some((file) => existsSync(file));
}
