import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Docker Hub's key in docker's configuration, whatever name of the Hub an image has (docker/cli, `registry.IndexServer`). */
const dockerHubKey = 'https://index.docker.io/v1/';

/**
 * The login for one host that `docker login` left on the runner, as the value of a Basic `Authorization` header.
 * Credential helpers are programs, and none is started: then the host is asked without a login.
 */
export async function readDockerLogin(host: string): Promise<string | undefined> {
  const folder = process.env['DOCKER_CONFIG'] || path.join(homedir(), '.docker');
  try {
    return findLogin(JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')), host);
  } catch {
    return undefined;
  }
}

/** @param config what docker's `config.json` holds. */
export function findLogin(config: unknown, host: string): string | undefined {
  const auths = (config as { readonly auths?: Readonly<Record<string, { readonly auth?: unknown }>> } | null)
    ?.auths;
  const keys = host === 'registry-1.docker.io' ? [dockerHubKey] : [host, `https://${host}`];
  const auth = keys.map((key) => auths?.[key]?.auth).find((value) => value !== undefined && value !== '');
  return typeof auth === 'string' ? `Basic ${auth}` : undefined;
}
