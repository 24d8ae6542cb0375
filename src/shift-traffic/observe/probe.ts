import https from 'node:https';
import { isSameTarget, normaliseName } from '../../dns/names.ts';
import { systemClock } from '../../poll.ts';
import type { Probe, SentProbe } from '../model/observed.ts';

const requestTimeoutMs = 10_000;

const sent: { readonly address: string; readonly at: number; probe: Probe | undefined }[] = [];

/** What this job has asked a side so far: the side's own figures have it beside what visitors asked. */
export function probesSentTo(address: string): readonly SentProbe[] {
  return sent.filter((one) => isSameTarget(one.address, address));
}

/**
 * Asks one side what it would answer to the domain's visitors, before DNS sends any: connects to `address`, but shows the
 * domain in SNI and Host, and wants a certificate for it. `curl --connect-to DOMAIN:443:ADDRESS:443` does the same.
 */
export async function sendProbe(options: {
  /** Host of the load balancer or of the App Runner service. */
  readonly address: string;
  readonly domain: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}): Promise<Probe> {
  const entry: (typeof sent)[number] = { address: options.address, at: systemClock.now(), probe: undefined };
  sent.push(entry);
  entry.probe = await ask(options);
  return entry.probe;
}

function ask({ address, domain, path, signal }: Parameters<typeof sendProbe>[0]): Promise<Probe> {
  // The runner's proxy settings, as for every other request: Node's own agents look at them only when told to.
  const agent = new https.Agent({ proxyEnv: process.env });
  return new Promise<Probe>((resolve) => {
    const asked = https.get(
      {
        host: normaliseName(address),
        servername: domain,
        path,
        agent,
        timeout: requestTimeoutMs,
        headers: { host: domain, 'user-agent': 'shift-traffic' },
        ...(signal && { signal }),
      },
      (response) => {
        response.resume();
        const isBalancers = String(response.headers['server']).startsWith('awselb/');
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          ...(isBalancers && { by: 'balancer' }),
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)));
    asked.on('error', (error: Error & { readonly code?: string }) =>
      resolve({ kind: 'failed', because: error.message, isCertificate: isCertificateCode(error.code) }),
    );
  }).finally(() => agent.destroy());
}

/** Names of Node's TLS verification errors (Node.js, "X509 certificate error codes"). */
function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code);
}
