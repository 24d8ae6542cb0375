import { ActionError } from '../../errors.ts';
import { isChangeMode, type ShiftInputs } from '../model/inputs.ts';
import { asFound, type Facts } from '../model/job.ts';
import type { Outcome, RunRecord, ShiftResult } from '../model/result.ts';

/** Turns what is true at the end into the result. */
export function sumUp(options: {
  /** `undefined`: they could not be read. */
  readonly inputs: ShiftInputs | undefined;
  readonly facts: Facts;
  /** `undefined`: the job came to its end without an error. */
  readonly thrown: unknown;
  readonly cancelled: AbortSignal;
  readonly run: RunRecord;
  readonly startedAt: number;
  readonly endedAt: number;
}): ShiftResult {
  const { inputs, facts, thrown, cancelled, run, startedAt, endedAt } = options;
  // What an aborted request throws is the SDK's own: why it was aborted is what counts.
  const error = thrown !== undefined && cancelled.aborted ? cancelled.reason : thrown;
  return {
    ...facts,
    names: facts.names.map(asFound),
    outcome: error === undefined ? successOf(inputs, facts) : failureOf(error, facts),
    mode: inputs?.mode,
    domains: inputs?.domains ?? [],
    run: pickRun(run),
    startedAt,
    endedAt,
    failure: error instanceof ActionError ? error : undefined,
    isBug: error !== undefined && !(error instanceof ActionError),
  };
}

function failureOf(error: unknown, { changed }: Facts): Outcome {
  if (!(error instanceof ActionError)) return 'failed';
  switch (error.code) {
    case 'rolled-back':
    case 'inconclusive':
    case 'cancelled':
      return error.code;
    case 'plan-refused':
    case 'gate-refused':
    case 'state-changed':
    case 'change-refused':
    case 'record-protected':
    case 'health-check-missing':
    case 'runner-refused':
      return changed ? 'failed' : 'refused';
    default:
      return 'failed';
  }
}

function successOf(inputs: ShiftInputs | undefined, { steps, baked }: Facts): Outcome {
  // A watch that went well has changed nothing.
  if (steps.length === 0 || inputs?.mode === 'monitor') return 'noop';
  if (inputs === undefined || !isChangeMode(inputs.mode)) return 'planned';
  return baked ? 'baked' : 'applied';
}

/** The audit has these members and no others of what the runner tells. */
function pickRun({ repository, runId, runAttempt, actor, ref, commitSha }: RunRecord): RunRecord {
  return { repository, runId, runAttempt, actor, ref, commitSha };
}
