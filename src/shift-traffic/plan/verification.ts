import { greenPercentOfState } from '../../dns/pair.ts';
import type { Side } from '../../dns/records.ts';
import { judgeDelegation } from '../../dns/zone.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import { leaderOf } from '../model/leader.ts';
import { type DnsAnswer, renderDnsAnswer, type Verification } from '../model/measured.ts';
import type { Observed, ObservedName } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import { describeFailing } from './health-check.ts';
import { gather } from './names.ts';

/** Whether everybody who is sent somewhere gets an answer there. */
export function judgeVerification(
  inputs: ShiftInputs,
  { names, zone, delegation, healthChecks }: Pick<Observed, 'names' | 'zone' | 'delegation' | 'healthChecks'>,
  seen: readonly Verification[],
): ActionError | undefined {
  const led = delegation && judgeDelegation({ id: zone.ref.zoneId, name: zone.name }, delegation);
  const foreign = names.flatMap(({ state }) => (state.kind === 'foreign' ? state.refusals : []));
  const complaints = [
    ...(led === undefined ? [] : [led.because]),
    ...gather(
      seen.map((each) => ({
        domain: each.domain,
        own: complaintsOf(
          inputs,
          names.find(({ domain }) => domain === each.domain),
          names,
          each,
        ),
      })),
    ),
    ...healthChecks
      .filter(({ side }) => names.some(({ state }) => hasShare(side, greenPercentOfState(state))))
      .flatMap((check) => describeFailing(check) ?? []),
  ];
  if (complaints.length === 0) return undefined;
  return new ActionError('verification-failed', complaints.join('; '), {
    hint:
      led?.wayOut ?? foreign[0]?.wayOut ?? 'If green is the one that does not answer, run mode: rollback.',
  });
}

function complaintsOf(
  { probe: { statuses } }: ShiftInputs,
  own: ObservedName | undefined,
  names: readonly ObservedName[],
  { domain, ...seen }: Verification,
): readonly string[] {
  const name = own && leaderOf(own, names);
  const percent = name && greenPercentOfState(name.state);
  return [
    ...(percent === undefined ? [`${domain} is not a pair of blue and green`] : []),
    ...(name?.state.kind === 'foreign' ? name.state.refusals.map(({ because }) => because) : []),
    ...complain(domain, judgeProbe(seen.name, statuses)),
    ...(seen.blue && percent !== 100 ? complain('blue', judgeProbe(seen.blue, statuses)) : []),
    ...(seen.green && percent !== 0 ? complain('green', judgeProbe(seen.green, statuses)) : []),
    ...seen.answers.flatMap((answer) => complainOfAnswer(domain, answer, percent)),
  ];
}

/** Other weights than the records show are no matter of weights: Route 53 leaves out what it takes for unhealthy. */
function complainOfAnswer(domain: string, answer: DnsAnswer, percent: number | undefined): string[] {
  const { type, responseCode, data, side } = answer;
  const text = `Route 53 answers ${renderDnsAnswer(answer)} for ${domain}`;
  // A side without IPv6 has no such address.
  const isEmpty = data.length === 0 && type !== 'AAAA';
  if (responseCode !== 'NOERROR' || isEmpty) return [text];
  if (side === 'neither') return [`${text}, which is neither blue nor green`];
  if (side === undefined || percent === undefined || hasShare(side, percent)) return [];
  const other = side === 'blue' ? 'green' : 'blue';
  return [
    `${text}, which is ${side}, although the records give ${other} everything: it takes ${other} for unhealthy, or has not got the latest change yet`,
  ];
}

function hasShare(side: Side, percent: number | undefined): boolean {
  return percent !== undefined && (side === 'green' ? percent > 0 : percent < 100);
}

function complain(who: string, because: string | undefined): string[] {
  return because === undefined ? [] : [`${who} does not answer as it should: ${because}`];
}
