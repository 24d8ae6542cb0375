import { inSyncSeconds } from '../../dns/batch.ts';
import { renderNames } from '../../dns/names.ts';
import { renderState } from '../../dns/pair.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { NameFacts } from '../model/job.ts';
import {
  type DnsAnswer,
  type MeasuredShare,
  renderDnsAnswer,
  type Verification,
  type Verified,
} from '../model/measured.ts';
import {
  type GreenCommits,
  type Health,
  judgeProbe,
  type Probe,
  type SeenHealthCheck,
} from '../model/observed.ts';
import type { GreenRuns, PlanStep, Proceed } from '../model/plan.ts';
import type { ShiftResult } from '../model/result.ts';
import { outcomeWords, wordOf } from './words.ts';

/** What will be done in order, or would be by `mode: plan`; and the fingerprint that an approval is bound to. */
export function renderPlan(plan: Proceed, isPreview: boolean): readonly string[] {
  if (plan.steps.length === 0) return ['Nothing to do'];
  const verb = isPreview ? 'Would' : 'Will';
  return [
    ...plan.steps.map(({ sentence }) => `${verb} ${sentence}`),
    ...renderDelay(plan.steps),
    ...plan.about.extent,
    ...renderGreen(plan.about.green),
    ...plan.about.ifWrong,
    `Plan checksum: ${plan.checksum}`,
  ];
}

function renderGreen(green: GreenRuns | undefined): readonly string[] {
  if (green === undefined) return [];
  const digest = green.digest === undefined ? '' : ` (${green.digest})`;
  const commits = green.commits === undefined ? '' : ` (${describeCommits(green.commits)})`;
  return [`Green runs ${green.image}${digest}${commits}, revision ${green.revision}`];
}

function describeCommits(seen: GreenCommits): string {
  return seen.kind === 'unseen' ? `commit not known: ${seen.because}` : `commit ${renderNames(seen.commits)}`;
}

/** How long people are still sent where they were sent before; that is as true of the way back. */
export function renderDelay(steps: readonly PlanStep[]): readonly string[] {
  const changes = steps.filter((step) => step.kind === 'change-records');
  const drainSeconds = Math.max(0, ...changes.map((step) => step.drainSeconds));
  if (drainSeconds === 0) return [];
  const minutes = Math.ceil((inSyncSeconds + drainSeconds) / 60);
  return [
    `A step takes effect within about ${minutes} min, and so does a rollback: Route 53's servers take up to ${inSyncSeconds} s, and caches ${renderPercent(drainSeconds)} s. Open connections, and programs that keep an address, take longer`,
  ];
}

/** The last lines of the log: how the sides are, what was measured, and what became of the name. */
export function renderConclusion(result: ShiftResult): readonly string[] {
  const { domains, names, verification } = result;
  const told = Map.groupBy(names, (name) => `${wordOf(name, result)}${describeShare(name)}`);
  const ends = [...told].map(([words, alike]) => ({ words, by: alike.map(({ domain }) => domain) }));
  return [
    ...renderHealth(result),
    ...(verification === undefined ? [] : renderVerification(verification)),
    ...(ends.length === 0 ? [{ words: outcomeWords[result.outcome], by: domains }] : ends).map(
      ({ words, by }) => `${renderNames(by, ends.length === 1 ? undefined : by.length)}: ${words}`,
    ),
  ];
}

function describeShare({ state, greenPercent, before, weights }: NameFacts): string {
  if (greenPercent === undefined) return `; ${renderState(state)}`;
  const shown = weights === undefined ? '' : ` (blue ${weights.blue}, green ${weights.green})`;
  const moved =
    before.greenPercent === undefined || greenPercent === before.greenPercent
      ? ''
      : `, and had ${renderPercent(before.greenPercent)} % before`;
  return `; green has ${renderPercent(greenPercent)} %${shown}${moved}`;
}

export function renderVerification({ names, share }: Verified): readonly string[] {
  return [
    ...sayOf(names.map((name) => ({ domain: name.domain, lines: renderAnswers(name) }))),
    ...(share === undefined ? [] : [`Measured: ${renderShare(share)}`]),
  ];
}

