import { normaliseName } from './names.ts';
import { type RecordSet, targetOf, weightOf } from './records.ts';

/** Hosts that more people are sent to by a change, and those that fewer are. */
export type Flow = { readonly to: readonly string[]; readonly from: readonly string[] };

/** Told by the records alone, so that it works without any service being named. */
export function flowOf(before: readonly RecordSet[], after: readonly RecordSet[]): Flow {
  const [former, later] = [sharesOf(before), sharesOf(after)];
  const hosts = [...new Set([...former.keys(), ...later.keys()])];
  const gain = (host: string) => (later.get(host) ?? 0) - (former.get(host) ?? 0);
  return { to: hosts.filter((host) => gain(host) > 0), from: hosts.filter((host) => gain(host) < 0) };
}

/** The shares of all types together: a host that gains in any of them must answer. */
function sharesOf(records: readonly RecordSet[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const record of records) {
    const host = targetOf(record);
    if (host === undefined) continue;
    const name = normaliseName(host);
    shares.set(name, (shares.get(name) ?? 0) + shareOf(record, records));
  }
  return shares;
}

/** Of the answers of its type. Route 53 takes weights that are all 0 for equal shares. */
function shareOf(record: RecordSet, records: readonly RecordSet[]): number {
  if (record.policy.kind !== 'weighted') return 1;
  const peers = records.filter(({ type }) => type === record.type);
  const sum = peers.reduce((total, peer) => total + weightOf(peer), 0);
  return sum === 0 ? 1 / peers.length : weightOf(record) / sum;
}
