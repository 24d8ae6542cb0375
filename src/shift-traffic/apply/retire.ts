import {
  type AppRunnerService,
  deleteAppRunnerService,
  findAppRunnerService,
  pauseAppRunnerService,
} from '../../aws/app-runner.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import type { Observed } from '../model/observed.ts';
import { observe } from '../observe/observe.ts';
import { planFinalize } from '../plan/finalize.ts';

const retirements = {
  pause: { request: pauseAppRunnerService, wanted: 'PAUSED' },
  delete: { request: deleteAppRunnerService, wanted: 'DELETED' },
} as const;

export async function retireBlue(how: 'pause' | 'delete', observed: Observed, job: Job): Promise<void> {
  const service = observed.blue?.service;
  if (service === undefined) return;
  const { request, wanted } = retirements[how];
  const became = await request(service.arn);
  if (became === 'there') return job.runner.info(`App Runner service ${service.name} is ${wanted} already`);
  if (became === 'in-doubt') await waitForState(service, wanted, job);
  job.facts.changed = true;
  job.runner.info(`Asked App Runner to ${how} service ${service.name}`);
}

const askAgain = 'Run the job again when no operation of it is running.';

/** Only what it leaves shows which operation it was that ran. */
async function waitForState(
  { arn, name }: AppRunnerService,
  wanted: string,
  { clock, inputs, runner }: Job,
): Promise<void> {
  await pollUntil({
    read: () => findAppRunnerService(arn),
    judge: (seen) => {
      if (seen?.status === 'OPERATION_IN_PROGRESS')
        return { kind: 'wait', because: 'an operation is running' };
      if (seen?.status === wanted) return { kind: 'done', value: undefined };
      const because = `App Runner service ${name} is ${seen?.status} after an operation that was running`;
      return { kind: 'failed', error: notRetired(because, askAgain) };
    },
    clock,
    signal: runner.cancelled,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.changeTimeoutSeconds,
    outageSeconds: inputs.changeTimeoutSeconds,
    onTimeout: (because) =>
      notRetired(
        `it is not known whether this will happen: a request was not answered, and ${because}`,
        askAgain,
      ),
  });
}

function notRetired(because: string, hint: string | undefined): ActionError {
  return new ActionError(
    'inconclusive',
    `blue was not retired: ${because}`,
    hint === undefined ? {} : { hint },
  );
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
  throw notRetired(because, wayOut);
}
