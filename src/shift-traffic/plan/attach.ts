import { planHosts } from '../../dns/host-rule.ts';
import { renderNames } from '../../dns/names.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/** What green's load balancer lacks to answer for the names, when this job may add it. */
export function planAttaching(
  { attachDomain, certificateTimeoutSeconds: timeoutSeconds }: ShiftInputs,
  { names, green }: Observed,
): readonly PlanStep[] {
  const [readiness] = names.map((name) => name.readiness);
  if (!attachDomain || readiness === undefined || green === undefined) return [];
  const { listenerArn, ruleArn } = green.ingress;
  const steps: PlanStep[] = [];
  const certificates = names.map((name) => name.readiness?.certificate);
  const arns = new Set(certificates.flatMap((seen) => (seen?.kind === 'available' ? [seen.arn] : [])));
  for (const arn of arns) {
    steps.push({
      kind: 'attach-certificate',
      sentence: `add certificate ${arn} to green's listener`,
      certificateArn: arn,
      listenerArn,
    });
  }
  const domains = names.map(({ domain }) => domain);
  if (timeoutSeconds !== undefined && certificates.some((seen) => seen?.kind === 'missing')) {
    // One for all names: it is as quick, and a listener has room for few.
    steps.splice(0, steps.length, {
      kind: 'obtain-certificate',
      sentence: `request a certificate for ${renderNames(domains)}, make its records, wait up to ${Math.round(timeoutSeconds / 6) / 10} min until it is issued, and add it to green's listener`,
      names: domains,
      timeoutSeconds,
      listenerArn,
    });
  }
  const hosts = planHosts(domains, readiness.rules);
  if (hosts.kind === 'add' && hosts.hosts.length > 0) {
    steps.push({
      kind: 'attach-host',
      sentence: `add ${hosts.hosts.length === 1 ? 'host' : 'hosts'} ${renderNames(hosts.hosts)} to Express's own listener rule`,
      ruleArn,
    });
  }
  if (steps.length === 0) return [];
  return [
    ...steps,
    { kind: 'prove-green', sentence: `wait until green answers for ${renderNames(domains)}` },
  ];
}
