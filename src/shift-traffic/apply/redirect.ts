import { createHttpRedirect, describeHttpListener } from '../../aws/http-listener.ts';
import { noticeOfOther } from '../../dns/http-redirect.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen } from '../model/observed.ts';
import { sendHttpProbe } from '../observe/probe.ts';

/** Reads the listeners again, and makes the one on port 80 if there is none now. One that is there is never changed. */
export async function applyRedirect(green: ObservedGreen, job: Job): Promise<void> {
  const { facts, runner } = job;
  const { loadBalancerArn } = green.ingress;
  let seen = await describeHttpListener(loadBalancerArn);
  if (seen.kind === 'none') {
    if ((await createHttpRedirect(loadBalancerArn)) === 'made') {
      facts.changed = true;
      runner.info("Made a listener on port 80 of green's load balancer that redirects http:// to https");
      return confirmRedirect(green, job);
    }
    seen = await describeHttpListener(loadBalancerArn);
  }
  if (seen.kind === 'none') {
    throw new ActionError(
      'plan-refused',
      "the listener on port 80 of green's load balancer was created, and is gone again",
      {
        hint: 'No traffic was shifted. Find out who creates and deletes it (CloudTrail), then run the job again.',
      },
    );
  }
  if (seen.kind === 'other') return tell(noticeOfOther(seen), job);
  await confirmRedirect(green, job);
}

/** A load balancer uses a new listener after some seconds. */
const mostLooks = 5;

/** Port 80 may be closed in the security group, or on the way from this runner: that is said, and holds nothing up. */
async function confirmRedirect(green: ObservedGreen, job: Job): Promise<void> {
  const { inputs, clock, runner } = job;
  const ask = () => sendHttpProbe(green.balancer.dnsName, runner.cancelled);
  let answer = await ask();
  for (let looks = 1; looks < mostLooks && !(answer.kind === 'answered' && answer.leadsToHttps); looks += 1) {
    await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
    answer = await ask();
  }
  if (answer.kind === 'answered' && answer.leadsToHttps) {
    return runner.info(`Green redirects http:// to https (${answer.status})`);
  }
  const came = answer.kind === 'answered' ? `it answers ${answer.status}` : answer.because;
  await tell(
    `Green does not lead http:// to https from this runner: ${came}. The listener exists. Check that the security group of the load balancer is open on port 80.`,
    job,
  );
}

async function tell(notice: string, { facts, runner }: Job): Promise<void> {
  facts.notices.push(notice);
  await runner.notice(notice);
}
