import { isAppRunnerHost } from './app-runner-zones.ts';
import { isSameName, normaliseName } from './names.ts';
import { anySide, sideOf } from './pair.ts';
import { findFollowed } from './pair-refusals.ts';
import { type RecordSet, type Refusal, renderAnswer, targetOf, weightOf } from './records.ts';
import { findStrangers, isAddressType } from './strangers.ts';
import { allBlue } from './weights.ts';

/** What a rollback can do with the records as they are. */
export type Retreat = {
  /** Only the types that green has something of. Empty: nothing can, or need, be taken. */
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  /** The greatest share that is taken from green. */
  readonly greenPercent: number;
  /** What keeps green, or something else than blue, in the answers. */
  readonly left: readonly Refusal[];
  /** Of `left`, what a rollback is for and cannot do: green keeps a share, or blue gets none. */
  readonly undone: readonly Refusal[];
  /** Of `left`, types without a blue that lead to nobody known, and so not to green. */
  readonly elsewhere: readonly Refusal[];
  /** What is no address record and leads past them. It stays, whatever the addresses are. */
  readonly beside: readonly Refusal[];
  /** A type without it cannot be rolled back. */
  readonly hasBlue: boolean;
};

/**
 * Takes from green what can be taken, and leaves blue a weight: in distress, half a way back is better than a tidy zone.
 * Types are independent of each other, so what stands in the way of one does not hold the others.
 *
 * @param records all that the zone has at the name.
 * @param blueHost `undefined`: any App Runner host is blue.
 */
export function planRetreat(
  domain: string,
  records: readonly RecordSet[],
  blueHost: string | undefined,
): Retreat {
  const addresses = records.filter(({ type }) => isAddressType(type));
  const types = [...new Set(addresses.map(({ type }) => type))];
  const parts = types.map((type) =>
    retreatOfType(
      domain,
      addresses.filter((record) => record.type === type),
      blueHost,
    ),
  );
  return {
    before: parts.flatMap(({ before }) => before),
    after: parts.flatMap(({ after }) => after),
    greenPercent: Math.max(0, ...parts.map(({ greenPercent }) => greenPercent)),
    left: parts.flatMap(({ left }) => left),
    undone: parts.flatMap(({ left, fate }) => (fate === 'undone' ? left : [])),
    elsewhere: parts.flatMap(({ left, fate }) => (fate === 'elsewhere' ? left : [])),
    beside: findStrangers(
      domain,
      records.filter(({ type }) => !isAddressType(type)),
    ),
    hasBlue: parts.some(({ hasBlue }) => hasBlue),
  };
}

export type PassedOver = { readonly given: string; readonly found: string };

/**
 * Which service is blue is only asked for where the records have several. The only one that they have is blue, whatever host
 * was given; `undefined`: what was given is of use.
 */
export function passOverBlue(
  given: string | undefined,
  records: readonly RecordSet[],
): PassedOver | undefined {
  const hosts = records
    .filter(({ type }) => isAddressType(type))
    .map((record) => normaliseName(targetOf(record) ?? ''));
  const [found, ...more] = new Set(hosts.filter(isAppRunnerHost));
  if (given === undefined || found === undefined || more.length > 0 || isSameName(given, found))
    return undefined;
  return { given, found };
}

type Part = Omit<Retreat, 'beside' | 'undone' | 'elsewhere'> & {
  readonly fate: 'done' | 'undone' | 'elsewhere';
};

const untouched = { before: [], after: [], greenPercent: 0 } as const;

