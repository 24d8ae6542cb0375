import { addListenerCertificate, addRuleHosts, describeListenerRules } from '../../aws/listener.ts';
import { planHosts } from '../../dns/host-rule.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { ObservedGreen } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import { sendProbe } from '../observe/probe.ts';
import type { ApplyContext } from './context.ts';

/** Reads the rules again before it writes: conditions are replaced as a whole. */
export async function attachHost(domain: string, { ingress }: ObservedGreen): Promise<void> {
  const rules = await describeListenerRules(ingress.listenerArn, ingress.ruleArn);
  const plan = planHosts([domain], rules);
  if (plan.kind === 'refuse') throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
  if (rules.own !== undefined && plan.hosts.length > 0) await addRuleHosts(rules.own, plan.hosts);
}

export async function attachCertificate(certificateArn: string, { ingress }: ObservedGreen): Promise<void> {
  await addListenerCertificate(ingress.listenerArn, certificateArn);
}

/** A load balancer uses a new rule or certificate after some seconds, seldom after a minute. */
const proveTimeoutSeconds = 180;

export async function proveGreen(green: ObservedGreen, context: ApplyContext): Promise<void> {
  const { inputs, clock, signal } = context;
  const { domain } = inputs;
  await pollUntil({
    read: () => sendProbe({ address: green.balancer.dnsName, domain, path: inputs.probe.path, signal }),
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
