import { isSameName } from '../../dns/names.ts';
import { classifyRecords, greenPercentOfState, isPair, type RecordState, recordsOf } from '../../dns/pair.ts';
import type { SideTargets } from '../../dns/pair-refusals.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import { areSameRecords, targetOf } from '../../dns/records.ts';
import { leadsToGreen, planRetreat } from '../../dns/retreat.ts';
import { isAddressType } from '../../dns/strangers.ts';
import type { WeightPair } from '../../dns/weights.ts';
import type { Runner } from '../../github/runner.ts';
import type { Clock } from '../../poll.ts';
import type { Approval } from './approval.ts';
import type { ShiftInputs } from './inputs.ts';
import type { Verified } from './measured.ts';
import type { Health, Observed, ObservedName, Probe, SeenHealthCheck } from './observed.ts';
import type { About, PlanStep } from './plan.ts';

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
  /** In the order of the input. Empty: the records could not be read. */
  names: readonly NameFacts[];
  /** Of the plan; `undefined` when none could be made. */
  checksum: string | undefined;
  steps: readonly PlanStep[];
  /** What the plan says beside its steps; `undefined` when none could be made. */
  about: About | undefined;
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
  readonly probes: SeenProbe[];
  readonly verdicts: string[];
  verification: Verified | undefined;
  /** As they were found by a mode that only looks. */
  healthChecks: readonly SeenHealthCheck[];
};

/** Where one of the names stands. */
export type NameFacts = Standing & {
  readonly domain: string;
  /** As the job found it, or left it where no share tells what green has. */
  readonly state: RecordState;
  readonly health: Health | undefined;
  /** Before the job. */
  readonly before: Standing;
  /** As somebody else has left it. Only told: what the job may take back are its own records. */
  readonly found: (Standing & { readonly state: RecordState }) | undefined;
  /** What became of it on a way back, or why it stays; `undefined`: there was none. */
  readonly wayBack:
    | 'taken'
    /** `isTaken`: some of it went back, and green keeps the rest. */
    | { readonly stays: string; readonly isTaken: boolean }
    | undefined;
};

export type Standing = {
  /** Those that may be replaced. */
  readonly records: readonly RecordSet[];
  /** What green gets by them. */
  readonly greenPercent: number | undefined;
  /** `undefined`: they have none. */
  readonly weights: WeightPair | undefined;
};

export type SeenProbe = {
  readonly at: number;
  readonly side: 'blue' | 'green';
  readonly domain: string;
  readonly probe: Probe;
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
    names: [],
    checksum: undefined,
    steps: [],
    about: undefined,
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
    verification: undefined,
    healthChecks: [],
  };
}

export function noteObserved(facts: Facts, { zone, names, intent, healthChecks }: Observed): void {
  facts.zoneId = zone.ref.zoneId;
  facts.healthChecks = intent === 'none' ? healthChecks : [];
  facts.names = names.map((name) => startName(name, intent));
}

/** Another look, of what the job has not changed or somebody else has changed since. */
export function noteObservedAgain(facts: Facts, { names, intent }: Observed): void {
  facts.names = names.map((name) => {
    const former = facts.names.find(({ domain }) => domain === name.domain);
    const now = startName(name, intent);
    if (former === undefined) return now;
    const wayBack = former.wayBack === 'taken' ? former.wayBack : undefined;
    return { ...now, before: former.before, wayBack };
  });
}

function startName({ domain, state, health, records }: ObservedName, intent: Observed['intent']): NameFacts {
  const before: Standing = {
    // A rollback replaces also what is no pair, so does that of a monitor, and a name that follows another is watched as found.
    records:
      takesBack(intent) || state.kind === 'following'
        ? records.filter(({ type }) => isAddressType(type))
        : recordsOf(state),
    greenPercent:
      greenPercentOfState(state) ?? (takesBack(intent) ? shareToTake(domain, records) : undefined),
    weights: state.kind === 'weighted' ? state.weights : undefined,
  };
  return { domain, state, health, before, ...before, found: undefined, wayBack: undefined };
}

/** What green has of records that are no pair; `undefined` where a way back could not take it. */
function shareToTake(domain: string, records: readonly RecordSet[]): number | undefined {
  const { hasBlue, undone, greenPercent } = planRetreat(domain, records, undefined);
  return hasBlue && undone.length === 0 ? greenPercent : undefined;
}

