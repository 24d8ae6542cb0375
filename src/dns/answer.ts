import { isSameTarget } from './names.ts';
import type { Side } from './records.ts';

/** Where a side is: its host name, and the addresses that this has now. `undefined`: not known. */
export type Whereabouts = {
  readonly host: string | undefined;
  readonly addresses: readonly string[] | undefined;
};

/**
 * The side that an answer of DNS leads to. `undefined`: it cannot be told. A load balancer with many addresses gives some
 * of them at a time, so that one in common is enough.
 */
export function leadsTo(
  values: readonly string[],
  sides: Readonly<Record<Side, Whereabouts>>,
): Side | 'neither' | undefined {
  const [blue, green] = [values.some(isOf(sides.blue)), values.some(isOf(sides.green))];
  if (blue !== green) return blue ? 'blue' : 'green';
  const areKnown = [sides.blue, sides.green].every(({ addresses = [] }) => addresses.length > 0);
  return !blue && areKnown && values.length > 0 ? 'neither' : undefined;
}

function isOf({ host, addresses = [] }: Whereabouts): (value: string) => boolean {
  const known = addresses.map(normaliseAddress);
  return (value) =>
    known.includes(normaliseAddress(value)) || (host !== undefined && isSameTarget(value, host));
}

/** The same IPv6 address can be written in several ways. */
function normaliseAddress(address: string): string {
  return address.includes(':') && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname
    : address;
}
