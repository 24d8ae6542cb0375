import { isAppRunnerHost, isLoadBalancerHost } from './app-runner-zones.ts';
import type { Following } from './followers.ts';
import { isSameTarget, renderNames } from './names.ts';
import {
  refuseElsewhere,
  refuseGreenAlone,
  refuseThird,
  refuseTwins,
  refuseUneven,
  type SideTargets,
} from './pair-refusals.ts';
import { type RecordSet, type Refusal, type Side, targetOf, weightOf } from './records.ts';
import { findStrangers, isAddressType } from './strangers.ts';
import { greenPercentOf, renderPercent, type WeightPair } from './weights.ts';

/** The two members of one type. A name can have one for A and one for AAAA, or a single one for CNAME. */
export type Group = { readonly type: string; readonly blue: RecordSet; readonly green: RecordSet };

/** What a name's records say, read anew each time: nothing else remembers how far the move has come. */
export type RecordState =
  | { readonly kind: 'absent' }
  /** One record a type, all leading to one side. */
  | { readonly kind: 'simple'; readonly side: Side; readonly records: readonly RecordSet[] }
  /** Weighted, but green is not there yet: the console's walkthrough half done. */
  | { readonly kind: 'half'; readonly records: readonly RecordSet[] }
  | { readonly kind: 'weighted'; readonly groups: readonly Group[]; readonly weights: WeightPair }
  /** The types have unlike shares. Blue is there in each of them, so that a rollback is still possible, and nothing else. */
  | {
      readonly kind: 'uneven';
      readonly groups: readonly Group[];
      readonly refusal: Refusal;
      /** What each type has. */
      readonly shown?: string;
    }
  | Following
  /** Not to be touched. `shown`: what each type has, where all of it leads to the two sides. */
  | { readonly kind: 'foreign'; readonly refusals: readonly Refusal[]; readonly shown?: string };

export type WeightedState = Extract<RecordState, { kind: 'weighted' }>;

/**
 * Sides are told by where a record leads, never by its set identifier: the console lets people choose that.
 *
 * @param records all that the zone has at the name, whatever their type.
 */
export function classifyRecords(
  domain: string,
  records: readonly RecordSet[],
  targets: SideTargets,
): RecordState {
  const strangers = findStrangers(domain, records);
  if (strangers.length > 0) return { kind: 'foreign', refusals: strangers };
  const addresses = records.filter(({ type }) => isAddressType(type));
  if (addresses.length === 0) return { kind: 'absent' };
  const types = [...new Set(addresses.map(({ type }) => type))];
  const groups = types.map((type) =>
    classifyType(
      domain,
      addresses.filter((record) => record.type === type),
      targets,
    ),
  );
  const state = combine(domain, groups);
  if (state.kind !== 'uneven' && state.kind !== 'foreign') return state;
  const shown = renderMembers(addresses, targets);
  return { ...state, ...(shown !== undefined && { shown }) };
}

/** The records that a change may replace. */
export function recordsOf(state: RecordState): readonly RecordSet[] {
  switch (state.kind) {
    case 'simple':
    case 'half':
      return state.records;
    case 'weighted':
    case 'uneven':
      return state.groups.flatMap(({ blue, green }) => [blue, green]);
    case 'following':
    case 'absent':
    case 'foreign':
      return [];
  }
}

/**
 * Pairs of several names as one, where all have the same share. Two zeros are a share that is not written anywhere: with
 * them in one of the names, they are in the whole.
 */
export function joinPairs(pairs: readonly [WeightedState, ...WeightedState[]]): WeightedState {
  const [first] = pairs;
  const { weights } = pairs.find(({ weights: { blue, green } }) => blue + green === 0) ?? first;
  return { kind: 'weighted', groups: pairs.flatMap(({ groups }) => groups), weights };
}

/** How much of the traffic green gets; `undefined` when these records do not say. */
export function greenPercentOfState(state: RecordState): number | undefined {
  switch (state.kind) {
    case 'simple':
      return state.side === 'green' ? 100 : 0;
    case 'half':
      return 0;
    case 'weighted':
      return greenPercentOf(state.weights);
    case 'uneven':
    case 'following':
    case 'absent':
    case 'foreign':
      return undefined;
  }
}

/** `weighted, blue 90 and green 10 (10 % to green)`, for logs and tables. */
export function renderState(state: RecordState): string {
  switch (state.kind) {
    case 'absent':
      return 'no record';
    case 'simple':
      return `one ${state.records.map(({ type }) => type).join(' and ')} record to ${state.side}`;
    case 'half':
      return 'weighted, with blue alone';
    case 'weighted':
      return `weighted, blue ${state.weights.blue} and green ${state.weights.green} (${renderPercent(greenPercentOf(state.weights))} % to green)`;
    case 'uneven':
      return `weighted, ${state.shown}`;
    case 'following':
      return `follows ${renderNames(state.whom)}`;
    case 'foreign':
      return state.shown === undefined ? 'records of somebody else' : `uneven, ${state.shown}`;
  }
}

