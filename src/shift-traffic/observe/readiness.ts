import { listCertificates } from '../../aws/certificates.ts';
import { readCredentialsExpiry } from '../../aws/credentials.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeHttpListener } from '../../aws/http-listener.ts';
import { describeListenerRules, listListenerCertificates } from '../../aws/listener.ts';
import { describeAlarms } from '../../aws/metrics.ts';
import { chooseCertificates } from '../../dns/certificate-choice.ts';
import { greenPercentOfState } from '../../dns/pair.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type {
  CertificateState,
  GreenHttp,
  GreenReadiness,
  Health,
  Observed,
  ObservedGreen,
  Probe,
  Readiness,
} from '../model/observed.ts';
import { sendHttpProbe, sendProbe } from './probe.ts';
import { observeLatestDeployment } from './sides.ts';

/** Asks at once for all that is checked before green gets more. */
export async function observeReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<Readiness> {
  return requireWhole(await lookAtReadiness(inputs, blueHost, green, signal));
}

/** What a look came to: a part of it counts also where another could not be read. */
export type Look<Whole> = {
  readonly seen: Partial<Whole>;
  /** Why the rest was not seen; empty when `seen` is whole. */
  readonly failures: readonly unknown[];
};

export function requireWhole<Whole>({ seen, failures }: Look<Whole>): Whole {
  if (failures.length > 0) throw failures[0];
  return seen as Whole;
}

export async function lookAtReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<Look<Readiness>> {
  return settle<Readiness>({
    ...askGreen(inputs, green, signal),
    blue: observeBlueAnswer(inputs, blueHost, signal),
    deployment: observeLatestDeployment(green),
    alarms: describeAlarms(inputs.bake.alarms),
    credentialsExpireAt: readCredentialsExpiry().then((expiry) =>
      expiry instanceof Date ? expiry.getTime() : expiry,
    ),
  });
}

type Asked<Whole> = { readonly [Name in keyof Whole]: Promise<Whole[Name]> };

async function settle<Whole extends object>(asked: Asked<Whole>): Promise<Look<Whole>> {
  const failures: unknown[] = [];
  const members = Object.entries<Promise<unknown>>(asked).map(async ([name, asking]) => {
    try {
      return [[name, await asking]];
    } catch (failure) {
      failures.push(failure);
      return [];
    }
  });
  return { seen: Object.fromEntries((await Promise.all(members)).flat()), failures };
}

/** Blue is not asked: a look at it is a request, and it is to be quiet in the end. */
export async function observeGreenReadiness(
  inputs: ShiftInputs,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<GreenReadiness> {
  return requireWhole(await settle<GreenReadiness>(askGreen(inputs, green, signal)));
}

function askGreen(inputs: ShiftInputs, green: ObservedGreen, signal: AbortSignal): Asked<GreenReadiness> {
  const { domain, probe } = inputs;
  const answer = sendProbe({ address: green.balancer.dnsName, domain, path: probe.path, signal });
  return {
    green: answer,
    certificate: answer.then((seen) => observeCertificateOf(seen, inputs, green)),
    rules: describeListenerRules(green.ingress.listenerArn, green.ingress.ruleArn),
  };
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
    green && observeLatestDeployment(green),
  ]);
  return {
    blue: blue && { service: blue.service, host: blue.host, answer: blueAnswer },
    green: green &&
      greenAnswer && { name: green.name, answer: greenAnswer, deployment: deployment?.underWay },
  };
}

/** Where a listener is to be made, the role has to see whether there is one. */
export async function observeGreenHttp(
  { redirectHttp }: ShiftInputs,
  { ingress, balancer }: ObservedGreen,
  signal: AbortSignal,
): Promise<GreenHttp> {
  const asked = describeHttpListener(ingress.loadBalancerArn);
  const [listener, answer] = await Promise.all([
    redirectHttp ? asked : unlessDenied(asked),
    sendHttpProbe(balancer.dnsName, signal),
  ]);
  return { listener, answer };
}

/**
 * A certificate that the client accepts needs no further look, and no permission to make one. Where none is to be attached,
 * the look only betters the advice: that green does not answer is seen, whether the role may look or not.
 */
async function observeCertificateOf(
  answer: Probe,
  inputs: ShiftInputs,
  green: ObservedGreen,
): Promise<CertificateState | undefined> {
  if (answer.kind !== 'failed' || !answer.isCertificate) return undefined;
  const asked = observeCertificate(inputs, green);
  return inputs.attachDomain ? asked : unlessDenied(asked);
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
