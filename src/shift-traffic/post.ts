import { areSameRecords } from '../dns/records.ts';
import { renderPercent } from '../dns/weights.ts';
import type { Runner } from '../github/runner.ts';
import { escapeText } from '../markdown.ts';
import { systemClock } from '../poll.ts';
import {
  commentFor,
  confirmRecords,
  readAddresses,
  stateChanged,
  submitChange,
  waitInSync,
} from './apply/change.ts';
import { recallUnfinished } from './apply/memory.ts';
import type { Memory } from './model/result.ts';
import { readInputs } from './run.ts';

/**
 * The post step: takes back what a cancelled or killed job began. A signal handler has seven seconds, this has minutes.
 * It never gives green more than it has.
 */
export async function finishCancelled(runner: Runner): Promise<void> {
  const memory = recallUnfinished(runner);
  if (memory === undefined) return;
  const inputs = readInputs(runner);
  const { domain, startPercent, writtenPercent } = memory;
  if (inputs.onCancel === 'hold' || startPercent >= writtenPercent) {
    runner.info(`The job was cancelled; the records of ${domain} are left as they are`);
    return;
  }
  const ref = { zoneId: memory.zoneId, roleArn: inputs.zone.roleArn };
  const found = await readAddresses(ref, domain);
  if (areSameRecords(found, memory.start)) {
    runner.info(`The records of ${domain} are as they were before the job`);
    return;
  }
  if (![memory.written, memory.before].some((own) => areSameRecords(found, own))) {
    throw stateChanged(domain, memory.written, found);
  }
  const sentence = `back to ${renderPercent(startPercent)} % for green, as the job was cancelled`;
  const { repository, runId, runAttempt } = runner.context;
  const comment = commentFor(domain, sentence, [`run ${repository} ${runId}/${runAttempt}`]);
  const changeId = await submitChange(ref, domain, { before: found, after: memory.start }, comment);
  runner.info(`Wrote: ${sentence}`);
  await waitInSync(ref, changeId, {
    clock: systemClock,
    signal: runner.cancelled,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.changeTimeoutSeconds,
  });
  await confirmRecords(ref, domain, memory.start);
  await tell(memory, runner);
}

async function tell({ domain, startPercent }: Memory, runner: Runner): Promise<void> {
  const words = `The job was cancelled, and ${domain} was rolled back: green has ${renderPercent(startPercent)} % again`;
  await runner.notice(words);
  await runner.appendSummary(`## Rolled back: ${escapeText(domain)}\n\n${escapeText(words)}.\n`);
}
