import type { RecordSet } from './record-set.ts';

/** Route 53 answers a multivalue query with at most so many. */
const MOST_MULTIVALUE = 8;

/** Whose turn it is among weighted record sets: by group, what each has earned. */
export type Turns = Map<string, Map<string, number>>;

/** The record sets of one name and type that answer a query now. */
export function choose(
  group: readonly RecordSet[],
  by: { readonly turns: Turns; readonly isHealthy: (record: RecordSet) => boolean },
): readonly RecordSet[] {
  const [first] = group;
  if (!first) return [];
  const healthy = group.filter(by.isHealthy);
  // "If no record is healthy, all records are healthy": an answer is better than none.
  const candidates = healthy.length > 0 ? healthy : group;
  switch (first.policy.kind) {
    case 'weighted':
      return takeTurn(by.turns, candidates);
    case 'multivalue answer':
      return candidates.slice(0, MOST_MULTIVALUE);
    case 'failover': {
      const primary = group.find(({ policy }) => policy.kind === 'failover' && policy.role === 'PRIMARY');
      const chosen = healthy.find((record) => record === primary) ?? healthy[0] ?? primary ?? first;
      return [chosen];
    }
    default:
      // Latency and places need to know where a client is; from here all look the same.
      return candidates.slice(0, 1);
  }
}

/**
 * Weights 90 and 10 give the second one answer in ten, evenly spread. Route 53 draws at random; a test that counts
 * answers should not have to. Record sets of weight 0 answer when no other is left, and all zero means equal shares.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
 */
function takeTurn(turns: Turns, candidates: readonly RecordSet[]): readonly RecordSet[] {
  const weighted = candidates.filter((record) => weightOf(record) > 0);
  const shares =
    weighted.length > 0
      ? weighted.map((record) => ({ record, weight: weightOf(record) }))
      : candidates.map((record) => ({ record, weight: 1 }));
  const credits = turnsOf(turns, shares);
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  let richest = shares[0];
  for (const share of shares) {
    const id = share.record.setIdentifier ?? '';
    credits.set(id, (credits.get(id) ?? 0) + share.weight);
    if (credit(credits, share.record) > credit(credits, richest?.record)) richest = share;
  }
  if (!richest) return [];
  credits.set(richest.record.setIdentifier ?? '', credit(credits, richest.record) - total);
  return [richest.record];
}

const credit = (credits: Map<string, number>, record: RecordSet | undefined): number =>
  credits.get(record?.setIdentifier ?? '') ?? 0;

const weightOf = ({ policy }: RecordSet): number => (policy.kind === 'weighted' ? policy.weight : 0);

/** Turns belong to the weights they were earned under: other weights start afresh. */
function turnsOf(
  turns: Turns,
  shares: readonly { readonly record: RecordSet; readonly weight: number }[],
): Map<string, number> {
  const [first] = shares;
  const name = `${first?.record.name} ${first?.record.type}`;
  const weights = shares.map(({ record, weight }) => `${record.setIdentifier}=${weight}`).join(' ');
  const key = `${name} ${weights}`;
  const known = turns.get(key);
  if (known) return known;
  for (const stale of turns.keys()) if (stale.startsWith(`${name} `)) turns.delete(stale);
  const fresh = new Map<string, number>();
  turns.set(key, fresh);
  return fresh;
}