function takesBack(intent: Observed['intent']): boolean {
  return intent === 'rollback' || intent === 'monitor';
}

/** The names that these records are of now stand as they say; the others as before. */
export function noteRecords(
  facts: Facts,
  records: readonly RecordSet[],
  share?: Pick<Standing, 'greenPercent' | 'weights'>,
): void {
  facts.names = facts.names.map((name) => {
    const own = records.filter((record) => isSameName(record.name, name.domain));
    if (own.length === 0) return name;
    // Names of one share may have had unlike weights.
    if (areSameRecords(own, name.before.records)) return { ...name, ...name.before, found: undefined };
    if (share !== undefined && isSplit(name, own, share.greenPercent))
      return { ...name, ...splitStanding(name, own) };
    const weights = isPair(own) ? share?.weights : undefined;
    return { ...name, ...(share && { ...share, weights }), records: own, found: undefined };
  });
}

/** Whether the share that was written is not that of the name: a type stayed at green, or green's record was removed. */
function isSplit(name: NameFacts, records: readonly RecordSet[], greenPercent: number | undefined): boolean {
  const isAtGreen = records.some((record) => leadsToGreen(record, records));
  if (greenPercent === 0) return isAtGreen;
  const { kind } = classifyRecords(name.domain, records, targetsIn(name.state));
  return kind === 'half' || (kind === 'uneven' && isAtGreen);
}

/** What the records say, where no share tells. */
function splitStanding(name: NameFacts, records: readonly RecordSet[]): Partial<NameFacts> {
  const state = classifyRecords(name.domain, records, targetsIn(name.state));
  const greenPercent = greenPercentOfState(state);
  return { state, records, greenPercent, weights: undefined, found: undefined };
}

/** Notes what a look found in the place of this job's records: of names that are as they should be, nothing. */
export function noteFound(facts: Facts, domains: readonly string[], seen: readonly RecordSet[]): void {
  facts.names = facts.names.map((name) => {
    const own = seen.filter((record) => isSameName(record.name, name.domain));
    const records = own.filter(({ type }) => isAddressType(type));
    if (!domains.includes(name.domain) || areSameRecords(records, name.records)) return name;
    const state = classifyRecords(name.domain, own, targetsIn(name.state));
    const weights = state.kind === 'weighted' ? state.weights : undefined;
    return { ...name, found: { records, state, weights, greenPercent: greenPercentOfState(state) } };
  });
}

/** Where the two sides were when the job began. */
function targetsIn(state: RecordState): SideTargets {
  const [group] = state.kind === 'weighted' ? state.groups : [];
  return { blue: group && targetOf(group.blue), green: group && targetOf(group.green) };
}

/** For reports: what is there now, whoever wrote it. */
export function asFound(name: NameFacts): NameFacts {
  return { ...name, ...name.found };
}

export function noteBack(facts: Facts, domains: readonly string[]): void {
  facts.names = facts.names.map((name) =>
    domains.includes(name.domain) ? { ...name, wayBack: 'taken' } : name,
  );
}

/** @param isTaken whether some of it went back all the same. */
export function noteStaying(facts: Facts, domain: string, stays: string, isTaken = false): void {
  facts.names = facts.names.map((name) =>
    name.domain === domain ? { ...name, wayBack: { stays, isTaken } } : name,
  );
}

export function isBack({ names }: Facts, domain: string): boolean {
  return names.some((name) => name.domain === domain && name.wayBack === 'taken');
}

/** After a way back green keeps people of the name, or nobody knows that it does not: blue has not all of its traffic. */
export function noteKept(facts: Facts, domain: string, stays: string): void {
  facts.rolledBack = false;
  if (isBack(facts, domain)) noteStaying(facts, domain, stays, true);
}

/**
 * The name that outputs of one name are about: the first that has a share of its own. `undefined`: the records could not be
 * read.
 */
export function leadOf({ names }: Pick<Facts, 'names'>): NameFacts | undefined {
  return names.find(({ state }) => state.kind !== 'following') ?? names[0];
}

/** Of all names, as they are now. */
export function recordsNow({ names }: Pick<Facts, 'names'>): readonly RecordSet[] {
  return names.flatMap(({ records }) => records);
}
