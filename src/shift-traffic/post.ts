import { renderNames } from '../dns/names.ts';
import { renderPercent } from '../dns/weights.ts';
import type { Runner } from '../github/runner.ts';
import { escapeText } from '../markdown.ts';
import { recallUnfinished } from './apply/remember.ts';
import { takeBack } from './apply/take-back.ts';
import { startJob } from './run.ts';

/**
 * The post step: takes back what a cancelled or killed job began, and what a job could not take back itself. A signal
 * handler has seven seconds, this has minutes.
 */
export async function finishJob(runner: Runner): Promise<void> {
  const unfinished = recallUnfinished(runner);
  if (unfinished === undefined) return;
  const job = startJob(runner);
  const done = await takeBack(unfinished, job);
  const domain = renderNames(job.inputs.domains);
  switch (done.kind) {
    case 'left':
      return runner.info(`The job was cancelled or failed; the records of ${domain} are left as they are`);
    case 'already-back':
      runner.info(`The records of ${domain} are as they were before the job`);
      if (done.left !== undefined) throw done.left;
      return;
    case 'taken-back': {
      const why = unfinished.owesWayBack ? 'Green did badly' : 'The job was cancelled or failed';
      const back = renderNames(done.domains, done.domains.length);
      const were = done.domains.length === 1 ? 'was' : 'were';
      const words = `${why}, and ${back} ${were} rolled back: green has ${renderPercent(done.greenPercent)} % again${done.doubt}`;
      await runner.notice(words);
      await runner.appendSummary(`## ${escapeText(back)}: rolled back\n\n${escapeText(words)}.\n`);
      if (done.left !== undefined) throw done.left;
    }
  }
}
