import { addListenerCertificate, addRuleHosts, describeListenerRules } from '../../aws/listener.ts';
import { planHosts } from '../../dns/host-rule.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import { judgeProbe, type ObservedGreen } from '../model/observed.ts';
import { sendProbe } from '../observe/probe.ts';

/** Against another job that writes at the same time; against one that takes the host out on purpose nothing helps. */
const mostWrites = 3;

/**
 * Sees to it that Express's own rule has the host, and reads it back. Conditions are replaced as a whole, so of two jobs
 * that add a host at once, the one that writes last takes away what it had not read.
 */
export async function holdHost({ ingress }: ObservedGreen, job: Job): Promise<void> {
  const { inputs, facts, clock, runner } = job;
  const { domain } = inputs;
  for (let writes = 0; ; writes += 1) {
    // Nothing comes between a look and the write that rests on it.
    if (writes > 0) await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
    const rules = await describeListenerRules(ingress.listenerArn, ingress.ruleArn);
    const plan = planHosts([domain], rules);
    if (plan.kind === 'refuse') throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
    if (plan.hosts.length === 0 || rules.own === undefined) return;
    if (writes === mostWrites) {
      throw new ActionError(
        'domain-not-attached',
        `host ${domain} was added to Express's own listener rule ${writes} times, and is not there`,
        { hint: 'Find out who else writes the rule (CloudTrail, ModifyRule), then run the job again.' },
      );
    }
    await addRuleHosts(ingress.listenerArn, rules.own, plan.hosts);
    facts.changed = true;
    runner.info(`Added host ${domain} to Express's own listener rule`);
  }
}

export async function attachCertificate(
  certificateArn: string,
  { ingress }: ObservedGreen,
  { facts, runner }: Job,
): Promise<void> {
  await addListenerCertificate(ingress.listenerArn, certificateArn);
  facts.changed = true;
  runner.info(`Added certificate ${certificateArn} to green's listener`);
}

/** A load balancer uses a new rule or certificate after some seconds, seldom after a minute. */
const proveTimeoutSeconds = 180;

export async function proveGreen(green: ObservedGreen, { inputs, clock, runner }: Job): Promise<void> {
  const { domain, probe, pollIntervalSeconds: intervalSeconds } = inputs;
  const signal = runner.cancelled;
  await pollUntil({
    read: () => sendProbe({ address: green.balancer.dnsName, domain, path: probe.path, signal }),
    judge: (seen) => {
      const because = judgeProbe(seen, probe.statuses);
      return because === undefined ? { kind: 'done', value: undefined } : { kind: 'wait', because };
    },
    clock,
    signal,
    intervalSeconds,
    timeoutSeconds: proveTimeoutSeconds,
    onTimeout: (because) =>
      new ActionError('plan-refused', `green does not answer for ${domain} as it should: ${because}`, {
        hint: 'No traffic was shifted. Look at the listener and its rule, then run the job again.',
      }),
  });
  runner.info(`Green answers for ${domain}`);
}
