import { askHttp, askHttps } from '../../ask-https.ts';
import { isHttpsRedirect } from '../../dns/http-redirect.ts';
import { isSameTarget, normaliseName } from '../../dns/names.ts';
import { systemClock } from '../../poll.ts';
import type { HttpAnswer, Probe, SentProbe } from '../model/observed.ts';

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

/**
 * What port 80 answers, under the balancer's own name: behind a proxy, Node sends no other Host than that of the address.
 * The listener on 443 has no part in it, so that it is in no figure of green's.
 */
export async function sendHttpProbe(address: string, signal: AbortSignal): Promise<HttpAnswer> {
  const headers = { 'user-agent': 'shift-traffic' };
  try {
    const { status, headers: given } = await askHttp(
      { host: normaliseName(address), path: '/', headers },
      signal,
    );
    return { kind: 'answered', status, leadsToHttps: isHttpsRedirect(status, given.location) };
  } catch (cause) {
    return { kind: 'failed', because: (cause as Error).message };
  }
}

/** Names of Node's TLS verification errors (Node.js, "X509 certificate error codes"). */
function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code);
}
