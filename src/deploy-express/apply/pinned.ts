import { listPinnedRules, type PinnedRule } from '../../aws/listener.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { requestUrl } from './smoke-test.ts';

/**
 * Looks before an update for rules that somebody pointed at one of the service's two target groups. Express moves the
 * weights of its own rule and of no other, so that such a rule ends up at a group without targets, and answers 503.
 */
export async function warnOfPinnedRules(job: PlannedJob): Promise<void> {
  const { facts, inputs, runner } = job;
  // The hosts of a preview are AWS's own.
  if (facts.ingress === undefined || inputs.preview !== undefined) return;
  const rules = await readPinnedRules(job);
  for (const rule of rules) await runner.warning(renderWarning(rule));
  const hosts = rules.flatMap(({ hosts }) => hosts).filter((host) => !/[*?]/.test(host));
  const serving = await Promise.all(hosts.map(async (host) => ((await isServed(host, job)) ? [host] : [])));
  facts.pinnedHosts = serving.flat();
}

/** After the deployment: whether a host that answered before does so still. */
export async function confirmPinnedHosts(job: PlannedJob): Promise<void> {
  const { facts, inputs, clock, runner } = job;
  let lost = facts.pinnedHosts;
  // A single 503 may be anything, also while the tasks of before go.
  for (let looks = 0; looks < 3 && lost.length > 0; looks += 1) {
    if (looks > 0) await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
    const dead = await Promise.all(
      lost.map(async (host) => ((await statusOf(host)) === unavailable ? [host] : [])),
    );
    lost = dead.flat();
  }
  if (lost.length === 0) return;
  const hosts = lost.join(', ');
  throw new ActionError(
    'domain-not-attached',
    `${hosts} answered before the deployment, and ${lost.length === 1 ? 'answers' : 'answer'} 503 now: a listener rule other than Express's own serves it`,
    {
      hint: `Add ${hosts} to custom-domains, and delete that rule: Express does not move it with a deployment.`,
    },
  );
}

/** What cannot be read is not known, and no reason to leave a deployment undone. */
async function readPinnedRules({ facts, runner }: PlannedJob): Promise<readonly PinnedRule[]> {
  if (facts.ingress === undefined) return [];
  try {
    return await listPinnedRules(facts.ingress);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    await runner.debug(`Whether other listener rules lead to the service is not known: ${error.message}`);
    return [];
  }
}

function renderWarning({ arn, hosts, isDefault }: PinnedRule): string {
  const what = isDefault
    ? 'The default action of the listener'
    : `Listener rule ${arn} (${hosts.length === 0 ? 'for no plain host' : hosts.join(', ')})`;
  const wayOut = wayOutOf(hosts, isDefault);
  return `${what} leads to a target group of this service. Express moves only its own rule with a deployment, so it may answer 503 afterwards. ${wayOut}`;
}

function wayOutOf(hosts: readonly string[], isDefault: boolean): string {
  if (isDefault) return 'Let it answer 404 again, and add the hosts that need it to custom-domains.';
  return hosts.length === 0
    ? 'Find out which hosts it serves, add them to custom-domains, and delete the rule.'
    : 'Add its hosts to custom-domains, and delete the rule.';
}

const unavailable = 503;

/** Nobody is asked where the workflow wants no request made, or the load balancer is out of reach. */
async function isServed(host: string, { inputs, facts }: PlannedJob): Promise<boolean> {
  const test = inputs.smokeTest;
  if (test === undefined || (facts.isInternal && !test.alsoInternal)) return false;
  const status = await statusOf(host);
  return status !== undefined && status !== unavailable;
}

async function statusOf(host: string): Promise<number | undefined> {
  return (await requestUrl(`https://${host}/`)).status;
}
