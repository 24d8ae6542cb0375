import { doubtOf } from '../aws/doubt.ts';
import { explainDoubt } from '../aws/explain-doubt.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { markFinished } from './apply/remember.ts';
import type { Job } from './model/job.ts';
import { renderOutputs, type ShiftResult } from './model/result.ts';
import { renderConclusion } from './report/log.ts';
import { sumUp } from './report/outcome.ts';
import { renderSummary } from './report/summary.ts';

/**
 * How every job ends. First it is settled whether the post step has anything to take back: what becomes of the report has
 * no part in that. Then the result is told, and thrown when the job is to be red.
 *
 * @param thrown what the job threw; `undefined` when it came to its end.
 */
export async function end(job: Job | UnreadJob, thrown: unknown): Promise<void> {
  const { inputs, facts, runner, startedAt, clock } = job;
  if (isRead(job)) await markFinished(job, thrown);
  const doubt = explainDoubt(doubtOf(thrown));
  facts.changed ||= doubt !== undefined;
  const result = sumUp({
    inputs,
    facts,
    thrown: sayDoubt(thrown, doubt),
    cancelled: runner.cancelled,
    run: runner.context,
    startedAt,
    endedAt: clock.now(),
  });
  for (const { because, wayOut } of result.refusals.slice(1)) runner.info(`Also: ${because}. ${wayOut}`);
  for (const line of renderConclusion(result)) runner.info(line);
  const unwritten = await write(result, runner);
  const { failure, outcome } = result;
  const isMonitor = inputs?.mode === 'monitor';
  // A monitor comes again; once it wrote, no doubt is left to the next one.
  const isRed = isMonitor ? facts.changed : inputs?.failOnInconclusive !== false;
  if (outcome === 'inconclusive' && failure !== undefined && !isRed) {
    await (isMonitor ? runner.notice : runner.warning)(failure.message);
  } else if (thrown !== undefined) {
    for (const { message } of unwritten) runner.info(message);
    throw failure ?? thrown;
  }
  const [first] = unwritten;
  if (first !== undefined) throw first;
}

/** What AWS may have done though the call for it failed. */
function sayDoubt(thrown: unknown, doubt: string | undefined): unknown {
  if (doubt === undefined || !(thrown instanceof ActionError)) return thrown;
  const { code, message, hint } = thrown;
  return new ActionError(code, message, {
    hint: hint === undefined ? doubt : `${hint} ${doubt}`,
    cause: thrown,
  });
}

/** Its inputs could not be read, so that it did nothing. */
export type UnreadJob = Omit<Job, 'inputs'> & { readonly inputs: undefined };

function isRead(job: Job | UnreadJob): job is Job {
  return job.inputs !== undefined;
}

/** What one file does not take, another may; and none of it hides how the job ended. */
async function write(result: ShiftResult, { setOutput, appendSummary }: Runner): Promise<readonly Error[]> {
  const failures: Error[] = [];
  const note = (error: Error) => void failures.push(error);
  for (const [name, value] of Object.entries(renderOutputs(result))) await setOutput(name, value).catch(note);
  await appendSummary(renderSummary(result)).catch(note);
  return failures;
}
