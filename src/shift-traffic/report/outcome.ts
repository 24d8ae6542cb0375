import { greenPercentOfState, recordsOf } from '../../dns/pair.ts';
import { ActionError } from '../../errors.ts';
import type { RunContext } from '../../github/context.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Proceed } from '../model/plan.ts';
import type { Facts, Outcome, Progress, RunRecord, ShiftResult } from '../model/result.ts';

/** Turns what is true at the end into the result. What is no ActionError is a bug of ours, and stays thrown. */
export function conclude(options: {
  readonly inputs: ShiftInputs;
  readonly progress: Progress;
  readonly thrown: unknown;
  readonly cancelled: AbortSignal;
  readonly run: RunContext;
  readonly startedAt: number;
  readonly endedAt: number;
}): ShiftResult {
  const { inputs, progress, cancelled, run, startedAt, endedAt } = options;
  const { observed, plan, facts } = progress;
  const failure = asFailure(options.thrown, cancelled);
  const state = observed?.state;
  const recordsBefore = state === undefined ? [] : recordsOf(state);
  const percentBefore = state === undefined ? undefined : greenPercentOfState(state);
  const weightsBefore = state?.kind === 'weighted' ? state.weights : undefined;
  return {
    outcome: outcomeOf(inputs, progress, failure),
    mode: inputs.mode,
    domain: inputs.domain,
    zoneId: observed?.zone.ref.zoneId ?? '',
    changed: facts?.changed ?? false,
    rolledBack: facts?.rolledBack ?? false,
    state,
    greenPercentBefore: percentBefore,
    greenPercent: facts === undefined ? percentBefore : facts.greenPercent,
    weightsBefore,
    weights: facts === undefined ? weightsBefore : facts.weights,
    recordsBefore,
    records: facts?.current ?? recordsBefore,
    changes: facts?.changes ?? [],
    checksum: plan?.checksum,
    steps: plan?.steps ?? [],
    done: facts?.done ?? [],
    notices: [...progress.notices, ...(plan?.notices ?? [])],
    approval: progress.approval,
    run: recordRun(run),
    shares: facts?.shares ?? [],
    probes: facts?.probes ?? [],
    verdicts: facts?.verdicts ?? [],
    health: observed?.health,
    verification: progress.verification,
    refusals: progress.refusals,
    startedAt,
    endedAt,
    failure,
  };
}

function asFailure(thrown: unknown, cancelled: AbortSignal): ActionError | undefined {
  // The SDK answers an aborted request with an error of its own.
  if (thrown !== undefined && cancelled.aborted) return cancelled.reason;
  if (thrown === undefined || thrown instanceof ActionError) return thrown;
  throw thrown;
}

function outcomeOf(
  inputs: ShiftInputs,
  { plan, facts }: Progress,
  failure: ActionError | undefined,
): Outcome {
  if (failure === undefined) return successOf(inputs, plan, facts);
  switch (failure.code) {
    case 'rolled-back':
    case 'inconclusive':
    case 'cancelled':
      return failure.code;
    case 'plan-refused':
    case 'gate-refused':
    case 'state-changed':
      return facts?.changed ? 'failed' : 'refused';
    default:
      return 'failed';
  }
}

function successOf({ mode }: ShiftInputs, plan: Proceed | undefined, facts: Facts | undefined): Outcome {
  if (plan === undefined || plan.steps.length === 0) return 'noop';
  if (mode === 'plan') return 'planned';
  return facts?.baked ? 'baked' : 'applied';
}

function recordRun({ repository, runId, runAttempt, actor, ref, commitSha }: RunContext): RunRecord {
  return { repository, runId, runAttempt, actor, ref, commitSha };
}
