import type { Runner } from '../../github/runner.ts';
import { createInputReader } from '../../input-reader.ts';
import { deployInputDefaults } from '../inputs/names.ts';
import { parseOperation, parsePreviewInputs } from '../inputs/operations.ts';
import type { Target } from '../model/job.ts';

/**
 * Decides what this run is about before anything else is looked at: the workflows of forks have neither credentials nor
 * secrets, and must end green all the same. What is wrong with the inputs read here is reported with all others, later.
 */
export async function chooseTarget(runner: Runner, nowMs: number): Promise<Target> {
  const reader = createInputReader(deployInputDefaults, runner.read);
  const preview = parsePreviewInputs(reader);
  const operation = parseOperation(reader);
  if (reader.problems.length > 0) return { kind: 'service' };
  if (operation === 'sweep') return { kind: 'sweep' };
  if (operation === 'plan-migration') return { kind: 'migration' };
  if (preview === undefined || operation !== 'deploy') return { kind: 'service' };
  const { choosePreview } = await import('./choose.ts');
  return choosePreview(preview, reader, runner, nowMs);
}
