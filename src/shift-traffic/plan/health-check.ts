import { lacksHealthCheck, withGreenHealthCheck } from '../../dns/batch.ts';
import { isSameName } from '../../dns/names.ts';
import type { RecordState, WeightedState } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';

/** Why green's records cannot get the health check that was asked for. */
export function judgeHealthCheck(
  { greenHealthCheckId }: ShiftInputs,
  { healthCheck }: Pick<Observed, 'healthCheck'>,
): readonly Refusal[] {
  if (healthCheck?.kind !== 'missing') return [];
  return [
    {
      because: `there is no health check ${greenHealthCheckId} in the account of the hosted zone`,
      wayOut: 'Correct green-health-check-id (aws route53 list-health-checks), or leave it out.',
    },
  ];
}

/** What is not known of it, and a check that asks in a circle. */
export function noticesOfHealthCheck(
  { greenHealthCheckId: id, domains }: ShiftInputs,
  { healthCheck }: Pick<Observed, 'healthCheck'>,
): readonly string[] {
  if (healthCheck?.kind === 'unseen') {
    return [
      `It is not known whether health check ${id} exists: the role may not call route53:GetHealthCheck. If it does not exist, Route 53 refuses the change.`,
    ];
  }
  const { host } = healthCheck?.kind === 'found' ? healthCheck : {};
  if (host === undefined || !domains.some((domain) => isSameName(domain, host))) return [];
  return [
    `Health check ${id} requests ${host} itself. Blue may answer that, so the check says nothing about green. Let it request AWS's own host of the Express service.`,
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

/** A plan that writes nothing to a pair sets no health check either. */
export function noticesOfUnsetCheck(inputs: ShiftInputs, state: RecordState): readonly string[] {
  if (state.kind !== 'weighted' || !changesHealthCheck(inputs, state)) return [];
  return [
    `The record of green does not have health check ${inputs.greenHealthCheckId}: mode: shift sets it, also when the share stays.`,
  ];
}

/** A simple record has no other to answer in its place. */
export function noticesOfDroppedCheck(records: readonly RecordSet[]): readonly string[] {
  const ids = new Set(records.flatMap(({ healthCheckId }) => healthCheckId ?? []));
  if (ids.size === 0) return [];
  return [
    `The simple record has no health check. The pair had ${[...ids].join(' and ')}, which can be deleted if nothing else uses it.`,
  ];
}
