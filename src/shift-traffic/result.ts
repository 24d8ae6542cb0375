import type { RecordState } from '../dns/pair.ts';
import type { RecordSet, Refusal } from '../dns/records.ts';
import type { WeightPair } from '../dns/weights.ts';
import type { ActionError } from '../errors.ts';
import type { AcceptedChange, Facts } from './context.ts';
import type { Approval } from './gate.ts';
import type { Health } from './health.ts';
import type { Mode } from './inputs.ts';
import type { PlanStep } from './plan.ts';
import type { Verification } from './verification.ts';

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
