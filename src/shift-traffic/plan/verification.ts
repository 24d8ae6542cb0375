import { greenPercentOfState } from '../../dns/pair.ts';
import { judgeDelegation } from '../../dns/zone.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, Verification } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';

/** Whether everybody who is sent somewhere gets an answer there. */
export function judgeVerification(
  { domain, probe: { statuses } }: ShiftInputs,
  { state, zone, delegation }: Pick<Observed, 'state' | 'zone' | 'delegation'>,
  seen: Verification,
): ActionError | undefined {
  const percent = greenPercentOfState(state);
  const led = delegation && judgeDelegation({ id: zone.ref.zoneId, name: zone.name }, delegation);
  const foreign = state.kind === 'foreign' ? state.refusals : [];
  const complaints = [
    ...(led === undefined ? [] : [led.because]),
    ...(percent === undefined ? [`${domain} is not a pair of blue and green`] : []),
    ...foreign.map(({ because }) => because),
    ...complain(domain, judgeProbe(seen.domain, statuses)),
    ...(seen.blue && percent !== 100 ? complain('blue', judgeProbe(seen.blue, statuses)) : []),
    ...(seen.green && percent !== 0 ? complain('green', judgeProbe(seen.green, statuses)) : []),
    ...(seen.answer.startsWith('NOERROR ') ? [] : [`Route 53 answers ${seen.answer} for ${domain}`]),
  ];
  if (complaints.length === 0) return undefined;
  return new ActionError('verification-failed', complaints.join('; '), {
    hint:
      led?.wayOut ?? foreign[0]?.wayOut ?? 'If green is the one that does not answer, run mode: rollback.',
  });
}

function complain(who: string, because: string | undefined): string[] {
  return because === undefined ? [] : [`${who} does not answer as it should: ${because}`];
}
