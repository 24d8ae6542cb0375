import { healthChecksIn, lacksHealthCheck, withGreenHealthCheck } from '../../dns/batch.ts';
import { leastHealthyPercent } from '../../dns/health-check.ts';
import { isSameName } from '../../dns/names.ts';
import type { RecordState, WeightedState } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, SeenHealthCheck } from '../model/observed.ts';

type Seen = Pick<Observed, 'healthChecks'>;

/** Why green's records cannot get, or keep, the health check. */
export function judgeHealthCheck(
  { greenHealthCheckId: wanted }: ShiftInputs,
  { healthChecks }: Seen,
): readonly Refusal[] {
  return healthChecks.flatMap((check) => (check.kind === 'missing' ? [refuseMissing(check, wanted)] : []));
}

function refuseMissing({ id, side }: SeenHealthCheck, wanted: string | undefined): Refusal {
  const because = `there is no health check ${id} in the account of the hosted zone`;
  if (id === wanted) {
    return {
      because,
      wayOut: 'Correct green-health-check-id (aws route53 list-health-checks), or leave it out.',
    };
  }
  return {
    because: `${because}, which ${side}'s record names, so that Route 53 would refuse the change`,
    wayOut:
      side === 'green'
        ? 'Give the record another one by green-health-check-id, or take the id out of it in Route 53.'
        : 'Take the id out of the record in Route 53.',
  };
}

/** While the health check fails, what green is given goes to blue all the same, whatever the probes of the job say. */
export function judgeServing({ healthChecks }: Seen): readonly Refusal[] {
  return healthChecks
    .filter(({ side }) => side === 'green')
    .flatMap((check) => {
      const because = describeFailing(check);
      if (because === undefined) return [];
      return [
        {
          because,
          wayOut: `Fix green, or what the check asks (aws route53 get-health-check-status --health-check-id ${check.id}); when more than ${leastHealthyPercent} % of the checkers report success, run the job again. green-health-check-id gives the record another one.`,
        },
      ];
    });
}

/** While blue's health check fails, green has everything, whatever its share is, and a rollback changes nothing of that. */
export function judgeBlueServing({ healthChecks }: Seen): readonly Refusal[] {
  return healthChecks
    .filter(({ side }) => side === 'blue')
    .flatMap((check) => {
      const because = describeFailing(check);
      if (because === undefined) return [];
      return [
        {
          because: `${because}. Then green has everything, whatever its share is`,
          wayOut: `Repair blue, or what the check asks (aws route53 get-health-check-status --health-check-id ${check.id}), or take the check out of blue's record in Route 53; then run the job again.`,
        },
      ];
    });
}

/** `undefined`: it was not seen to fail. */
export function describeFailing(check: SeenHealthCheck): string | undefined {
  if (check.kind !== 'found' || check.state.kind !== 'failing') return undefined;
  const { id, side, state } = check;
  return `health check ${id} of ${side} fails, and Route 53 leaves ${side} out of its answers while it does: ${state.because}`;
}

/** What is not known of them, and a check that asks in a circle. */
export function noticesOfHealthCheck(
  { domains }: Pick<ShiftInputs, 'domains'>,
  { healthChecks }: Seen,
): readonly string[] {
  return healthChecks.flatMap((check) => [...noticesOfSight(check), ...noticesOfCircle(domains, check)]);
}

/** Nothing is held by what was not seen, but it is no sign of health either. */
export function noticesOfSight(check: SeenHealthCheck): readonly string[] {
  const { id, side } = check;
  if (check.kind === 'missing') return [];
  if (check.kind === 'unseen') {
    return [
      `It is not known whether health check ${id} exists and is healthy: ${check.because}. If it does not exist, Route 53 refuses the change; while it fails, ${side} is left out of the answers.`,
    ];
  }
  const { kind, because } = check.state;
  if (kind === 'unknown') {
    return [
      `It is not known whether health check ${id} is healthy: ${because}. While it fails, Route 53 leaves ${side} out of its answers.`,
    ];
  }
  if (kind !== 'doubtful') return [];
  return [
    `Health check ${id} of ${side} counts as healthy, but ${because}. Route 53 leaves ${side} out when no more than ${leastHealthyPercent} % of the checkers report success.`,
  ];
}

function noticesOfCircle(domains: readonly string[], check: SeenHealthCheck): readonly string[] {
  const { host } = check.kind === 'found' && check.side === 'green' ? check : {};
  if (host === undefined || !domains.some((domain) => isSameName(domain, host))) return [];
  return [
    `Health check ${check.id} requests ${host} itself. Blue may answer that, so the check says nothing about green. Let it request AWS's own host of the Express service.`,
  ];
}

/** Whether the records are to get another health check than they have. */
export function changesHealthCheck({ greenHealthCheckId }: ShiftInputs, { groups }: WeightedState): boolean {
  return lacksHealthCheck(groups, greenHealthCheckId);
}

/** The pair as it is to be, weights aside. */
export function withWantedCheck({ greenHealthCheckId }: ShiftInputs, state: WeightedState): WeightedState {
  return { ...state, groups: withGreenHealthCheck(state.groups, greenHealthCheckId) };
}

/** A plan that writes nothing to a pair, or gives green less, sets no health check. */
export function noticesOfUnsetCheck(inputs: ShiftInputs, state: RecordState): readonly string[] {
  if (state.kind !== 'weighted' || !changesHealthCheck(inputs, state)) return [];
  return [
    `The record of green does not have health check ${inputs.greenHealthCheckId}: mode: shift sets it when green gets more, or when the share stays.`,
  ];
}

/** A simple record has no other to answer in its place. */
export function noticesOfDroppedCheck(records: readonly RecordSet[]): readonly string[] {
  const ids = healthChecksIn(records);
  if (ids.length === 0) return [];
  return [
    `The simple record has no health check. The pair had ${ids.join(' and ')}, which can be deleted if nothing else uses it.`,
  ];
}
