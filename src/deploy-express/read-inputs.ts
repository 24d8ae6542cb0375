import { sharedConfigExists } from '../aws/shared-config.ts';
import { parseEnvironment } from '../aws-environment.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { renderInputProblems } from '../input-reader.ts';
import { checkSource } from './image.ts';
import { type DeployInputs, parseInputs } from './inputs.ts';

/** Inputs, Region, credentials, source and docker: everything that is wrong comes in one report, before any call. */
export async function readInputs(runner: Runner): Promise<DeployInputs> {
  const environment = parseEnvironment(runner.environment, {
    sharedConfigExists: sharedConfigExists(runner.environment),
  });
  const parsed = parseInputs(runner.read, environment);
  const sourceProblems = parsed.build ? await checkSource(parsed.build, runner.context.workspace) : [];
  const problems = [...(parsed.ok ? [] : parsed.problems), ...sourceProblems];
  if (parsed.ok && problems.length === 0) return parsed.inputs;
  throw new ActionError('input-invalid', renderInputProblems(problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}
