import { addListenerCertificate, addRuleHost, describeRuleHosts } from '../aws/load-balancer.ts';
import { ActionError } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { ApplyContext } from './context.ts';
import type { ObservedGreen } from './observe-services.ts';
import { judgeProbe, probe } from './probe.ts';
import { hasHost } from './readiness.ts';

/** A rule holds five condition values, and that cannot be raised (ELB user guide, quotas). */
const hostLimit = 5;

/** Reads the rule again before it writes: conditions are replaced as a whole. */
export async function attachHost(domain: string, green: ObservedGreen): Promise<void> {
  const rule = await describeRuleHosts(green.ingress.ruleArn);
  if (hasHost(rule.hosts, domain)) return;
  if (rule.hosts.length >= hostLimit) {
    throw new ActionError(
      'plan-refused',
      `Express's listener rule has ${rule.hosts.length} hosts already: ${rule.hosts.join(', ')}`,
      { hint: 'Remove a host that is not used any more: a rule holds five values.' },
    );
  }
  await addRuleHost(green.ingress.ruleArn, rule, domain);
}

export async function attachCertificate(certificateArn: string, green: ObservedGreen): Promise<void> {
  await addListenerCertificate(green.ingress.listenerArn, certificateArn);
}

/** A load balancer uses a new rule or certificate after some seconds, seldom after a minute. */
const proveTimeoutSeconds = 180;

export async function proveGreen(green: ObservedGreen, context: ApplyContext): Promise<void> {
  const { inputs, clock, signal } = context;
  const { domain } = inputs;
  await pollUntil({
    read: () => probe({ address: green.balancer.dnsName, domain, path: inputs.probe.path, signal }),
    judge: (seen) => {
      const because = judgeProbe(seen, inputs.probe.statuses);
      return because === undefined ? { kind: 'done', value: undefined } : { kind: 'wait', because };
    },
    clock,
    signal,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: proveTimeoutSeconds,
    onTimeout: (because) =>
      new ActionError('plan-refused', `green does not answer for ${domain} as it should: ${because}`, {
        hint: 'No traffic was shifted. Look at the listener and its rule, then run the job again.',
      }),
  });
}
