import { inSyncSeconds } from '../dns/batch.ts';
import { renderState } from '../dns/pair.ts';
import { renderPercent } from '../dns/weights.ts';
import { renderAudit } from './audit.ts';
import { renderHealth } from './health.ts';
import type { PlanStep, Proceed } from './plan.ts';
import { judgeProbe } from './probe.ts';
import type { Outcome, ShiftResult } from './result.ts';
import { renderShare, type Verification } from './verification.ts';

/** The outputs, as action.yml declares them. */
export type OutputName =
  | 'outcome'
  | 'changed'
  | 'previous-green-percent'
  | 'green-percent'
  | 'blue-weight'
  | 'green-weight'
  | 'change-id'
  | 'plan-checksum'
  | 'approver'
  | 'audit'
  | 'rolled-back';

/** Every output is set, also after a failure: what is not known is empty. */
export function renderOutputs(result: ShiftResult): Readonly<Record<OutputName, string>> {
  const percent = (value: number | undefined) => (value === undefined ? '' : renderPercent(value));
  return {
    outcome: result.outcome,
    changed: String(result.changed),
    'previous-green-percent': percent(result.greenPercentBefore),
    'green-percent': percent(result.greenPercent),
    'blue-weight': result.weights?.blue.toString() ?? '',
    'green-weight': result.weights?.green.toString() ?? '',
    'change-id': result.changes.at(-1)?.changeId ?? '',
    'plan-checksum': result.checksum ?? '',
    approver: approverOf(result) ?? '',
    audit: renderAudit(result),
    'rolled-back': String(result.rolledBack),
  };
}

function approverOf({ approval }: ShiftResult): string | undefined {
  return approval.kind === 'approved' ? approval.approver?.login : undefined;
}

/** What will be done in order, or would be by `mode: plan`; and the fingerprint that an approval is bound to. */
export function renderPlan(plan: Proceed, isPreview: boolean): readonly string[] {
  if (plan.steps.length === 0) return ['Nothing to do'];
  const verb = isPreview ? 'Would' : 'Will';
  return [
    ...plan.steps.map(({ sentence }) => `${verb} ${sentence}`),
    ...renderDelay(plan.steps),
    `Plan checksum: ${plan.checksum}`,
  ];
}

/** How long people are still sent where they were sent before; that is as true of the way back. */
export function renderDelay(steps: readonly PlanStep[]): readonly string[] {
  const changes = steps.filter((step) => step.kind === 'change-records');
  const drainSeconds = Math.max(0, ...changes.map((step) => step.drainSeconds));
  if (drainSeconds === 0) return [];
  const minutes = Math.ceil((inSyncSeconds + drainSeconds) / 60);
  return [
    `In effect within about ${minutes} min, as is a rollback: Route 53's servers take up to ${inSyncSeconds} s, and caches ${renderPercent(drainSeconds)} s. Open connections, and programs that keep an address, stay longer`,
  ];
}

/** The closing log lines. */
export function renderConclusion(result: ShiftResult): readonly string[] {
  const { domain, health, verification } = result;
  return [
    ...(health === undefined ? [] : renderHealth(health)),
    ...(verification === undefined ? [] : renderVerification(verification)),
    `${domain}: ${outcomeWords[result.outcome]}${describeShare(result)}`,
  ];
}

function describeShare(result: ShiftResult): string {
  const { greenPercent, greenPercentBefore, weights } = result;
  if (result.state === undefined) return '';
  if (greenPercent === undefined) return `; ${renderState(result.state)}`;
  const shown = weights === undefined ? '' : ` (blue ${weights.blue}, green ${weights.green})`;
  const moved =
    greenPercent === greenPercentBefore ? '' : `, before it ${renderPercent(greenPercentBefore ?? 0)} %`;
  return `; green has ${renderPercent(greenPercent)} %${shown}${moved}`;
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  noop: 'nothing was changed',
  planned: 'planned, nothing was changed',
  applied: 'applied',
  baked: 'applied, and green did well',
  'rolled-back': 'rolled back',
  inconclusive: 'not proven either way, the weights stay',
  refused: 'refused, nothing was changed',
  cancelled: 'cancelled',
  failed: 'failed',
};

export function renderVerification(seen: Verification): readonly string[] {
  const anything = [{ from: 100, to: 599 }];
  const describe = (probe: Verification['domain']) =>
    judgeProbe(probe, anything) ?? `answered ${probe.kind === 'answered' ? probe.status : ''}`;
  return [
    `Through the name: ${describe(seen.domain)}`,
    ...(seen.blue === undefined ? [] : [`Blue itself: ${describe(seen.blue)}`]),
    ...(seen.green === undefined ? [] : [`Green itself: ${describe(seen.green)}`]),
    `Route 53 answers: ${seen.answer}`,
    ...(seen.share === undefined ? [] : [`Measured: ${renderShare(seen.share)}`]),
  ];
}
