import { isSameTarget } from '../../dns/names.ts';
import { classifyRecords, sideOf } from '../../dns/pair.ts';
import { type RecordSet, type Refusal, targetOf, weightOf } from '../../dns/records.ts';
import { isAddressType, judgeDelegatedAway } from '../../dns/strangers.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, OneName } from '../model/observed.ts';
import type { Draft } from '../model/plan.ts';
import { type Case, casesOf, distinct, gather } from './names.ts';
import { judgeMissing } from './readiness.ts';
import { describeFollowing, planRollback, retreatOf, sentenceOf } from './rollback.ts';
import { bakeStep } from './shift.ts';
import { judgeState } from './state.ts';

/**
 * A watch of green where it has a share, with the rollback that follows if it does badly. It can only take from green, so
 * that nothing keeps it from watching what a rollback could take back: what is not watched is said, and red in the end.
 */
export function planMonitor(inputs: ShiftInputs, observed: Observed): Draft {
  const names = casesOf(inputs, observed).map((one) => watchOf(one));
  const { given, unwatched } = sortAlarms(inputs, observed);
  const undone = distinct([...names.flatMap((name) => name.undone), ...unwatched]);
  const watched = names.filter(({ greenPercent }) => greenPercent > 0);
  const following = observed.names.flatMap(({ domain, state }) =>
    state.kind === 'following' ? [describeFollowing(domain, state)] : [],
  );
  const [first, ...more] = watched.map(({ domain }) => domain);
  if (first === undefined) {
    return undone.length > 0
      ? { kind: 'refuse', refusals: undone }
      : { kind: 'steps', steps: [], notices: following };
  }
  const isWatched = ({ domain }: { readonly domain: string }) => [first, ...more].includes(domain);
  const back = planRollback(inputs, { ...observed, names: observed.names.filter(isWatched) });
  const wayBack = back.kind === 'steps' ? back.steps[0] : undefined;
  if (wayBack?.kind !== 'change-records') throw new Error('green has a share that no rollback takes');
  const { sentence, greenPercent, by } = bakeStep(
    { ...inputs, bake: { ...inputs.bake, alarms: given } },
    Math.max(...watched.map((name) => name.greenPercent)),
  );
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'watch',
        sentence: `${sentence}; if it does badly, ${wayBack.sentence}`,
        greenPercent,
        by,
        domains: [first, ...more],
        wayBack,
      },
    ],
    notices: [
      ...following,
      ...gather(names.map(({ domain, idle }) => ({ domain, own: idle.map(sentenceOf) }))),
      ...undone.map(sentenceOf),
    ],
    undone,
  };
}

/** An alarm that is not there, or may not be seen, keeps nobody from what can be watched. */
function sortAlarms(
  { bake }: ShiftInputs,
  { alarms = [] }: Pick<Observed, 'alarms'>,
): { readonly given: readonly string[]; readonly unwatched: readonly Refusal[] } {
  if ('because' in alarms) return { given: [], unwatched: [alarms] };
  const missing = alarms.filter(({ state }) => state === 'missing').map(({ name }) => name);
  return {
    given: bake.alarms.filter((name) => !missing.includes(name)),
    unwatched: judgeMissing({ alarms }),
  };
}

type WatchOfName = {
  readonly domain: string;
  /** What green has, and a rollback takes; 0: there is nothing to watch. */
  readonly greenPercent: number;
  /** What is not watched, or cannot be taken back. */
  readonly undone: readonly Refusal[];
  /** Beside the pair, without a share. */
  readonly idle: readonly Refusal[];
};

/** Simple records are of before the move, or after it; a name that follows another goes back with that one. */
function watchOf(one: Case): WatchOfName {
  const { domain, state } = one.seen;
  if (state.kind === 'simple' || state.kind === 'half' || state.kind === 'following')
    return { domain, greenPercent: 0, undone: [], idle: [] };
  const { undone, idle } = sortOut(one);
  if (!hasShare(one.seen)) return { domain, greenPercent: 0, undone, idle };
  const retreat = retreatOf(one);
  if (retreat.kind === 'change') return { domain, greenPercent: retreat.takesPercent, undone, idle };
  const refusals = retreat.kind === 'refused' ? retreat.refusals : [];
  return { domain, greenPercent: 0, undone: [...undone, ...refusals], idle };
}

/** A member that is neither side and has no weight is in nobody's way. */
function sortOut({ inputs, seen }: Case): Pick<WatchOfName, 'undone' | 'idle'> {
  const all = judge(seen);
  const { domain, records, zone } = seen;
  if (judgeDelegatedAway(domain, zone.name, records) !== undefined) return { undone: all, idle: [] };
  const targets = { blue: inputs.blue.host, green: seen.green?.balancer.dnsName };
  const isIdle = (record: RecordSet) =>
    isAddressType(record.type) &&
    record.policy.kind === 'weighted' &&
    !getsShare(record, records) &&
    sideOf(record, targets) === undefined;
  const inTheWay = records.filter((record) => !isIdle(record));
  const undone = judge({ ...seen, state: classifyRecords(domain, inTheWay, targets) });
  return { undone, idle: all.filter(({ because }) => undone.every((other) => other.because !== because)) };
}

/** A rollback takes from green what the types do not say alike. */
function judge(seen: OneName): readonly Refusal[] {
  return seen.state.kind === 'uneven' ? [] : judgeState(seen);
}

function hasShare({ records, green }: OneName): boolean {
  const host = green?.balancer.dnsName;
  return records.some((record) => {
    const target = targetOf(record);
    const isGreen = host !== undefined && target !== undefined && isSameTarget(target, host);
    return isGreen && isAddressType(record.type) && getsShare(record, records);
  });
}

/** Weights that are all 0 are equal shares. */
function getsShare(record: RecordSet, all: readonly RecordSet[]): boolean {
  const peers = all.filter(({ type }) => type === record.type);
  return weightOf(record) > 0 || peers.every((peer) => weightOf(peer) === 0);
}
