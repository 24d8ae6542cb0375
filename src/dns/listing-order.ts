import { normaliseName, toRoute53Name } from './names.ts';

/**
 * Names in the order in which Route 53 lists them: by their labels from the last to the first, dots included, so that
 * `app-2.example.com` comes before `app.example.com` (Route 53 API reference, ListResourceRecordSets).
 */
export function inListingOrder(names: readonly string[]): readonly string[] {
  return names.toSorted((one, other) => (isListedBefore(one, other) ? -1 : 1));
}

/**
 * Whether a list that goes on with `next` has all of `name` already. Whether an escaped character, such as the `*` of a
 * wildcard, is sorted as itself or as its escape is not written: only what is true of both is true.
 */
export function isListedBefore(name: string, next: string): boolean {
  return [normaliseName, toRoute53Name].every((write) => listingKey(write(name)) < listingKey(write(next)));
}

function listingKey(name: string): string {
  return `${name.replace(/\.$/, '').split('.').reverse().join('.')}.`;
}