function retreatOfType(domain: string, records: readonly RecordSet[], blueHost: string | undefined): Part {
  const strangers = findStrangers(domain, records);
  const fate = records.some((record) => leadsToGreen(record, records)) ? 'undone' : 'elsewhere';
  if (strangers.length > 0) return { ...untouched, left: strangers, hasBlue: false, fate };
  const { blues, greens, thirds } = sortOut(records, blueHost);
  const others = records.filter((record) => !blues.includes(record));
  if (blues.length === 0) {
    const left = others.map((record) => refuseWithoutBlue(domain, record, records));
    return { ...untouched, left, hasBlue: false, fate };
  }
  const isKnown =
    new Set(blues.map((record) => targetOf(record)).map((host = '') => normaliseName(host))).size === 1;
  const blueHasWeight = blues.some((record) => weightOf(record) > 0);
  const sum = records.reduce((total, record) => total + weightOf(record), 0);
  const percent =
    sum === 0
      ? (100 * greens.length) / records.length
      : (100 * greens.reduce((total, record) => total + weightOf(record), 0)) / sum;
  const needsOne = !blueHasWeight && (percent > 0 || thirds.length > 0);
  const left = [
    ...thirds.map(refuseThird),
    ...(isKnown || !(percent > 0 || needsOne) ? [] : [refuseUnnamed(blues)]),
  ];
  // One of them may be parked: a weight that nobody gave it would send people to what may be off.
  if (!isKnown && needsOne) return { ...untouched, left, hasBlue: true, fate: 'undone' };
  // A third that has it all is no better than green: blue gets a weight beside it.
  if (percent === 0 && !needsOne) return { ...untouched, left, hasBlue: true, fate: 'done' };
  const isPlain = blues.length === 1 && thirds.length === 0;
  const touched = [...blues, ...greens];
  return {
    before: touched,
    after: touched.map((record) => {
      if (greens.includes(record)) return weigh(record, 0);
      const mustGetOne = blues.includes(record) && (isPlain || !blueHasWeight);
      return mustGetOne ? weigh(record, allBlue.blue) : record;
    }),
    greenPercent: percent,
    left,
    hasBlue: true,
    fate: 'done',
  };
}

/**
 * Whether somebody is led to a load balancer by this one of a name's records. Route 53 takes weights that are all 0 for equal
 * shares; a record without a weight answers somebody.
 */
export function leadsToGreen(record: RecordSet, records: readonly RecordSet[]): boolean {
  if (sideOf(record, anySide) !== 'green') return false;
  if (record.policy.kind !== 'weighted' || weightOf(record) > 0) return true;
  return records.every((peer) => peer.type !== record.type || weightOf(peer) === 0);
}

/** `thirds` are those that have a share, and are not known to be a side. What has no share yet must not change what is which. */
function sortOut(records: readonly RecordSet[], blueHost: string | undefined) {
  const sideFor = (record: RecordSet) => sideOf(record, { blue: blueHost, green: undefined });
  const blues = records.filter((record) => sideFor(record) === 'blue');
  const others = records.filter((record) => !blues.includes(record));
  const hasBalancer = others.some((record) => sideFor(record) === 'green');
  // Green may be behind another target than a load balancer of its own, beside which one may be parked.
  const greens = others.filter((record) => {
    const host = normaliseName(targetOf(record) ?? '');
    if (isAppRunnerHost(host)) return false;
    return !hasBalancer || sideFor(record) === 'green' || isFront(host);
  });
  return {
    blues,
    greens,
    thirds: others.filter((record) => !greens.includes(record) && weightOf(record) > 0),
  };
}

/** CloudFront, Global Accelerator and API Gateway stand before a load balancer. */
function isFront(host: string): boolean {
  return /\.(?:cloudfront\.net|awsglobalaccelerator\.com|execute-api\.[a-z0-9-]+\.amazonaws\.com)$/.test(
    host,
  );
}

function weigh(record: RecordSet, weight: number): RecordSet {
  return record.policy.kind === 'weighted' ? { ...record, policy: { ...record.policy, weight } } : record;
}

function refuseWithoutBlue(domain: string, record: RecordSet, peers: readonly RecordSet[]): Refusal {
  const what = leadsToGreen(record, peers)
    ? `the ${record.type} record of ${domain} still leads to green (${renderAnswer(record)})`
    : `the ${record.type} record to ${renderAnswer(record)} stays as it is`;
  const because = `${what}: there is no blue beside it`;
  const followed = findFollowed(domain, targetOf(record));
  if (followed !== undefined) {
    return { because, wayOut: `Roll back ${followed} (input domain) instead: ${domain} follows it.` };
  }
  return {
    because,
    wayOut:
      record.type === 'AAAA'
        ? 'Delete it, so that clients with IPv6 use the A record, or create the weighted record to blue beside it.'
        : 'Create the weighted record to the App Runner service beside it; then roll back.',
  };
}

function refuseUnnamed(blues: readonly RecordSet[]): Refusal {
  const members = blues.map((record) => `${renderAnswer(record)} (weight ${weightOf(record)})`).join(', ');
  return {
    because: `it is not known which App Runner service is blue: the ${blues[0]?.type} records lead to ${members}, and none of them gets a weight that it did not have`,
    wayOut: 'Set blue-dns-name to the host of blue, then roll back again.',
  };
}

function refuseThird(record: RecordSet): Refusal {
  return {
    because: `the weighted ${record.type} record to ${renderAnswer(record)} (weight ${weightOf(record)}) is neither side, and keeps its share`,
    wayOut: 'Give it weight 0, or delete it.',
  };
}
