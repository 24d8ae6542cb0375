import { spawnSync } from 'node:child_process';

/** With Docker Desktop the engine is in a virtual machine, from where the registry on this machine's loopback is not seen. */
export function canRunImages(): boolean {
  if (process.platform !== 'linux') return false;
  const version = spawnSync('docker', ['version', '--format', '{{.Server.Os}}'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return version.stdout?.trim() === 'linux';
}

export function canPull(image: string): boolean {
  return spawnSync('docker', ['pull', '--quiet', image], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
