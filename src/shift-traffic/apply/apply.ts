import { deleteAppRunnerService, pauseAppRunnerService } from '../../aws/app-runner.ts';
import { addListenerCertificate, addRuleHosts, describeListenerRules } from '../../aws/listener.ts';
import { planHosts } from '../../dns/host-rule.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError, assertNever } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import { judgeProbe, type Observed, type ObservedGreen } from '../model/observed.ts';
import type { BakeStep, ChangeStep, PlanStep } from '../model/plan.ts';
import { sendProbe } from '../observe/probe.ts';
import { observeReadiness } from '../observe/readiness.ts';
import { judgeGreenNow, judgeReadiness, secondsFor } from '../plan/readiness.ts';
import { applyBake } from './bake.ts';
import { swap } from './change.ts';
import { goBack, mayGoBack, remember } from './way-back.ts';

/** Does the steps in order. The only code of this action that changes anything. */
export async function applySteps(steps: readonly PlanStep[], observed: Observed, job: Job): Promise<void> {
  for (const [index, step] of steps.entries()) {
    job.runner.cancelled.throwIfAborted();
    // What was seen for the plan is old as soon as a step was done, and each of them takes time.
    if (index > 0 && step.kind === 'change-records' && step.isForward) {
      await lookAgain(steps.slice(index), observed, job);
    }
    await applyStep(step, observed, job);
    job.facts.done.push(step.sentence);
  }
}

async function applyStep(step: PlanStep, observed: Observed, job: Job): Promise<void> {
  switch (step.kind) {
    case 'attach-host':
      return attachHost(requireGreen(observed), job);
    case 'attach-certificate':
      return attachCertificate(step.certificateArn, requireGreen(observed), job);
    case 'prove-green':
      return proveGreen(requireGreen(observed), job);
    case 'change-records':
      return applyChange(step, observed, job);
    case 'bake':
      return watchGreen(step, observed, job);
    case 'retire-blue':
      return retireBlue(step.how, observed, job);
    default:
      return assertNever(step);
  }
}

async function applyChange(step: ChangeStep, { zone }: Observed, job: Job): Promise<void> {
  const { clock, runner } = job;
  await remember(step, zone.ref, job);
  const followed = await swap({ ...step, told: `Wrote: ${step.sentence}` }, zone.ref, job);
  if (followed.kind === 'lost-sight') {
    const { because } = followed;
    if (!step.isForward || !mayGoBack(because, job)) throw because;
    await goBack(because instanceof Error ? because.message : String(because), zone.ref, job);
  }
  if (step.drainSeconds > 0) {
    await clock.sleep(step.drainSeconds * 1000, runner.cancelled);
    runner.info(`Waited ${step.drainSeconds} s for caches to forget the answer of before`);
  }
}

async function watchGreen(step: BakeStep, observed: Observed, job: Job): Promise<void> {
  const verdict = await applyBake(step, requireGreen(observed), job);
  job.facts.baked = verdict.kind === 'good';
  switch (verdict.kind) {
    case 'good':
      return;
    case 'bad':
      return goBack(verdict.because, observed.zone.ref, job);
    case 'unclear':
      throw new ActionError(
        'inconclusive',
        `green at ${renderPercent(step.greenPercent)} % could not be judged: ${verdict.because}. The weights stay, and no further step was made`,
        { hint: verdict.wayOut },
      );
  }
}

/** Before each further step what held before the first one must hold still. */
async function lookAgain(rest: readonly PlanStep[], observed: Observed, job: Job): Promise<void> {
  const { inputs, facts, clock, runner } = job;
  const { blue } = observed;
  if (blue === undefined) return;
  const seen = await observeReadiness(inputs, blue.host, requireGreen(observed), runner.cancelled);
  facts.probes.push({ at: clock.now(), side: 'blue', probe: seen.blue });
  const [sick] = judgeGreenNow(inputs, seen);
  if (sick !== undefined) return goBack(sick.because, observed.zone.ref, job);
  const [refusal] = judgeReadiness({
    inputs,
    seen,
    now: clock.now(),
    neededSeconds: secondsFor(inputs, rest),
    attaching: false,
  });
  if (refusal === undefined) return;
  throw new ActionError('inconclusive', `no further step was made: ${refusal.because}`, {
    hint: refusal.wayOut,
  });
}

async function retireBlue(how: 'pause' | 'delete', observed: Observed, job: Job): Promise<void> {
  const service = observed.blue?.service;
  if (service === undefined) return;
  await (how === 'pause' ? pauseAppRunnerService(service.arn) : deleteAppRunnerService(service.arn));
  job.facts.changed = true;
  job.runner.info(`${how === 'pause' ? 'Paused' : 'Deleted'} App Runner service ${service.name}`);
}

function requireGreen({ green }: Observed): ObservedGreen {
  if (green === undefined) throw new Error('a step that needs green was planned without it');
  return green;
}

/** Reads the rules again before it writes: conditions are replaced as a whole. */
async function attachHost({ ingress }: ObservedGreen, { inputs, facts, runner }: Job): Promise<void> {
  const { domain } = inputs;
  const rules = await describeListenerRules(ingress.listenerArn, ingress.ruleArn);
  const plan = planHosts([domain], rules);
  if (plan.kind === 'refuse') throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
  if (rules.own !== undefined && plan.hosts.length > 0) await addRuleHosts(rules.own, plan.hosts);
  facts.changed = true;
  runner.info(`Added host ${domain} to Express's own listener rule`);
}

async function attachCertificate(
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

async function proveGreen(green: ObservedGreen, { inputs, clock, runner }: Job): Promise<void> {
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