/** Each App Runner host is blue, and each load balancer green. */
export const anySide: SideTargets = { blue: undefined, green: undefined };

export function sideOf(record: RecordSet, targets: SideTargets): Side | undefined {
  const target = targetOf(record);
  if (target === undefined) return undefined;
  if (targets.blue === undefined ? isAppRunnerHost(target) : isSameTarget(target, targets.blue))
    return 'blue';
  if (targets.green === undefined ? isLoadBalancerHost(target) : isSameTarget(target, targets.green)) {
    return 'green';
  }
  return undefined;
}

type TypeState =
  | { readonly kind: 'simple'; readonly side: Side; readonly record: RecordSet }
  | { readonly kind: 'half'; readonly record: RecordSet }
  | { readonly kind: 'weighted'; readonly group: Group }
  | { readonly kind: 'foreign'; readonly refusals: readonly Refusal[] };

/** Route 53 itself keeps one type of a name from having both simple and weighted records. */
function classifyType(domain: string, records: readonly RecordSet[], targets: SideTargets): TypeState {
  const [first] = records;
  if (first?.policy.kind === 'simple') {
    const side = sideOf(first, targets);
    if (side !== undefined) return { kind: 'simple', side, record: first };
    return { kind: 'foreign', refusals: [refuseElsewhere(domain, first, targets)] };
  }
  const outsiders = records.filter((record) => sideOf(record, targets) === undefined);
  if (outsiders.length > 0) {
    return { kind: 'foreign', refusals: outsiders.map((record) => refuseThird(domain, record)) };
  }
  const blues = records.filter((record) => sideOf(record, targets) === 'blue');
  const greens = records.filter((record) => sideOf(record, targets) === 'green');
  const [blue] = blues;
  const [green] = greens;
  if (blues.length > 1) return { kind: 'foreign', refusals: [refuseTwins(domain, 'blue', blues)] };
  if (greens.length > 1) return { kind: 'foreign', refusals: [refuseTwins(domain, 'green', greens)] };
  if (blue === undefined) return { kind: 'foreign', refusals: [refuseGreenAlone(domain, first?.type)] };
  if (green === undefined) return { kind: 'half', record: blue };
  return { kind: 'weighted', group: { type: blue.type, blue, green } };
}

function combine(domain: string, types: readonly TypeState[]): RecordState {
  const refusals = types.flatMap((state) => (state.kind === 'foreign' ? state.refusals : []));
  if (refusals.length > 0) return { kind: 'foreign', refusals };
  const simple = types.filter((state) => state.kind === 'simple');
  const half = types.filter((state) => state.kind === 'half');
  const groups = types.flatMap((state) => (state.kind === 'weighted' ? [state.group] : []));
  if (half.length === types.length) return { kind: 'half', records: half.map(({ record }) => record) };
  const [one] = simple;
  if (one !== undefined && simple.length === types.length && simple.every(({ side }) => side === one.side)) {
    return { kind: 'simple', side: one.side, records: simple.map(({ record }) => record) };
  }
  const [group] = groups;
  if (group !== undefined && groups.length === types.length && haveEqualShares(groups)) {
    return { kind: 'weighted', groups, weights: weightsOf(group) };
  }
  const refusal = refuseUneven(domain);
  const hasBlueEverywhere = simple.every(({ side }) => side === 'blue');
  return hasBlueEverywhere && groups.length > 0
    ? { kind: 'uneven', groups, refusal }
    : { kind: 'foreign', refusals: [refusal] };
}

/** `A to blue, AAAA blue 90 and green 10`; `undefined`: some of it leads to neither side. */
function renderMembers(records: readonly RecordSet[], targets: SideTargets): string | undefined {
  const members = records.map((record) => ({ record, side: sideOf(record, targets) }));
  if (members.some(({ side }) => side === undefined)) return undefined;
  const types = Map.groupBy(members, ({ record }) => record.type);
  return [...types]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([type, own]) => {
      const [first] = own;
      if (first?.record.policy.kind === 'simple') return `${type} to ${first.side}`;
      const shares = own
        .toSorted((one, other) => (one.side ?? '').localeCompare(other.side ?? ''))
        .map(({ side, record }) => `${side} ${weightOf(record)}`);
      return `${type} ${renderNames(shares, shares.length)}${shares.length === 1 ? ' alone' : ''}`;
    })
    .join(', ');
}

/** Of each type two weighted records, so that two weights tell all. */
export function isPair(records: readonly RecordSet[]): boolean {
  return records.every(
    ({ type, policy }) =>
      policy.kind === 'weighted' && records.filter((record) => record.type === type).length === 2,
  );
}

function weightsOf({ blue, green }: Group): WeightPair {
  return { blue: weightOf(blue), green: weightOf(green) };
}

function haveEqualShares(groups: readonly Group[]): boolean {
  return new Set(groups.map((group) => renderPercent(greenPercentOf(weightsOf(group))))).size === 1;
}
