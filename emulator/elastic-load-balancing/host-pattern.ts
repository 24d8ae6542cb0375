/** Lower case, without port and final dot: how host names are compared. IPv6 literals never name a service here. */
export const plainHost = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');

/** `*` stands for any number of characters, `?` for one, as in a host-header condition. */
export function matchesHost(pattern: string, host: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(plainHost(host));
}
