import type { RecordState } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import type { WeightPair } from '../../dns/weights.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { ActionError } from '../../errors.ts';
import type { Mode } from './inputs.ts';
import type { Approval, Health, Observed, ObtainedApproval, Probe, Verification } from './observed.ts';
import type { PlanStep, Proceed } from './plan.ts';
export type Outcome =
  /** Nothing was to be done, or only to be looked at. */
  | 'noop'
  | 'planned'
  /** The records are as wanted. */
  | 'applied'
  /** And green was watched, and did well. */
  | 'baked'
  | 'rolled-back'
  | 'inconclusive'
  /** The plan, the gate or the checksum says no. Nothing was changed. */
  | 'refused'
  | 'cancelled'
  | 'failed';

/** Which run of which workflow this is. */
export type RunRecord = {
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly actor: string;
  readonly ref: string;
  readonly commitSha: string;
};

/** What is true at the end, also after a failure: the report is made from this alone. */
export type ShiftResult = {
  readonly outcome: Outcome;
  readonly mode: Mode;
  readonly domain: string;
  readonly zoneId: string;
  readonly changed: boolean;
  readonly rolledBack: boolean;
  /** undefined: the records could not be read. */
  readonly state: RecordState | undefined;
  readonly greenPercentBefore: number | undefined;
  readonly greenPercent: number | undefined;
  /** undefined: no weights. */
  readonly weightsBefore: WeightPair | undefined;
  readonly weights: WeightPair | undefined;
  readonly recordsBefore: readonly RecordSet[];
  readonly records: readonly RecordSet[];
  readonly changes: readonly AcceptedChange[];
  /** undefined: no plan could be made. */
  readonly checksum: string | undefined;
  readonly steps: readonly PlanStep[];
  readonly done: readonly string[];
  readonly notices: readonly string[];
  readonly approval: Approval;
  readonly run: RunRecord;
  readonly shares: Facts['shares'];
  readonly probes: Facts['probes'];
  readonly verdicts: readonly string[];
  readonly health: Health | undefined;
  readonly verification: Verification | undefined;
  readonly refusals: readonly Refusal[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failure: ActionError | undefined;
};

/** What has become true so far. Filled step by step, and reported also when a step fails. */
export type Facts = {
  /** The records that may be replaced, as they are now. */
  current: readonly RecordSet[];
  greenPercent: number | undefined;
  weights: WeightPair | undefined;
  readonly changes: AcceptedChange[];
  /** A step that gives green more was written by this job, and not taken back. */
  wentForward: boolean;
  rolledBack: boolean;
  /** A request that changes something was accepted. */
  changed: boolean;
  /** Every step that was watched to its end was good. */
  baked: boolean;
  readonly shares: { readonly at: number; readonly greenPercent: number }[];
  readonly probes: { readonly at: number; readonly side: 'blue' | 'green'; readonly probe: Probe }[];
  readonly verdicts: string[];
  readonly done: string[];
};

export function startFacts(start: {
  readonly current: readonly RecordSet[];
  readonly greenPercent: number | undefined;
  readonly weights: WeightPair | undefined;
  readonly at: number;
}): Facts {
  const { current, greenPercent, weights, at } = start;
  return {
    current,
    greenPercent,
    weights,
    changes: [],
    wentForward: false,
    rolledBack: false,
    changed: false,
    baked: false,
    shares: greenPercent === undefined ? [] : [{ at, greenPercent }],
    probes: [],
    verdicts: [],
    done: [],
  };
}

/** A change that Route 53 accepted. Times in milliseconds since the epoch. */
export type AcceptedChange = {
  /** undefined: the reply was lost, and only the records tell. */
  readonly changeId: string | undefined;
  readonly comment: string;
  readonly submittedAt: number;
  inSyncAt: number | undefined;
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly greenPercent: number;
};

/** All that a rollback needs, should this process be killed. */
export type Memory = {
  readonly zoneId: string;
  readonly domain: string;
  /** As they were when the job began. */
  readonly start: readonly RecordSet[];
  readonly startPercent: number;
  /** As the change finds them: an earlier step of this job may have written these. */
  readonly before: readonly RecordSet[];
  /** As the change leaves them. */
  readonly written: readonly RecordSet[];
  readonly writtenPercent: number;
};

/** How far a job came. What is `undefined` was not reached. */
export type Progress = {
  approval: Approval;
  observed: Observed | undefined;
  plan: Proceed | undefined;
  facts: Facts | undefined;
  verification: Verification | undefined;
  refusals: readonly Refusal[];
  notices: readonly string[];
};

export function startProgress(): Progress {
  return {
    approval: { kind: 'not-needed' },
    observed: undefined,
    plan: undefined,
    facts: undefined,
    verification: undefined,
    refusals: [],
    notices: [],
  };
}

/** The outputs, as action.yml declares them. */
export type OutputName =
  | 'outcome'
  | 'changed'
  | 'previous-green-percent'
  | 'green-percent'
  | 'blue-weight'
  | 'green-weight'
  | 'change-id'
  | 'plan-checksum'
  | 'approver'
  | 'audit'
  | 'rolled-back';

/** Every output is set, also after a failure: what is not known is empty. */
export function renderOutputs(result: ShiftResult): Readonly<Record<OutputName, string>> {
  const percent = (value: number | undefined) => (value === undefined ? '' : renderPercent(value));
  return {
    outcome: result.outcome,
    changed: String(result.changed),
    'previous-green-percent': percent(result.greenPercentBefore),
    'green-percent': percent(result.greenPercent),
    'blue-weight': result.weights?.blue.toString() ?? '',
    'green-weight': result.weights?.green.toString() ?? '',
    'change-id': result.changes.at(-1)?.changeId ?? '',
    'plan-checksum': result.checksum ?? '',
    approver: approverOf(result) ?? '',
    audit: renderAudit(result),
    'rolled-back': String(result.rolledBack),
  };
}

export function approverOf({ approval }: ShiftResult): string | undefined {
  return approval.kind === 'approved' ? approval.approver?.login : undefined;
}

/**
 * The record of who did what by whose leave, as one line of JSON. Members are only ever added; `schema` grows when one
 * changes its meaning.
 */
export function renderAudit(result: ShiftResult): string {
  return JSON.stringify({
    schema: 1,
    outcome: result.outcome,
    mode: result.mode,
    domain: result.domain,
    zoneId: result.zoneId,
    run: result.run,
    gate: result.approval,
    planChecksum: result.checksum,
    before: result.recordsBefore,
    after: result.records,
    greenPercentBefore: rounded(result.greenPercentBefore),
    greenPercent: rounded(result.greenPercent),
    changes: result.changes.map((change) => ({
      changeId: change.changeId,
      comment: change.comment,
      submittedAt: instant(change.submittedAt),
      inSyncAt: change.inSyncAt === undefined ? undefined : instant(change.inSyncAt),
      greenPercent: rounded(change.greenPercent),
    })),
    probes: result.probes
      .slice(-maxProbes)
      .map(({ at, side, probe }) => ({ at: instant(at), side, ...probe })),
    verdicts: result.verdicts,
    rolledBack: result.rolledBack,
    failure: result.failure && { code: result.failure.code, message: result.failure.message },
    startedAt: instant(result.startedAt),
    endedAt: instant(result.endedAt),
  });
}

/** A long bake makes thousands; an output may hold a megabyte. */
export const maxProbes = 50;

export function rounded(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Number(renderPercent(percent));
}

export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Who let this job change records, and what there is. */
export type FirstLook =
  | { readonly kind: 'seen'; readonly obtained: ObtainedApproval; readonly observed: Observed }
  | { readonly kind: 'failed'; readonly thrown: unknown };
