import { greenPercentOfState, type RecordState, recordsOf } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import type { WeightPair } from '../../dns/weights.ts';
import type { Runner } from '../../github/runner.ts';
import type { Clock } from '../../poll.ts';
import type { ShiftInputs } from './inputs.ts';
import type { Approval, Health, Observed, Probe, Verification } from './observed.ts';
import type { PlanStep } from './plan.ts';

/** A run of the action: what it was told, whom it talks to, and what has become true. */
export type Job = {
  readonly inputs: ShiftInputs;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly facts: Facts;
};

/** What has become true so far. Filled step by step, and reported also when a step fails. */
export type Facts = {
  approval: Approval;
  readonly notices: string[];
  /** Why there is no plan. */
  refusals: readonly Refusal[];
  /** Empty until the zone is found. */
  zoneId: string;
  /** `undefined`: the records could not be read. */
  state: RecordState | undefined;
  /** Before the job: the records that may be replaced, what green gets by them, and their weights, if they have any. */
  recordsBefore: readonly RecordSet[];
  greenPercentBefore: number | undefined;
  weightsBefore: WeightPair | undefined;
  /** The same as they are now. */
  records: readonly RecordSet[];
  greenPercent: number | undefined;
  weights: WeightPair | undefined;
  /** Of the plan; `undefined` when none could be made. */
  checksum: string | undefined;
  steps: readonly PlanStep[];
  /** What the plan says beside its steps. */
  about: readonly string[];
  /** The sentences of the steps that are done. */
  readonly done: string[];
  readonly changes: AcceptedChange[];
  /** What is known of the last change: `sent` until an answer, or the records, tell what became of it. */
  lastChange: 'none' | 'sent' | 'known';
  /** Green did badly, and the records of before the job are not back yet. */
  owesWayBack: boolean;
  rolledBack: boolean;
  /** A request that changes something was accepted. */
  changed: boolean;
  /** The step that was watched last was good. */
  baked: boolean;
  readonly shares: { readonly at: number; readonly greenPercent: number }[];
  readonly probes: { readonly at: number; readonly side: 'blue' | 'green'; readonly probe: Probe }[];
  readonly verdicts: string[];
  health: Health | undefined;
  verification: Verification | undefined;
};

/** A change that Route 53 accepted. Times in milliseconds since the epoch. */
export type AcceptedChange = {
  /** `undefined`: the reply was lost, and only the records tell. */
  readonly changeId: string | undefined;
  readonly comment: string;
  readonly submittedAt: number;
  inSyncAt: number | undefined;
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly greenPercent: number;
};

export function startFacts(): Facts {
  return {
    approval: { kind: 'not-needed' },
    notices: [],
    refusals: [],
    zoneId: '',
    state: undefined,
    recordsBefore: [],
    greenPercentBefore: undefined,
    weightsBefore: undefined,
    records: [],
    greenPercent: undefined,
    weights: undefined,
    checksum: undefined,
    steps: [],
    about: [],
    done: [],
    changes: [],
    lastChange: 'none',
    owesWayBack: false,
    rolledBack: false,
    changed: false,
    baked: false,
    shares: [],
    probes: [],
    verdicts: [],
    health: undefined,
    verification: undefined,
  };
}

export function noteObserved(facts: Facts, { zone, state, health, intent, records }: Observed): void {
  facts.zoneId = zone.ref.zoneId;
  facts.state = state;
  facts.health = health;
  // A rollback replaces also what is no pair.
  facts.recordsBefore =
    intent === 'rollback' ? records.filter(({ type }) => isAddressType(type)) : recordsOf(state);
  facts.greenPercentBefore = greenPercentOfState(state);
  facts.weightsBefore = state.kind === 'weighted' ? state.weights : undefined;
  facts.records = facts.recordsBefore;
  facts.greenPercent = facts.greenPercentBefore;
  facts.weights = facts.weightsBefore;
}
