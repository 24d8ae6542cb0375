import { sharedConfigExists } from '../aws/shared-config.ts';
import { parseEnvironment } from '../aws-environment.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { renderInputProblems } from '../input-reader.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import type { ShiftInputs } from './model/inputs.ts';

/** Inputs, Region and credentials: everything that is wrong comes in one report, before any call. */
export function readInputs(runner: Runner): ShiftInputs {
  const environment = parseEnvironment(runner.environment, {
    sharedConfigExists: sharedConfigExists(runner.environment),
  });
  const parsed = parseInputs(runner.read, environment);
  if (parsed.ok) return parsed.inputs;
  throw new ActionError('input-invalid', renderInputProblems(parsed.problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}
