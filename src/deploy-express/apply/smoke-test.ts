import { askHttps } from '../../ask-https.ts';
import { ActionError } from '../../errors.ts';
import { type Clock, pollUntil } from '../../poll.ts';
import type { SmokeTestInputs } from '../model/inputs.ts';
import type { PlannedJob } from '../model/job.ts';

/** Requests the URL of the service, unless it has a load balancer that the runner most likely cannot reach. */
export async function applySmokeTest(job: PlannedJob): Promise<void> {
  const { inputs, clock, facts, runner } = job;
  const test = inputs.smokeTest;
  if (test === undefined) return;
  if (facts.isInternal && !test.alsoInternal) {
    if (facts.outcome === 'created') requirePublic(job);
    const skipped =
      'The URL was not requested: the load balancer is internal, and only a runner in its network can reach it. Set smoke-test: true on such a runner, and false on any other.';
    facts.notices.push(skipped);
    return inputs.allowInternal ? runner.notice(skipped) : runner.warning(skipped);
  }
  if (facts.host === undefined) {
    throw new ActionError('smoke-test-failed', 'AWS shows no endpoint for the service', {
      hint: 'Look at the service in the ECS console; set smoke-test: false if it has no public endpoint.',
    });
  }
  const path = test.path ?? facts.healthCheckPath ?? '/';
  facts.timeline.enter('Smoke test', clock.now());
  try {
    const { status } = await smokeTest({
      url: `https://${facts.host}${path}`,
      test,
      clock,
      signal: runner.cancelled,
    });
    facts.timeline.close(clock.now(), false);
    runner.info(`https://${facts.host}${path} answered ${status}`);
  } catch (error) {
    facts.timeline.close(clock.now(), true);
    throw error;
  }
}

/**
 * Throws `not-public` for a new service that only its own network reaches, unless an input says that this is meant:
 * visitors would get no answer, and the job would be green.
 */
export function requirePublic({ inputs, facts }: PlannedJob): void {
  const { allowInternal, smokeTest, serviceName } = inputs;
  if (allowInternal || smokeTest === undefined || smokeTest.alsoInternal) return;
  facts.isInternal = true;
  throw new ActionError(
    'not-public',
    `service ${serviceName} is not reachable from the internet: its subnets are private, so ECS gives it an internal load balancer`,
    {
      hint: `If ${serviceName} is public, delete it (operation: delete) and deploy it again with public subnets in subnets. If only its own network may reach it, set allow-internal: true.`,
    },
  );
}

/** A new host name needs its DNS entry and its certificate first; asking more often makes neither come sooner. */
const intervalSeconds = 3;

/**
 * Requests the URL until it answers with an accepted status. ECS is content before the world is: the name may not
 * resolve yet, the certificate may not be bound, and the load balancer may still answer 503.
 */
async function smokeTest(options: {
  readonly url: string;
  readonly test: SmokeTestInputs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<{ readonly status: number }> {
  const { url, test, clock, signal } = options;
  return pollUntil({
    read: () => requestUrl(url),
    judge: (answer) => {
      if (
        answer.status !== undefined &&
        test.statuses.some(({ from, to }) => isBetween(answer.status, from, to))
      ) {
        return { kind: 'done', value: { status: answer.status } };
      }
      return { kind: 'wait', because: answer.text };
    },
    clock,
    intervalSeconds,
    timeoutSeconds: test.timeoutSeconds,
    signal,
    onTimeout: (because) =>
      new ActionError(
        'smoke-test-failed',
        `${url} did not answer as it should within ${test.timeoutSeconds} s: ${because}`,
        {
          hint: 'Open the URL; set smoke-test-path and smoke-test-status to what it answers, or smoke-test: false if this runner cannot reach it.',
        },
      ),
  });
}

function isBetween(status: number | undefined, from: number, to: number): boolean {
  return status !== undefined && status >= from && status <= to;
}

type Answer = { readonly status: number | undefined; readonly text: string };

/** One request, without the waiting. */
export async function requestUrl(url: string): Promise<Answer> {
  const { hostname, port, pathname, search } = new URL(url);
  try {
    const { status } = await askHttps({
      hostname,
      port,
      path: `${pathname}${search}`,
      headers: { 'user-agent': 'deploy-express' },
    });
    return { status, text: `it answered ${status}` };
  } catch (error) {
    return { status: undefined, text: (error as Error).message };
  }
}
