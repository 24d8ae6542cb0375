import { readCredentialsExpiry } from '../aws/credentials.ts';
import { describeRuleHosts } from '../aws/load-balancer.ts';
import { wildcardCovers } from '../dns/names.ts';
import type { ShiftInputs } from './inputs.ts';
import { type ObservedGreen, observeDeploymentUnderWay } from './observe-services.ts';
import { probe } from './probe.ts';
import type { CertificateState, Readiness } from './readiness.ts';

/** Whatever is to be checked before green gets more, at once. */
export async function observeReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<Readiness> {
  const { domain, bake } = inputs;
  const { path } = inputs.probe;
  const [blueAnswer, [greenAnswer, certificate], deployment, rule, alarms, expiry] = await Promise.all([
    probe({ address: blueHost, domain, path, signal }),
    observeGreenAnswer(inputs, green, signal),
    observeDeploymentUnderWay(green),
    describeRuleHosts(green.ingress.ruleArn),
    observeAlarms(bake.alarms),
    readCredentialsExpiry(),
  ]);
  return {
    blue: blueAnswer,
    green: greenAnswer,
    certificate,
    deployment,
    ruleHosts: rule.hosts,
    alarms,
    credentialsExpireAt: expiry?.getTime(),
  };
}

async function observeAlarms(names: readonly string[]) {
  if (names.length === 0) return [];
  const { describeAlarms } = await import('../aws/metrics.ts');
  return describeAlarms(names);
}

/** A certificate that the client accepts needs no further look, and no permission to make one. */
async function observeGreenAnswer(inputs: ShiftInputs, green: ObservedGreen, signal: AbortSignal) {
  const { domain } = inputs;
  const answer = await probe({ address: green.balancer.dnsName, domain, path: inputs.probe.path, signal });
  const isRefused = answer.kind === 'failed' && answer.isCertificate;
  return [answer, isRefused ? await observeCertificate(inputs, green) : undefined] as const;
}

async function observeCertificate(inputs: ShiftInputs, green: ObservedGreen): Promise<CertificateState> {
  const { domain, certificateArn } = inputs;
  const [{ listListenerCertificates }, { listIssuedCertificates }] = await Promise.all([
    import('../aws/load-balancer.ts'),
    import('../aws/certificates.ts'),
  ]);
  const [attached, issued] = await Promise.all([
    listListenerCertificates(green.ingress.listenerArn),
    listIssuedCertificates(),
  ]);
  const fitting = issued
    .filter(({ arn }) => certificateArn === undefined || arn === certificateArn)
    .filter(({ names }) => names.some((name) => wildcardCovers(name, domain)))
    // The one that lasts longest, where several fit.
    .toSorted((a, b) => Number(b.expiresAt ?? 0) - Number(a.expiresAt ?? 0));
  if (fitting.some(({ arn }) => attached.includes(arn))) return { kind: 'attached' };
  const [best] = fitting;
  return best === undefined ? { kind: 'missing' } : { kind: 'available', arn: best.arn };
}
