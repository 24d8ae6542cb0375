import { listCertificates } from '../../aws/certificates.ts';
import { readCredentialsExpiry } from '../../aws/credentials.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeHttpListener } from '../../aws/http-listener.ts';
import { describeListenerRules, listListenerCertificates } from '../../aws/listener.ts';
import { describeAlarms } from '../../aws/metrics.ts';
import { assignCertificates } from '../../dns/certificate-choice.ts';
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

/** Of each name, by the name. */
export type ByName<Thing> = ReadonlyMap<string, Thing>;

/** Asks at once for all that is checked before green gets more. */
export async function observeReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<ByName<Readiness>> {
  return requireAll(await lookAtReadiness(inputs, blueHost, green, signal));
}

/** What a look came to: a part of it counts also where another could not be read. */
export type Look<Whole> = {
  readonly seen: Partial<Whole>;
  /** Why the rest was not seen; empty when `seen` is whole. */
  readonly failures: readonly unknown[];
};

export function requireAll<Whole>(looks: ByName<Look<Whole>>): ByName<Whole> {
  return new Map([...looks].map(([domain, look]) => [domain, requireWhole(look)]));
}

function requireWhole<Whole>({ seen, failures }: Look<Whole>): Whole {
  if (failures.length > 0) throw failures[0];
  return seen as Whole;
}

/** What is of green, and of the job, is asked once, however many names there are. */
export async function lookAtReadiness(
  inputs: ShiftInputs,
  blueHost: string,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<ByName<Look<Readiness>>> {
  const deployment = observeLatestDeployment(green);
  const alarms = describeAlarms(inputs.bake.alarms);
  const credentialsExpireAt = readCredentialsExpiry().then((expiry) =>
    expiry instanceof Date ? expiry.getTime() : expiry,
  );
  const blue = askEach(inputs, blueHost, signal);
  return settleEach<Readiness>(inputs, askGreen(inputs, green, signal), (domain) => ({
    blue: ofName(blue, domain),
    deployment,
    alarms,
    credentialsExpireAt,
  }));
}

/** A request to one side under each of the names. */
function askEach({ domains, probe: { path } }: ShiftInputs, address: string, signal: AbortSignal) {
  return new Map(domains.map((domain) => [domain, sendProbe({ address, domain, path, signal })]));
}

function ofName<Thing>(things: ByName<Thing>, domain: string): Thing {
  const thing = things.get(domain);
  if (thing === undefined) throw new Error(`${domain} was not requested`);
  return thing;
}

type Asked<Whole> = { readonly [Name in keyof Whole]: Promise<Whole[Name]> };

async function settleEach<Whole extends object>(
  { domains }: ShiftInputs,
  asked: (domain: string) => object,
  more: (domain: string) => object = () => ({}),
): Promise<ByName<Look<Whole>>> {
  const looks = domains.map(
    async (domain) =>
      [domain, await settle<Whole>({ ...asked(domain), ...more(domain) } as Asked<Whole>)] as const,
  );
  return new Map(await Promise.all(looks));
}

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
): Promise<ByName<GreenReadiness>> {
  return requireAll(await lookAtGreen(inputs, green, signal));
}

/** The same, as far as it could be seen. */
export async function lookAtGreen(
  inputs: ShiftInputs,
  green: ObservedGreen,
  signal: AbortSignal,
): Promise<ByName<Look<GreenReadiness>>> {
  return settleEach<GreenReadiness>(inputs, askGreen(inputs, green, signal));
}

function askGreen(
  inputs: ShiftInputs,
  green: ObservedGreen,
  signal: AbortSignal,
): (domain: string) => Asked<GreenReadiness> {
  const answers = askEach(inputs, green.balancer.dnsName, signal);
  const certificates = observeCertificates(answers, inputs, green);
  const rules = describeListenerRules(green.ingress.listenerArn, green.ingress.ruleArn);
  return (domain) => ({
    green: ofName(answers, domain),
    certificate: certificates.then((seen) => seen?.get(domain)),
    rules,
  });
}

export async function observeBlueAnswers(
  inputs: ShiftInputs,
  address: string,
  signal: AbortSignal,
): Promise<ByName<Probe>> {
  return awaitEach(askEach(inputs, address, signal));
}

async function awaitEach<Thing>(asked: ByName<Promise<Thing>>): Promise<ByName<Thing>> {
  const answered = [...asked].map(async ([domain, answer]) => [domain, await answer] as const);
  return new Map(await Promise.all(answered));
}

/** How the sides that are named are, without a judgement. A blue that nobody is sent to is left alone. */
export async function observeHealth(
  { probe: { path } }: ShiftInputs,
  { blue, green, names }: Pick<Observed, 'blue' | 'green' | 'names'>,
  signal: AbortSignal,
): Promise<ByName<Health>> {
  const deployment = green && observeLatestDeployment(green);
  const looks = names.map(async ({ domain, state }): Promise<[string, Health]> => {
    const ask = (address: string | undefined) =>
      address === undefined ? undefined : sendProbe({ address, domain, path, signal });
    const [blueAnswer, greenAnswer, latest] = await Promise.all([
      greenPercentOfState(state) === 100 ? undefined : ask(blue?.host),
      ask(green?.balancer.dnsName),
      deployment,
    ]);
    return [
      domain,
      {
        blue: blue && { service: blue.service, host: blue.host, answer: blueAnswer },
        green: green &&
          greenAnswer && { name: green.name, answer: greenAnswer, deployment: latest?.underWay },
      },
    ];
  });
  return new Map(await Promise.all(looks));
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
async function observeCertificates(
  asked: ByName<Promise<Probe>>,
  inputs: ShiftInputs,
  green: ObservedGreen,
): Promise<ByName<CertificateState> | undefined> {
  const answers = await awaitEach(asked);
  const refused = [...answers].filter(([, answer]) => answer.kind === 'failed' && answer.isCertificate);
  if (refused.length === 0) return undefined;
  const looked = lookForCertificates(
    refused.map(([domain]) => domain),
    inputs,
    green,
  );
  return inputs.attachDomain ? looked : unlessDenied(looked);
}

async function lookForCertificates(
  domains: readonly string[],
  { certificateArn }: ShiftInputs,
  { ingress }: ObservedGreen,
): Promise<ByName<CertificateState>> {
  const [attachedArns, certificates] = await Promise.all([
    listListenerCertificates(ingress.listenerArn),
    listCertificates(),
  ]);
  const assigned = assignCertificates(domains, { certificates, attachedArns, givenArn: certificateArn });
  return new Map([...assigned].map(([domain, arn]) => [domain, stateOf(arn, attachedArns)]));
}

function stateOf(arn: string | undefined, attachedArns: readonly string[]): CertificateState {
  if (arn === undefined) return { kind: 'missing' };
  return attachedArns.includes(arn) ? { kind: 'attached' } : { kind: 'available', arn };
}
