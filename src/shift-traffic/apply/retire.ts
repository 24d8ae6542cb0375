import { deleteAppRunnerService, pauseAppRunnerService } from '../../aws/app-runner.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { Observed } from '../model/observed.ts';
import { observe } from '../observe/observe.ts';
import { planFinalize } from '../plan/finalize.ts';

export async function retireBlue(how: 'pause' | 'delete', observed: Observed, job: Job): Promise<void> {
  const service = observed.blue?.service;
  if (service === undefined) return;
  await (how === 'pause' ? pauseAppRunnerService(service.arn) : deleteAppRunnerService(service.arn));
  job.facts.changed = true;
  job.runner.info(`Asked App Runner to ${how} service ${service.name}`);
}

/** Whether nobody needs blue was seen before the records changed, which takes a minute; what is deleted does not come back. */
export async function requireUnneeded({ inputs, clock, runner }: Job): Promise<void> {
  const seen = await observe(inputs, clock.now(), runner.cancelled);
  const draft = planFinalize(inputs, seen);
  const { because, wayOut } =
    (draft.kind === 'refuse' ? draft.refusals[0] : undefined) ??
    (seen.names.every(({ state }) => state.kind === 'simple')
      ? {}
      : { because: 'the records are weighted again', wayOut: undefined });
  if (because === undefined) return;
  throw new ActionError(
    'inconclusive',
    `blue was not retired: ${because}`,
    wayOut === undefined ? {} : { hint: wayOut },
  );
}
