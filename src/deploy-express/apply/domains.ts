import { describeIngress } from '../../aws/deployments.ts';
import type { Ingress } from '../../aws/ingress.ts';
import {
  addListenerCertificate,
  addRuleHosts,
  describeListenerRules,
  type OwnRule,
} from '../../aws/listener.ts';
import { type ListenerRules, planHosts } from '../../dns/host-rule.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { customHostsOf } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';
import { observeListener } from '../observe/domains.ts';

/** Against jobs that write at the same time; against one that takes a host out on purpose nothing helps. */
const mostWrites = 3;

/**
 * Reads the listener again and adds what it lacks now: a first deployment has only just made it, and any deployment, or
 * anybody, may have changed it meanwhile.
 */
export async function applyDomains(
  step: Extract<PlanStep, { kind: 'attach-domains' }>,
  job: PlannedJob,
): Promise<void> {
  const { inputs, facts, runner } = job;
  const listener = await observeListener(await requireIngress(job));
  const plan = planHosts(inputs.customDomains, listener.rules);
  if (plan.kind === 'refuse') throw notAttached(plan.because, plan.wayOut);

  // The certificates come before the hosts, so that no visitor meets a certificate for another name.
  for (const arn of step.certificateArns.filter((known) => !listener.certificateArns.includes(known))) {
    await addListenerCertificate(listener.arn, arn);
    facts.changed = true;
    runner.info(`Added certificate ${arn} to the listener of the service`);
  }
  await holdHosts(listener.rules, job);
}

/**
 * The last look of a job that added a host. A job that had read the rule before that may have written it since, when AWS
 * put it off for a while.
 */
export async function confirmDomains(job: PlannedJob): Promise<void> {
  const { inputs, clock, runner } = job;
  await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
  const { listenerArn, ruleArn } = await requireIngress(job);
  await holdHosts(await describeListenerRules(listenerArn, ruleArn), job);
}

/**
 * Adds the hosts that the rule lacks, and reads it back. Conditions are replaced as a whole, so of two jobs that add a
 * host at once, the one that writes last takes away what it had not read.
 */
async function holdHosts(seen: ListenerRules<OwnRule>, job: PlannedJob): Promise<void> {
  const { inputs, facts, runner } = job;
  const { listenerArn, ruleArn } = await requireIngress(job);
  let rules = seen;
  for (let writes = 0; ; writes += 1) {
    const plan = planHosts(inputs.customDomains, rules);
    if (plan.kind === 'refuse') throw notAttached(plan.because, plan.wayOut);
    facts.customDomains = customHostsOf(rules);
    const hosts = plan.hosts.join(', ');
    if (rules.own === undefined || hosts === '') return;
    if (writes === mostWrites) {
      throw notAttached(
        `${hosts} was added to the listener rule ${writes} times, and is not there`,
        'Find out who else writes the rule (CloudTrail, ModifyRule), then run the job again.',
      );
    }
    await addRuleHosts(listenerArn, rules.own, plan.hosts);
    facts.changed = true;
    facts.hostsAdded = true;
    runner.info(`Added ${hosts} to the listener rule of the service`);
    rules = await describeListenerRules(listenerArn, ruleArn);
  }
}

async function requireIngress({ facts }: PlannedJob): Promise<Ingress> {
  facts.ingress ??= await describeIngress(facts.revisionArn ?? '');
  if (facts.ingress === undefined) throw notAttached('AWS shows no listener for the service');
  return facts.ingress;
}

function notAttached(because: string, wayOut?: string): ActionError {
  return new ActionError('domain-not-attached', `the custom domains could not be added: ${because}`, {
    hint: wayOut ?? 'Look at the service in the ECS console, then run the job again.',
  });
}
