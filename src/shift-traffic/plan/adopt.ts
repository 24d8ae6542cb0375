import { adoptRecords } from '../../dns/adoption.ts';
import { aliasTtlSeconds, drainSecondsOf } from '../../dns/batch.ts';
import { anySide, recordsOf, sideOf } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import type { NameInputs, ShiftInputs } from '../model/inputs.ts';
import type { Observed, OneName } from '../model/observed.ts';
import type { ChangeStep, Draft } from '../model/plan.ts';
import { judgeHealthCheck, noticesOfHealthCheck, noticesOfUnsetCheck } from './health-check.ts';
import { type Case, casesOf, distinct, gather, joinChanges, type Own } from './names.ts';
import { noticesOfIpv6, noticesOfRecords } from './notices.ts';

/**
 * From one record to a weighted pair that answers the same, name by name: all that later steps change are weights. Names
 * that have their pair are left alone.
 */
export function planAdopt(inputs: ShiftInputs, observed: Observed): Draft {
  const cases = casesOf(inputs, observed);
  const open = cases.filter(({ seen }) => seen.state.kind !== 'weighted');
  const refusals = [
    ...open.flatMap((one) => judgeOwner(one.inputs, one.seen)),
    ...(open.length > 0 ? judgeServices(observed) : []),
  ];
  if (refusals.length > 0) return { kind: 'refuse', refusals };
  const drafts = cases.map((one) => ({ domain: one.seen.domain, own: adoptName(one) }));
  const refused = drafts.flatMap(({ own }) => (own.kind === 'refused' ? [own] : []));
  const further = [...refused, ...judgeHealthCheck(inputs, observed)];
  if (further.length > 0) return { kind: 'refuse', refusals: distinct(further) };
  const changes = drafts.flatMap(({ domain, own }): Own<ChangeStep>[] =>
    own.kind === 'change' ? [{ domain, own: own.step }] : [],
  );
  const change = joinChanges(changes);
  return {
    kind: 'steps',
    steps: change === undefined ? [] : [change],
    notices: [
      ...gather(drafts.map(({ domain, own }) => ({ domain, own: 'notices' in own ? own.notices : [] }))),
      ...noticesOfHealthCheck(inputs, observed),
    ],
  };
}

type Adopted =
  | { readonly kind: 'pair'; readonly notices: readonly string[] }
  | { readonly kind: 'change'; readonly step: ChangeStep; readonly notices: readonly string[] }
  | ({ readonly kind: 'refused' } & Refusal);

function adoptName({ inputs, seen }: Case): Adopted {
  const { state, green } = seen;
  if (state.kind === 'weighted') {
    return { kind: 'pair', notices: [...noticesOfRecords(state), ...noticesOfUnsetCheck(inputs, state)] };
  }
  if ((state.kind !== 'simple' && state.kind !== 'half') || green === undefined) {
    throw new Error('a name that cannot be adopted was to be');
  }
  const adoption = adoptRecords(state, {
    domain: inputs.domain,
    zoneName: seen.zone.name,
    ...inputs.adoption,
    blueHost: seen.blue?.host,
    blueHasIpv6: seen.blueHasIpv6,
    blueZoneId: inputs.blue.zoneId,
    green: green.balancer,
    greenHealthCheckId: inputs.greenHealthCheckId,
  });
  if (adoption.kind === 'refused') return adoption;
  const before = recordsOf(state);
  const { weights, records: after } = adoption;
  return {
    kind: 'change',
    step: {
      kind: 'change-records',
      sentence: `replace the ${before.map(({ type }) => type).join(' and ')} record of ${inputs.domain} by a weighted pair that answers the same (blue ${weights.blue}, green ${weights.green})${describeCheck(after)}`,
      before,
      after,
      greenPercent: greenPercentOf(weights),
      weights,
      isForward: false,
      drainSeconds: 0,
    },
    notices: [...noticesOfAdoption(drainSecondsOf(before)), ...noticesOfIpv6(after, seen, 'the first shift')],
  };
}

function describeCheck(records: readonly RecordSet[]): string {
  const ids = new Set(
    records
      .filter((record) => sideOf(record, anySide) === 'green')
      .flatMap(({ healthCheckId }) => healthCheckId ?? []),
  );
  return ids.size === 0 ? '' : `, green with health check ${[...ids].join(' and ')}`;
}

export function judgeOwner(
  { zone, domain }: NameInputs,
  { externalDnsOwner }: Pick<OneName, 'externalDnsOwner'>,
): readonly Refusal[] {
  if (externalDnsOwner === undefined || zone.allowExternalDns) return [];
  return [
    {
      because: `external-dns (owner "${externalDnsOwner}") holds ${domain}, and would undo what is written here`,
      wayOut:
        'Remove the name from its sources first. If only the mark is left then, set allow-external-dns: true.',
    },
  ];
}

export function judgeServices({ blue, green }: Pick<Observed, 'blue' | 'green'>): readonly Refusal[] {
  const status = blue?.service?.status;
  return [
    ...(status === undefined || status === 'RUNNING' || status === 'OPERATION_IN_PROGRESS'
      ? []
      : [
          {
            because: `App Runner service ${blue?.service?.name} is ${status}: nobody could be sent back to it`,
            wayOut: 'Resume it (aws apprunner resume-service).',
          },
        ]),
    ...(green?.balancer.isInternetFacing === false
      ? [
          {
            because: `green's load balancer ${green.balancer.dnsName} is internal: visitors of a public name cannot reach it`,
            wayOut: 'Deploy green into public subnets.',
          },
        ]
      : []),
  ];
}

function noticesOfAdoption(drainSeconds: number): readonly string[] {
  const bothSides =
    'From the first shift on, blue and green may answer one visitor in turn. So both need shared sessions with the same keys, a database schema that both versions can use, and static files under names with a hash (shift-traffic/README.md#what-dns-cannot-do).';
  if (drainSeconds <= aliasTtlSeconds) return [bothSides];
  return [
    bothSides,
    `Caches keep the former record for up to ${drainSeconds} s. It answers the same as the pair, but a shift within that time moves fewer visitors than it says.`,
  ];
}
