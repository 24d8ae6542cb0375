import { askHttp } from '../../ask-https.ts';
import { describeIngress } from '../../aws/deployments.ts';
import { createHttpRedirect } from '../../aws/http-listener.ts';
import { isHttpsRedirect, noticeOfOther, noticesOfRedirect } from '../../dns/http-redirect.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { observeHttpOf } from '../observe/redirect.ts';

/** Reads the listeners again, and makes the one on port 80 if there is none now. One that is there is never changed. */
export async function applyRedirect(job: PlannedJob): Promise<void> {
  const { facts, runner } = job;
  facts.ingress ??= await describeIngress(facts.revisionArn ?? '');
  if (facts.ingress === undefined) throw notRedirected('AWS shows no load balancer for the service');
  let seen = await observeHttpOf(facts.ingress);
  if (seen.kind === 'none') {
    const { neighbours } = seen;
    for (const notice of noticesOfRedirect({ neighbours, isInternal: facts.isInternal }))
      await tell(notice, job);
    const made = await createHttpRedirect(facts.ingress.loadBalancerArn);
    if (made === 'made') {
      facts.changed = true;
      runner.info('Made a listener on port 80 that redirects http:// to https');
      return confirmRedirect(job);
    }
    seen = await observeHttpOf(facts.ingress);
  }
  if (seen.kind === 'none') throw notRedirected('the listener on port 80 was created, and is gone again');
  if (seen.kind === 'other') return tell(noticeOfOther(seen), job);
  await confirmRedirect(job);
}

/** A load balancer uses a new listener after some seconds. */
const mostLooks = 5;
const intervalMs = 2_000;

/** The security group of Express is open on port 80; somebody may have closed it, or the way there from this runner. */
async function confirmRedirect(job: PlannedJob): Promise<void> {
  const { inputs, facts, clock, runner } = job;
  const test = inputs.smokeTest;
  if (test === undefined || facts.host === undefined || (facts.isInternal && !test.alsoInternal)) return;
  const url = `http://${facts.host}/`;
  let answer = await askPlain(facts.host, runner.cancelled);
  for (let looks = 1; looks < mostLooks && !answer.isRedirect; looks += 1) {
    await clock.sleep(intervalMs, runner.cancelled);
    answer = await askPlain(facts.host, runner.cancelled);
  }
  if (answer.isRedirect) return runner.info(`${url} ${answer.text}`);
  await tell(
    `${url} does not lead to https from this runner: it ${answer.text}. The listener exists. Check that the security group of the load balancer is open on port 80.`,
    job,
  );
}

type PlainAnswer = { readonly isRedirect: boolean; readonly text: string };

async function askPlain(hostname: string, signal: AbortSignal): Promise<PlainAnswer> {
  try {
    const { status, headers } = await askHttp(
      { hostname, headers: { 'user-agent': 'deploy-express' } },
      signal,
    );
    const isRedirect = isHttpsRedirect(status, headers.location);
    return { isRedirect, text: isRedirect ? `answered ${status} to https` : `answered ${status}` };
  } catch (error) {
    signal.throwIfAborted();
    return { isRedirect: false, text: `could not be asked (${(error as Error).message})` };
  }
}

/** What was said with the plan is not said again. */
async function tell(notice: string, { facts, runner }: PlannedJob): Promise<void> {
  if (facts.notices.includes(notice)) return;
  facts.notices.push(notice);
  await runner.notice(notice);
}

function notRedirected(because: string): ActionError {
  return new ActionError('domain-not-attached', `http:// could not be redirected: ${because}`, {
    hint: 'Look at the listeners of the load balancer, then run the job again.',
  });
}
