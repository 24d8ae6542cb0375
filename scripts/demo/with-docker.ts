import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseImage } from '../local-image.ts';
import { say } from './stage.ts';

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

const localBase = 'express-deploy-actions-demo-base';

/** What the Dockerfile of the sample app builds on. */
export const officialBase =
  /BASE_IMAGE=(\S+)/.exec(readFileSync(join('examples', 'app', 'Dockerfile'), 'utf8'))?.[1] ?? '';

/** The name of an image made of the files of this machine, where the official base image cannot be pulled. */
export async function obtainBaseImage(): Promise<string | undefined> {
  if (canPull(officialBase)) return undefined;
  say(`${officialBase} cannot be pulled: a base image was made from the Node of this machine.`);
  await makeBaseImage(localBase);
  return localBase;
}