type Lines = { readonly domain: string; readonly lines: readonly string[] };

/** With the names before the lines, where there are several. */
function sayOf(all: readonly Lines[]): readonly string[] {
  return all.flatMap(({ domain, lines }) =>
    all.length === 1 ? lines : lines.map((line) => `${domain}: ${line}`),
  );
}

function renderAnswers(seen: Verification): readonly string[] {
  const anything = [{ from: 100, to: 599 }];
  const describe = (probe: Probe) =>
    judgeProbe(probe, anything) ?? `answered ${probe.kind === 'answered' ? probe.status : ''}`;
  return [
    `Through the name: ${describe(seen.name)}`,
    ...(seen.blue === undefined ? [] : [`Blue itself: ${describe(seen.blue)}`]),
    ...(seen.green === undefined ? [] : [`Green itself: ${describe(seen.green)}`]),
    ...seen.answers.map((answer) => renderTested(answer, seen.answers.length > 1)),
  ];
}

function renderTested(answer: DnsAnswer, areSeveral: boolean): string {
  const side = answer.side === 'blue' || answer.side === 'green' ? `, which is ${answer.side}` : '';
  return `Route 53 answers${areSeveral ? ` for ${answer.type}` : ''}: ${renderDnsAnswer(answer)}${side}`;
}

export function renderHealth({
  names,
  healthChecks,
}: Pick<ShiftResult, 'names' | 'healthChecks'>): readonly string[] {
  const sides = names.map(({ domain, health }) => ({
    domain,
    lines: health === undefined ? [] : renderSides(health),
  }));
  return [...sayOf(sides), ...healthChecks.map(renderCheck)];
}

function renderCheck(check: SeenHealthCheck): string {
  return `Health check ${check.id} of ${check.side}: ${describeCheck(check)}`;
}

function describeCheck(check: SeenHealthCheck): string {
  switch (check.kind) {
    case 'missing':
      return 'it is not there any more';
    case 'unseen':
      return `not known: ${check.because}`;
    case 'found':
      return `${stateWords[check.state.kind]}, ${check.state.because}`;
  }
}

const stateWords = {
  healthy: 'healthy',
  doubtful: 'counts as healthy',
  failing: 'fails',
  unknown: 'not known',
} as const;

function renderSides({ blue, green }: Health): readonly string[] {
  return [
    ...(blue === undefined ? [] : [`Blue: ${describeBlue(blue)} ${renderAnswer(blue.answer)}`]),
    ...(green === undefined
      ? []
      : [
          `Green: Express service ${green.name} ${renderAnswer(green.answer)}${green.deployment === undefined ? '' : `; a deployment is ${green.deployment}`}`,
        ]),
  ];
}

function describeBlue({ service, host }: NonNullable<Health['blue']>): string {
  return service === undefined ? host : `App Runner service ${service.name} is ${service.status}, and`;
}

function renderAnswer(answer: Probe | undefined): string {
  if (answer === undefined)
    return 'got no request from this job, so that it stays quiet: nobody is sent there';
  return answer.kind === 'answered' ? `answers ${answer.status}` : `does not answer: ${answer.because}`;
}

/**
 * `1200 of 1340 requests (89.55 %) went to blue, …`. Requests to the services' own hosts are in it, and answers of DNS
 * are kept by resolvers, each for many people: it need not be what the weights say. Probes of earlier jobs are in it, too:
 * of few requests, all may be such.
 */
function renderShare(share: MeasuredShare): string {
  if ('unread' in share) return `not known: ${share.unread}`;
  const { blueRequests, greenRequests, least } = share;
  const total = blueRequests + greenRequests;
  const when = 'in the last 15 min';
  if (total === 0) return `no requests ${when}`;
  if (total < least)
    return `${total} requests ${when}, too few for a share (min-requests: ${least}): all may be probes of jobs like this`;
  const percent = renderPercent((100 * greenRequests) / total);
  return `${greenRequests} of ${total} requests ${when} (${percent} %) went to green, probes of earlier jobs included`;
}
