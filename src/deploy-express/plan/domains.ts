import { chooseCertificates } from '../../dns/certificate-choice.ts';
import { planHosts } from '../../dns/host-rule.ts';
import type { Refusal } from '../../dns/records.ts';
import type { DeployInputs } from '../model/inputs.ts';
import { customHostsOf, type ObservedDomains, type ObservedListener } from '../model/observed.ts';
import type { Change, DeployPlan, PlanStep, Proceed } from '../model/plan.ts';
import { refuseCertificate } from './certificate.ts';

export type DomainPlan =
  | {
      readonly kind: 'attach';
      /** The hosts that the rule of the service lacks. */
      readonly hosts: readonly string[];
      /** All certificates that the hosts need, also those that the listener has. */
      readonly certificateArns: readonly string[];
      readonly missingCertificateArns: readonly string[];
      /** None that is issued will do, and one is to be requested for all hosts. */
      readonly isRequested: boolean;
      readonly notices: readonly string[];
    }
  | { readonly kind: 'refuse'; readonly refusals: readonly Refusal[] };

/** What the listener lacks for the custom domains. Before the first deployment it lacks everything. */
function planDomains(inputs: DeployInputs, seen: ObservedDomains): DomainPlan {
  const { customDomains, certificateArn } = inputs;
  const attachedArns = seen.listener?.certificateArns ?? [];
  const hosts = seen.listener
    ? planHosts(customDomains, seen.listener.rules)
    : { kind: 'add' as const, hosts: customDomains, notices: [] };
  const chosen = chooseCertificates(customDomains, {
    certificates: seen.certificates,
    attachedArns,
    givenArn: certificateArn,
  });
  const isRequested = chosen.kind === 'missing' && inputs.certificateRequest !== undefined;
  if (hosts.kind === 'add' && isRequested && seen.zoneRefusals.length === 0) {
    return {
      kind: 'attach',
      hosts: hosts.hosts,
      certificateArns: [],
      missingCertificateArns: [],
      isRequested: true,
      notices: [...hosts.notices, ...noticesOfKept(customDomains, seen.listener)],
    };
  }
  if (hosts.kind === 'refuse' || chosen.kind === 'missing') {
    return {
      kind: 'refuse',
      refusals: [
        ...(hosts.kind === 'refuse' ? [hosts] : []),
        ...(isRequested ? seen.zoneRefusals : []),
        ...(chosen.kind === 'missing' && !isRequested
          ? [refuseCertificate(chosen.hosts, certificateArn, seen)]
          : []),
      ],
    };
  }
  return {
    kind: 'attach',
    hosts: hosts.hosts,
    certificateArns: chosen.arns,
    missingCertificateArns: chosen.arns.filter((arn) => !attachedArns.includes(arn)),
    isRequested: false,
    notices: [...hosts.notices, ...noticesOfKept(customDomains, seen.listener)],
  };
}

/**
 * Adds to a plan what the custom domains need. A deployment might undo it (AWS promises that it does not, but nobody has
 * published a measurement), so each ends with another look; without a deployment only what is missing makes a step.
 */
export function withDomains(
  plan: DeployPlan,
  inputs: DeployInputs,
  seen: ObservedDomains | undefined,
): DeployPlan {
  if (plan.kind === 'refuse' || seen === undefined) return plan;
  const domains = planDomains(inputs, seen);
  if (domains.kind === 'refuse') return refuseAll(domains.refusals);
  const waits = plan.steps.findIndex(({ kind }) => kind === 'wait-for-deployment');
  if (waits < 0 && seen.listener === undefined) return refuseAll([refuseWithoutListener]);
  const isComplete =
    domains.hosts.length === 0 && domains.missingCertificateArns.length === 0 && !domains.isRequested;
  const notices = [...plan.notices, ...domains.notices];
  if (isComplete && waits < 0) return { ...plan, notices };
  const step = attachStep(inputs, domains);
  return {
    ...plan,
    intent: plan.intent === 'unchanged' && !isComplete ? 'update' : plan.intent,
    steps: [
      ...requestSteps(inputs, domains),
      ...plan.steps.slice(0, waits + 1),
      step,
      ...plan.steps.slice(waits + 1),
    ],
    changes: [...plan.changes, ...changesOfDomains(domains, seen.listener)],
    notices,
  } satisfies Proceed;
}

type Attach = Extract<DomainPlan, { kind: 'attach' }>;

function requestSteps(
  { customDomains, certificateRequest }: DeployInputs,
  { isRequested }: Attach,
): PlanStep[] {
  if (!isRequested || certificateRequest === undefined) return [];
  const names = customDomains.join(', ');
  const minutes = Math.round(certificateRequest.timeoutSeconds / 6) / 10;
  return [
    {
      kind: 'obtain-certificate',
      sentence: `request a certificate for ${names}, make its records in Route 53, and wait up to ${minutes} min until it is issued`,
      names: customDomains,
    },
  ];
}

function attachStep({ customDomains }: DeployInputs, domains: Attach): PlanStep {
  const { hosts, missingCertificateArns: missing, isRequested } = domains;
  const parts = [
    ...(hosts.length > 0 ? [`add ${hosts.join(', ')} to the listener rule of the service`] : []),
    ...(missing.length > 0
      ? [`add ${missing.length === 1 ? 'certificate' : 'certificates'} ${missing.join(', ')} to its listener`]
      : []),
    ...(isRequested ? ['add that certificate to its listener'] : []),
  ];
  const sentence =
    parts.length > 0
      ? parts.join(', and ')
      : `check that ${customDomains.join(', ')} ${customDomains.length === 1 ? 'is' : 'are'} still in the listener rule of the service`;
  return { kind: 'attach-domains', sentence, certificateArns: domains.certificateArns };
}

function changesOfDomains(domains: Attach, listener: ObservedListener | undefined): readonly Change[] {
  const before = customHostsOf(listener?.rules);
  const shown = (hosts: readonly string[]) => (hosts.length > 0 ? hosts.join(', ') : undefined);
  return [
    ...(domains.hosts.length === 0
      ? []
      : [{ setting: 'custom-domains', before: shown(before), after: shown([...before, ...domains.hosts]) }]),
    ...domains.missingCertificateArns.map((arn) => ({
      setting: 'certificate-arn',
      before: undefined,
      after: arn,
    })),
  ];
}

/** Whoever took a host out of the input may think that it is gone. */
function noticesOfKept(wanted: readonly string[], listener: ObservedListener | undefined): readonly string[] {
  const kept = customHostsOf(listener?.rules).filter((host) => !wanted.includes(host.toLowerCase()));
  if (kept.length === 0) return [];
  return [
    `The listener rule of the service also has ${kept.join(', ')}, which custom-domains does not name. It stays: this action removes no host and no certificate.`,
  ];
}

const refuseWithoutListener: Refusal = {
  because: 'AWS shows no listener for the service, so custom-domains cannot be added',
  wayOut: 'Look at the service in the ECS console; a deployment that succeeds creates the listener.',
};

function refuseAll(refusals: readonly Refusal[]): DeployPlan {
  return {
    kind: 'refuse',
    because: refusals.map(({ because }) => because).join('; '),
    wayOut: refusals.map(({ wayOut }) => wayOut).join(' '),
  };
}
