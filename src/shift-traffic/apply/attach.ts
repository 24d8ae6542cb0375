import { addListenerCertificate, addRuleHosts, describeListenerRules } from '../../aws/listener.ts';
import { planHosts } from '../../dns/host-rule.ts';
import { renderNames } from '../../dns/names.ts';
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
  for (let writes = 0; ; writes += 1) {
    // Nothing comes between a look and the write that rests on it.
    if (writes > 0) await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
    const rules = await describeListenerRules(ingress.listenerArn, ingress.ruleArn);
    const plan = planHosts(inputs.domains, rules);
    if (plan.kind === 'refuse') throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
    if (plan.hosts.length === 0 || rules.own === undefined) return;
    if (writes === mostWrites) {
      throw new ActionError(
        'domain-not-attached',
        `${describeHosts(plan.hosts)} added to Express's own listener rule ${writes} times, and ${plan.hosts.length === 1 ? 'is' : 'are'} not there`,
        { hint: 'Find out who else writes the rule (CloudTrail, ModifyRule), then run the job again.' },
      );
    }
    await addRuleHosts(ingress.listenerArn, rules.own, plan.hosts);
    facts.changed = true;
    runner.info(
      `Added ${plan.hosts.length === 1 ? 'host' : 'hosts'} ${renderNames(plan.hosts)} to Express's own listener rule`,
    );
  }
}

function describeHosts(hosts: readonly string[]): string {
  return hosts.length === 1 ? `host ${renderNames(hosts)} was` : `hosts ${renderNames(hosts)} were`;
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
  const { domains, probe, pollIntervalSeconds: intervalSeconds } = inputs;
  const signal = runner.cancelled;
  await pollUntil({
    read: () =>
      Promise.all(
        domains.map((domain) =>
          sendProbe({ address: green.balancer.dnsName, domain, path: probe.path, signal }),
        ),
      ),
    judge: (seen) => {
      const reasons = seen.flatMap((answer, index) => {
        const because = judgeProbe(answer, probe.statuses);
        return because === undefined ? [] : [`for ${domains[index]} as it should: ${because}`];
      });
      const [because] = reasons;
      return because === undefined ? { kind: 'done', value: undefined } : { kind: 'wait', because };
    },
    clock,
    signal,
    intervalSeconds,
    timeoutSeconds: proveTimeoutSeconds,
    onTimeout: (because) =>
      new ActionError('plan-refused', `green does not answer ${because}`, {
        hint: 'No traffic was shifted. Look at the listener and its rule, then run the job again.',
      }),
  });
  runner.info(`Green answers for ${renderNames(domains)}`);
}
