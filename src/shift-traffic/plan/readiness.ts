import { inSyncSeconds } from '../../dns/batch.ts';
import { type ListenerRules, planHosts } from '../../dns/host-rule.ts';
import type { Refusal } from '../../dns/records.ts';
import { isChangeMode, type NameInputs, type ShiftInputs } from '../model/inputs.ts';
import type { CertificateState, GreenReadiness, Probe, Readiness } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/** A rollback, its way to all servers and its TTL need to fit in after the last step. */
const rollbackMarginSeconds = 300;

/** A session of a role, unless more was asked for (STS API reference, AssumeRoleWithWebIdentity). */
const usualSessionSeconds = 3600;

/**
 * @param needed how long the steps still take, with baking and waiting.
 * @param attaching the plan itself adds the domain to green, so that green cannot answer for it yet.
 */
export function judgeReadiness(options: {
  readonly inputs: ShiftInputs;
  readonly names: readonly ReadyName[];
  readonly now: number;
  readonly neededSeconds: number;
  readonly attaching: boolean;
}): readonly Refusal[] {
  const { inputs, names, attaching } = options;
  const [first] = names;
  if (first === undefined) return [];
  // What is of green, and of the job, is the same for each name.
  const shared = first.seen;
  return [
    ...names.flatMap(({ domain, seen }) => judgeBlue({ ...inputs, domain }, seen)),
    ...judgeOfGreen({ inputs, names, attaching, rules: shared.rules }),
    ...judgeDeployment(shared),
    ...judgeMissing(shared),
    ...judgeRinging(shared),
    ...judgeCredentials({ ...options, seen: shared }),
  ];
}

/** How one of the names is seen to be. */
export type ReadyName = { readonly domain: string; readonly seen: Readiness };

/** What speaks against leaving green the traffic it has of a name: what was seen, and is bad. The rest of the look may be missing. */
export function judgeGreenNow(inputs: NameInputs, seen: Partial<Readiness>): readonly Refusal[] {
  const { rules, green, certificate, alarms } = seen;
  return [
    ...(rules ? judgeHosts(inputs, rules) : []),
    ...(green ? judgeAnswer(inputs, green, certificate) : []),
    ...(alarms ? judgeRinging({ alarms }) : []),
  ];
}

const bringBlueBack =
  'Repair the App Runner service (resume it, keep its custom domain and the CNAMEs that validate its certificate), or set probe-path and probe-status to what it answers.';

function judgeBlue({ domain, probe }: NameInputs, { blue }: Readiness): Refusal[] {
  const because = judgeProbe(blue, probe.statuses);
  if (because === undefined) return [];
  return [
    {
      because: `blue does not answer for ${domain}${probe.path}, so a rollback would not help: ${because}`,
      wayOut: bringBlueBack,
    },
  ];
}

/** Of a step that gives blue more and green less. */
export function judgeBlueAlone({ domain, probe }: NameInputs, blue: Probe | undefined): Refusal[] {
  const because = blue && judgeProbe(blue, probe.statuses);
  if (because === undefined) return [];
  return [
    {
      because: `blue does not answer for ${domain}${probe.path}, and nobody is sent back to what does not answer: ${because}`,
      wayOut: `${bringBlueBack} mode: rollback asks neither side, and gives blue everything as it is.`,
    },
  ];
}

export function judgeGreen(inputs: NameInputs, { rules, green, certificate }: GreenReadiness): Refusal[] {
  const [refusal] = judgeHosts(inputs, rules);
  return refusal === undefined ? judgeAnswer(inputs, green, certificate) : [refusal];
}

function judgeHosts({ domain }: NameInputs, rules: ListenerRules): Refusal[] {
  const hosts = planHosts([domain], rules);
  if (hosts.kind === 'refuse') return [hosts];
  if (hosts.hosts.length === 0) return [];
  return [
    {
      because: `Express's own listener rule does not have the host ${domain}, so green's load balancer does not know where to send its requests`,
      wayOut: `Add "custom-domains: ${domain}" to the step that deploys green, or "attach-domain: true" to this one. A rule of its own would lead to a 503 on each deployment.`,
    },
  ];
}

function judgeAnswer(
  { domain, probe }: NameInputs,
  answer: Probe,
  certificate: CertificateState | undefined,
): Refusal[] {
  const because = judgeProbe(answer, probe.statuses);
  if (because === undefined) return [];
  const isCertificate = answer.kind === 'failed' && answer.isCertificate;
  return [
    {
      because: `green does not answer for ${domain}${probe.path} as it should: ${because}`,
      wayOut: isCertificate
        ? certificateWayOut(domain, certificate)
        : 'Look at the Express service and its log, or set probe-path and probe-status to what it answers.',
    },
  ];
}

function certificateWayOut(domain: string, certificate: CertificateState | undefined): string {
  switch (certificate?.kind) {
    case 'available':
      return `Certificate ${certificate.arn} is issued but not on green's listener: set "attach-domain: true", or "custom-domains: ${domain}" on the step that deploys green.`;
    case 'attached':
      return 'A certificate is on the listener: wait a minute until the load balancer uses it, then run the job again.';
    case undefined:
      return `Check which certificates ACM and green's listener have for ${domain}. The role may not read them (acm:ListCertificates, elasticloadbalancing:DescribeListenerCertificates).`;
    case 'missing':
      return `Request a certificate for ${domain} in ACM, in the Region of green (App Runner's own cannot be used), validate it, then set "attach-domain: true"; or also set "request-certificate: true".`;
  }
}

