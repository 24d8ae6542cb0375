import { ActionError } from '../errors.ts';
import { announcerOf } from './apply/announce.ts';
import { applySteps } from './apply/apply.ts';
import { obtainImage } from './image/obtain.ts';
import type { DeployInputs } from './model/inputs.ts';
import type { Job } from './model/job.ts';
import type { Observed } from './model/observed.ts';
import type { DeployIntent, Proceed } from './model/plan.ts';
import { noteObserved, type Outcome } from './model/result.ts';
import { planDeploy } from './plan/plan.ts';
import { renderPlan } from './report/summary.ts';

/** What follows the first look, as it happens. */
export async function deploy(inputs: DeployInputs, first: Observed, job: Job): Promise<void> {
  const announcer = announcerOf(job);
  await announcer.begun(first.service);

  // A build takes minutes, so what forbids the deployment anyway is said before it.
  plan(inputs, first);
  const image = await obtainImage(inputs, first.service, first.lookedUp, job);
  const seen = { ...first, lookedUp: image };
  const planned = plan(inputs, seen);
  job.facts.notices.push(...inputs.notices);
  await tell(planned, seen, inputs, job);
  if (inputs.dryRun) return;

  const { service, lookedUp } = seen;
  await applySteps(planned.steps, { ...job, inputs, announcer, service, image: lookedUp.planned });
}

function plan(inputs: DeployInputs, { service, lookedUp, domains }: Observed): Proceed {
  const made = planDeploy(inputs, service, lookedUp.planned, domains);
  if (made.kind === 'proceed') return made;
  throw new ActionError('plan-refused', made.because, { hint: made.wayOut });
}

async function tell(planned: Proceed, seen: Observed, inputs: DeployInputs, job: Job): Promise<void> {
  const { facts, runner } = job;
  const { notices, repository, dockerfile } = seen.lookedUp;
  noteObserved(facts, seen, inputs);
  facts.repository = repository;
  facts.dockerfile = dockerfile;
  facts.remarks = inputs.remarks;
  facts.changes = planned.changes;
  facts.planned = planned.steps.map(({ sentence }) => sentence);
  facts.outcome = inputs.dryRun ? 'planned' : outcomeOf(planned.intent);
  for (const line of renderPlan(planned, inputs.dryRun)) runner.info(line);
  // What was said of the inputs is not said again.
  const unsaid = [...notices, ...planned.notices].filter((notice) => !facts.notices.includes(notice));
  facts.notices.push(...unsaid);
  for (const notice of unsaid) await runner.notice(notice);
}

function outcomeOf(intent: DeployIntent): Outcome {
  switch (intent) {
    case 'create':
      return 'created';
    case 'update':
      return 'updated';
    case 'unchanged':
      return 'unchanged';
    case 'delete':
    case 'already-deleted':
      return 'deleted';
  }
}
