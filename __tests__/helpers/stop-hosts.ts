import { kept } from './start-hosts.ts';

/** Jest's globalTeardown. */
// biome-ignore lint/style/noDefaultExport: jest takes the default export alone.
export default async function stopHosts(): Promise<void> {
  kept.emulatorHosts?.broker.close();
  const hosts = await Promise.allSettled(kept.emulatorHosts?.hosts.values() ?? []);
  for (const host of hosts) if (host.status === 'fulfilled') host.value.child.kill();
}
