import { listingKey } from './domain-name.ts';
import type { RecordSet } from './record-set.ts';

/** The record sets of a zone by name. Ten thousand of them must cost a look-up no more than two do. */
export type RecordTable = {
  /** Sorted by type and set identifier; empty when the name has none. */
  readonly at: (name: string) => readonly RecordSet[];
  /** Replaces all record sets of a name. */
  readonly put: (name: string, records: readonly RecordSet[]) => void;
  /** Names in the order of listings, starting with the first one that is not before `from`. */
  readonly namesFrom: (from: string | undefined) => readonly string[];
  readonly count: () => number;
};

export function createRecordTable(): RecordTable {
  const byName = new Map<string, readonly RecordSet[]>();
  // Kept sorted. Keys are what names are compared by; both lists run in step.
  const keys: string[] = [];
  const names: string[] = [];
  let count = 0;

  return {
    at: (name) => byName.get(name) ?? [],
    put: (name, records) => {
      const before = byName.get(name)?.length ?? 0;
      count += records.length - before;
      const key = listingKey(name);
      const index = firstNotBefore(keys, key);
      if (records.length === 0) {
        if (byName.delete(name)) {
          keys.splice(index, 1);
          names.splice(index, 1);
        }
        return;
      }
      byName.set(name, [...records].sort(byTypeAndIdentifier));
      if (before === 0) {
        keys.splice(index, 0, key);
        names.splice(index, 0, name);
      }
    },
    namesFrom: (from) => (from === undefined ? names : names.slice(firstNotBefore(keys, listingKey(from)))),
    count: () => count,
  };
}

const byTypeAndIdentifier = (one: RecordSet, other: RecordSet): number =>
  compareText(one.type, other.type) || compareText(one.setIdentifier ?? '', other.setIdentifier ?? '');

/** By code unit: `localeCompare` would sort `_` and capitals elsewhere on other machines. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function firstNotBefore(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
