import { resolve4, resolve6, resolveNs } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { normaliseName } from '../../dns/names.ts';
import { isPrivateView } from '../../dns/zone.ts';

/** A machine without DNS, or with a slow one, is no reason to wait. */
const timeoutMs = 2_000;

/**
 * The name servers that this machine's resolver is led to for a zone's name; none, when there is no delegation.
 * `undefined` where the DNS of the internet cannot be asked.
 */
export async function askResolvers(zoneName: string): Promise<readonly string[] | undefined> {
  const labels = normaliseName(zoneName).split('.');
  const [own, ...above] = labels.map((_label, index) => askNameServers(labels.slice(index).join('.')));
  const servers = await own;
  if (servers === undefined || isPrivateView(servers)) return undefined;
  if (servers.length > 0) return servers;
  // "No such name" is also what a resolver says that knows names of its own network only.
  const known = await Promise.all(above);
  return known.some((found) => found !== undefined && found.length > 0) ? [] : undefined;
}

async function askNameServers(name: string): Promise<readonly string[] | undefined> {
  return withinTime(resolveNs(name).catch(ifThereIsNone));
}

/** NXDOMAIN and an answer without such a record; all else is no answer (Node.js, "DNS error codes"). */
function ifThereIsNone(error: Error & { readonly code?: string }): readonly string[] | undefined {
  return error.code === 'ENOTFOUND' || error.code === 'ENODATA' ? [] : undefined;
}

/**
 * Those of `servers` that are other names of `own`: white-label name servers have the addresses of Route 53's (Route 53
 * developer guide, "Configuring white-label name servers").
 */
export async function findTwins(
  servers: readonly string[],
  own: readonly string[],
): Promise<readonly string[]> {
  const addressesOf = (server: string) => withinTime(resolve4(normaliseName(server)).catch(() => undefined));
  const [named, ours] = await Promise.all([
    Promise.all(servers.map(addressesOf)),
    Promise.all(own.map(addressesOf)),
  ]);
  const known = new Set(ours.flatMap((addresses) => addresses ?? []));
  return servers.filter((_server, index) => named[index]?.some((address) => known.has(address)));
}

/** The addresses that a host has now, as this machine's DNS says; `undefined`: it does not say. */
export async function resolveHost(host: string, type: string): Promise<readonly string[] | undefined> {
  const name = normaliseName(host);
  return withinTime((type === 'AAAA' ? resolve6(name) : resolve4(name)).catch(ifThereIsNone));
}

function withinTime<T>(asked: Promise<T>): Promise<T | undefined> {
  return Promise.race([asked, sleep(timeoutMs, undefined, { ref: false })]);
}
