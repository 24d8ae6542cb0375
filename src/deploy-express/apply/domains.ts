import { describeIngress } from '../../aws/deployments.ts';
import { addListenerCertificate, addRuleHosts } from '../../aws/listener.ts';
import { planHosts } from '../../dns/host-rule.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { customHostsOf } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';
import { observeListener } from '../observe/domains.ts';

/**
 * Reads the listener again and adds what it lacks now: a first deployment has only just made it, and any deployment, or
 * anybody, may have changed it meanwhile.
 */
export async function applyDomains(
  step: Extract<PlanStep, { kind: 'attach-domains' }>,
  { inputs, facts, runner }: PlannedJob,
): Promise<void> {
  const ingress = facts.ingress ?? (await describeIngress(facts.revisionArn ?? ''));
  if (ingress === undefined) throw notAttached('AWS shows no listener for the service');
  const listener = await observeListener(ingress);
  const { own } = listener.rules;
  const plan = planHosts(inputs.customDomains, listener.rules);
  if (plan.kind === 'refuse') throw notAttached(plan.because, plan.wayOut);

  // The certificates come before the hosts, so that no visitor meets a certificate for another name.
  for (const arn of step.certificateArns.filter((known) => !listener.certificateArns.includes(known))) {
    await addListenerCertificate(listener.arn, arn);
    facts.changed = true;
    runner.info(`Added certificate ${arn} to the listener of the service`);
  }
  if (own !== undefined && plan.hosts.length > 0) {
    await addRuleHosts(own, plan.hosts);
    facts.changed = true;
    runner.info(`Added ${plan.hosts.join(', ')} to the listener rule of the service`);
  }
  facts.customDomains = [...customHostsOf(listener), ...plan.hosts];
}

function notAttached(because: string, wayOut?: string): ActionError {
  return new ActionError('domain-not-attached', `the custom domains could not be added: ${because}`, {
    hint:
      wayOut ?? 'The deployment itself succeeded. Run the job again; look at the service in the ECS console.',
  });
}