/** A step that attaches mends much, but not a host of another service's, a rule that is full, or a certificate that is not there. */
function judgeOfGreen(options: {
  readonly inputs: ShiftInputs;
  readonly names: readonly ReadyName[];
  readonly attaching: boolean;
  readonly rules: ListenerRules;
}): readonly Refusal[] {
  const { inputs, names, attaching, rules } = options;
  const domains = names.map(({ domain }) => domain);
  // Each alone may fit where all of them do not.
  const hosts = planHosts(domains, rules);
  if (hosts.kind === 'refuse') return [hosts];
  if (!attaching) return names.flatMap(({ domain, seen }) => judgeGreen({ ...inputs, domain }, seen));
  if (inputs.certificateTimeoutSeconds !== undefined) return [];
  // Without a certificate no visitor could be let in, and the rule would be changed for nothing.
  return names
    .filter(({ seen }) => seen.certificate?.kind === 'missing')
    .map(({ domain, seen }) => ({
      because: `ACM has no issued certificate for ${domain} in the Region of green`,
      wayOut: certificateWayOut(domain, seen.certificate),
    }));
}

function judgeDeployment({ deployment }: Readiness): Refusal[] {
  if (deployment?.underWay === undefined) return [];
  return [
    {
      because: `a deployment of green is ${deployment.underWay}: Express shifts traffic between two revisions, and it would not be known which one causes errors`,
      wayOut: 'Wait for the deployment to end, then run the job again.',
    },
  ];
}

export function judgeMissing({ alarms }: Pick<Readiness, 'alarms'>): Refusal[] {
  return alarms
    .filter(({ state }) => state === 'missing')
    .map(({ name }) => ({
      because: `there is no CloudWatch alarm ${name} in this Region`,
      wayOut: 'Correct alarms: an alarm that does not exist must not count as OK.',
    }));
}

function judgeRinging({ alarms }: Pick<Readiness, 'alarms'>): Refusal[] {
  return alarms
    .filter(({ state }) => state === 'ALARM')
    .map(({ name, reason }) => ({
      because: `alarm ${name} is in ALARM already${reason === undefined ? '' : ` (${reason})`}`,
      wayOut: 'Fix its cause first: until then it cannot show whether the shift does harm.',
    }));
}

/** Those of the job that writes: a plan is made with another role's. */
function judgeCredentials(options: {
  readonly inputs: ShiftInputs;
  readonly seen: Readiness;
  readonly now: number;
  readonly neededSeconds: number;
}): Refusal[] {
  const { inputs, seen, now, neededSeconds } = options;
  if (!isChangeMode(inputs.mode) || typeof seen.credentialsExpireAt !== 'number') return [];
  const leftSeconds = Math.round((seen.credentialsExpireAt - now) / 1000);
  if (leftSeconds >= neededSeconds + rollbackMarginSeconds) return [];
  return [
    {
      because: `the credentials end in ${Math.max(0, Math.floor(leftSeconds / 60))} min, but the steps and a rollback after them may take ${Math.ceil((neededSeconds + rollbackMarginSeconds) / 60)} min`,
      wayOut:
        'Raise role-duration-seconds of configure-aws-credentials (and the maximum of the role), or make fewer steps in one job.',
    },
  ];
}

/** Warns where nobody can tell when the credentials end, and the steps need more than the hour that most jobs have. */
export function noticesOfCredentials(
  { mode }: ShiftInputs,
  { credentialsExpireAt }: Readiness,
  neededSeconds: number,
): string[] {
  const needed = neededSeconds + rollbackMarginSeconds;
  if (!isChangeMode(mode) || credentialsExpireAt !== 'unknown' || needed <= usualSessionSeconds) return [];
  return [
    `When the credentials end is not known. The steps and a rollback after them may take ${Math.ceil(needed / 60)} min, and a session lasts ${usualSessionSeconds / 60} unless role-duration-seconds of configure-aws-credentials says otherwise. With its output aws-expiration in the variable AWS_CREDENTIAL_EXPIRATION, a job that does not fit is refused.`,
  ];
}

/** A minute of the load balancer's is at CloudWatch one to three minutes after its end. */
const latenessSeconds = 180;

/** How long figures of the end of a watch are waited for, at most. */
export function figuresSeconds({ bake, changeTimeoutSeconds }: ShiftInputs): number {
  return bake.maxErrorPercent === undefined ? 0 : Math.min(latenessSeconds, changeTimeoutSeconds);
}

export function secondsFor(inputs: ShiftInputs, steps: readonly PlanStep[]): number {
  return steps.reduce((sum, step) => {
    // Nobody waits for caches where nothing is watched afterwards.
    if (step.kind === 'change-records') return sum + inSyncSeconds + (step.isForward ? step.drainSeconds : 0);
    if (step.kind === 'obtain-certificate') return sum + step.timeoutSeconds;
    return step.kind === 'bake' ? sum + inputs.bake.seconds + figuresSeconds(inputs) : sum;
  }, 0);
}
