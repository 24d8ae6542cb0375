import { listCertificates } from '../../aws/certificates.ts';
import { readCredentialsExpiry } from '../../aws/credentials.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeListenerRules, listListenerCertificates, listListenerPorts } from '../../aws/listener.ts';
import { describeAlarms } from '../../aws/metrics.ts';
import { chooseCertificates } from '../../dns/certificate-choice.ts';
import { greenPercentOfState } from '../../dns/pair.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type {
  CertificateState,
  GreenReadiness,
  Health,
  Observed,
  ObservedGreen,
  Probe,
  Readiness,
} from '../model/observed.ts';
import { sendProbe } from './probe.ts';
import { observeDeploymentUnderWay } from './sides.ts';

/** Asks at once for all that is checked before green gets more. */
export async function observeReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<Readiness> {
  const { bake } = inputs;
  const [blueAnswer, greenReadiness, deployment, alarms, expiry] = await Promise.all([
    observeBlueAnswer(inputs, blueHost, signal),
    observeGreenReadiness(inputs, green, signal),
    observeDeploymentUnderWay(green),
    describeAlarms(bake.alarms),
    readCredentialsExpiry(),
  ]);
  return {
    ...greenReadiness,
    blue: blueAnswer,
    deployment,
    alarms,
    credentialsExpireAt: expiry instanceof Date ? expiry.getTime() : expiry,
  };
}

/** Blue is not asked: a look at it is a request, and it is to be quiet in the end. */
export async function observeGreenReadiness(
  inputs: ShiftInputs,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<GreenReadiness> {
  const [[answer, certificate], rules] = await Promise.all([
    observeGreenAnswer(inputs, green, signal),
    describeListenerRules(green.ingress.listenerArn, green.ingress.ruleArn),
  ]);
  return { green: answer, certificate, rules };
}

export function observeBlueAnswer(
  { domain, probe: { path } }: ShiftInputs,
  address: string,
  signal: AbortSignal,
): Promise<Probe> {
  return sendProbe({ address, domain, path, signal });
}

/** How the sides that are named are, without a judgement. A blue that nobody is sent to is left alone. */
export async function observeHealth(
  { domain, probe: { path } }: ShiftInputs,
  { blue, green, state }: Pick<Observed, 'blue' | 'green' | 'state'>,
  signal: AbortSignal,
): Promise<Health> {
  const ask = (address: string | undefined) =>
    address === undefined ? undefined : sendProbe({ address, domain, path, signal });
  const [blueAnswer, greenAnswer, deployment] = await Promise.all([
    greenPercentOfState(state) === 100 ? undefined : ask(blue?.host),
    ask(green?.balancer.dnsName),
    green && observeDeploymentUnderWay(green),
  ]);
  return {
    blue: blue && { service: blue.service, host: blue.host, answer: blueAnswer },
    green: green && greenAnswer && { name: green.name, answer: greenAnswer, deployment },
  };
}

/** On which ports green's load balancer listens; `undefined` for a role that may not see them. */
export async function observeGreenPorts({ ingress }: ObservedGreen): Promise<readonly number[] | undefined> {
  return unlessDenied(listListenerPorts(ingress.loadBalancerArn));
}

/**
 * A certificate that the client accepts needs no further look, and no permission to make one. Where none is to be attached,
 * the look only betters the advice: that green does not answer is seen, whether the role may look or not.
 */
async function observeGreenAnswer(inputs: ShiftInputs, green: ObservedGreen, signal: AbortSignal) {
  const { domain } = inputs;
  const answer = await sendProbe({
    address: green.balancer.dnsName,
    domain,
    path: inputs.probe.path,
    signal,
  });
  if (answer.kind !== 'failed' || !answer.isCertificate) return [answer, undefined] as const;
  const asked = observeCertificate(inputs, green);
  return [answer, await (inputs.attachDomain ? asked : unlessDenied(asked))] as const;
}

async function observeCertificate(
  { domain, certificateArn }: ShiftInputs,
  { ingress }: ObservedGreen,
): Promise<CertificateState> {
  const [attachedArns, certificates] = await Promise.all([
    listListenerCertificates(ingress.listenerArn),
    listCertificates(),
  ]);
  const choice = chooseCertificates([domain], { certificates, attachedArns, givenArn: certificateArn });
  if (choice.kind === 'missing') return { kind: 'missing' };
  const [arn = ''] = choice.arns;
  return attachedArns.includes(arn) ? { kind: 'attached' } : { kind: 'available', arn };
}
