import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { Agent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Outside, Page } from './witness.ts';

/** An emulator's own: how it is reached by names that only AWS has. */
export type EmulatedNames = {
  /** Proxies and the authority that its certificates are of. */
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` */
  readonly dns: string;
};

const TIMEOUT_MS = 20_000;

/** The world as it is, or as an emulator shows it. */
export function createOutside(emulated: EmulatedNames | undefined): Outside {
  const agents = emulated && proxyAgents(emulated.env);
  return {
    get: (url, headers = {}) => getPage(url, headers, agents?.[url.startsWith('http://') ? 'http' : 'https']),
    lookUp: async (name, type, servers) => {
      const resolver = new Resolver({ timeout: 5_000, tries: 3 });
      resolver.setServers(emulated ? [emulated.dns] : await addressesOf(servers ?? (await serversOf(name))));
      try {
        const options = { ttl: true } as const;
        return type === 'A' ? await resolver.resolve4(name, options) : await resolver.resolve6(name, options);
      } catch (error) {
        if (isNone(error)) return 'none';
        throw error;
      }
    },
  };
}

function proxyAgents(env: Readonly<Record<string, string>>): Readonly<Record<'http' | 'https', Agent>> {
  const authority = env['NODE_EXTRA_CA_CERTS'];
  const proxyEnv = { HTTPS_PROXY: env['HTTPS_PROXY'], HTTP_PROXY: env['HTTP_PROXY'] };
  return {
    http: new Agent({ proxyEnv }),
    https: new SecureAgent({ proxyEnv, ...(authority !== undefined && { ca: readFileSync(authority) }) }),
  };
}

function getPage(
  url: string,
  headers: Readonly<Record<string, string>>,
  agent: Agent | undefined,
): Promise<Page> {
  const ask = url.startsWith('http://') ? plainRequest : secureRequest;
  const options = { headers, timeout: TIMEOUT_MS, ...(agent && { agent }) };
  return new Promise((resolve, reject) => {
    const request = ask(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.on('timeout', () => request.destroy(new Error(`${url} did not answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.end();
  });
}

const isNone = (error: unknown): boolean => ['ENODATA', 'ENOTFOUND'].includes(String(Object(error).code));

/** The servers of the zone that the name is in: the nearest name above it that has some. */
async function serversOf(name: string): Promise<readonly string[]> {
  const labels = name.split('.');
  for (let first = 1; first < labels.length - 1; first += 1) {
    const servers = await new Resolver().resolveNs(labels.slice(first).join('.')).catch((error: unknown) => {
      if (isNone(error)) return [];
      throw error;
    });
    if (servers.length > 0) return servers;
  }
  throw new Error(`nobody answers for ${name}`);
}

const addressesOf = async (servers: readonly string[]): Promise<string[]> =>
  (await Promise.all(servers.map((server) => new Resolver().resolve4(server)))).flat();
