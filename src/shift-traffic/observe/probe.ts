import { askHttps } from '../../ask-https.ts';
import { isSameTarget, normaliseName } from '../../dns/names.ts';
import { systemClock } from '../../poll.ts';
import type { Probe, SentProbe } from '../model/observed.ts';

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

async function ask({ address, domain, path, signal }: Parameters<typeof sendProbe>[0]): Promise<Probe> {
  const headers = { host: domain, 'user-agent': 'shift-traffic' };
  try {
    const head = await askHttps({ host: normaliseName(address), servername: domain, path, headers }, signal);
    const isBalancers = String(head.headers['server']).startsWith('awselb/');
    return { kind: 'answered', status: head.status, ...(isBalancers && { by: 'balancer' }) };
  } catch (cause) {
    const { message, code } = cause as Error & { readonly code?: string };
    return { kind: 'failed', because: message, isCertificate: isCertificateCode(code) };
  }
}

/** Names of Node's TLS verification errors (Node.js, "X509 certificate error codes"). */
function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code);
}
