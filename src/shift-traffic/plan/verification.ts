import { greenPercentOfState } from '../../dns/pair.ts';
import { judgeDelegation } from '../../dns/zone.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import { leaderOf } from '../model/leader.ts';
import type { Verification } from '../model/measured.ts';
import type { Observed, ObservedName } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import { gather } from './names.ts';

/** Whether everybody who is sent somewhere gets an answer there. */
export function judgeVerification(
  inputs: ShiftInputs,
  { names, zone, delegation }: Pick<Observed, 'names' | 'zone' | 'delegation'>,
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
    ...(seen.answer.startsWith('NOERROR ') ? [] : [`Route 53 answers ${seen.answer} for ${domain}`]),
  ];
}

function complain(who: string, because: string | undefined): string[] {
  return because === undefined ? [] : [`${who} does not answer as it should: ${because}`];
}
