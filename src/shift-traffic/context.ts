import type { RecordSet } from '../dns/records.ts';
import type { WeightPair } from '../dns/weights.ts';
import type { Clock } from '../poll.ts';
import type { ShiftInputs } from './inputs.ts';
import type { Observed } from './observe.ts';
import type { Probe } from './probe.ts';

export type ApplyContext = {
  readonly inputs: ShiftInputs;
  readonly observed: Observed;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** What goes into the comment of each change, beside what it does. */
  readonly commentParts: readonly string[];
  /** Keeps for the post step what it needs to take a change back. Called before the change is sent. */
  readonly remember: (memory: Memory) => Promise<void>;
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
