import { adoptRecords } from '../../dns/adoption.ts';
import { aliasTtlSeconds, drainSecondsOf } from '../../dns/batch.ts';
import type { RecordState } from '../../dns/pair.ts';
import { recordsOf } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { Draft } from '../model/plan.ts';
import { noticesOfIpv6, noticesOfRecords } from './notices.ts';

/** From one record to a weighted pair that answers the same: all that later steps change are weights. */
export function planAdopt(inputs: ShiftInputs, observed: Observed, state: RecordState): Draft {
  if (state.kind === 'weighted') return { kind: 'steps', steps: [], notices: noticesOfRecords(state) };
  if (state.kind !== 'simple' && state.kind !== 'half') return { kind: 'refuse', refusals: [] };
  const refusals = [...judgeOwner(inputs, observed), ...judgeServices(observed)];
  const { green } = observed;
  if (refusals.length > 0 || green === undefined) return { kind: 'refuse', refusals };
  const adoption = adoptRecords(state, {
    domain: inputs.domain,
    zoneName: observed.zone.name,
    ...inputs.adoption,
    blueHost: observed.blue?.host,
    blueHasIpv6: observed.blueHasIpv6,
    blueZoneId: inputs.blue.zoneId,
    green: green.balancer,
  });
  if (adoption.kind === 'refused') return { kind: 'refuse', refusals: [adoption] };
  const before = recordsOf(state);
  const { weights, records: after } = adoption;
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'change-records',
        sentence: `replace the ${before.map(({ type }) => type).join(' and ')} record of ${inputs.domain} by a weighted pair that answers the same (blue ${weights.blue}, green ${weights.green})`,
        before,
        after,
        greenPercent: greenPercentOf(weights),
        weights,
        isForward: false,
        drainSeconds: 0,
      },
    ],
    notices: [
      ...noticesOfAdoption(drainSecondsOf(before)),
      ...noticesOfIpv6(after, observed, 'the first shift'),
    ],
  };
}

export function judgeOwner(
  { zone, domain }: ShiftInputs,
  { externalDnsOwner }: Observed,
): readonly Refusal[] {
  if (externalDnsOwner === undefined || zone.allowExternalDns) return [];
  return [
    {
      because: `external-dns (owner "${externalDnsOwner}") holds ${domain}, and would undo what is written here`,
      wayOut:
        'Take the name out of its sources first; then set allow-external-dns: true if only the mark is left.',
    },
  ];
}

export function judgeServices({ blue, green }: Observed): readonly Refusal[] {
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
    'From the first shift on, one visitor may be answered by blue and by green in turn: what both need for that is in the README of shift-traffic, "What DNS cannot do".';
  if (drainSeconds <= aliasTtlSeconds) return [bothSides];
  return [
    bothSides,
    `The record of before lives up to ${drainSeconds} s in caches. It answers the same as the pair, but a shift within that time moves fewer people than it says.`,
  ];
}
