import { normaliseName } from '../../dns/names.ts';
import type { RecordState } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import type { OneName } from '../model/observed.ts';
import { noticesOfRecords } from './notices.ts';

/** Why the records of a name are no ground for a change. */
export function judgeState(name: OneName): readonly Refusal[] {
  const { state } = name;
  switch (state.kind) {
    case 'foreign':
      return state.refusals;
    case 'absent':
      return [judgeAbsent(name)].flatMap((refusal) => refusal ?? []);
    case 'uneven':
    case 'following':
      return [state.refusal];
    case 'simple':
    case 'half':
    case 'weighted':
      return [];
  }
}

export function judgeAbsent({ domain, state, wildcard, zone }: OneName): Refusal | undefined {
  if (state.kind !== 'absent') return undefined;
  const create = 'Create the record to blue first, as App Runner shows it under "Custom domains".';
  const wayOut =
    zone.parent === undefined
      ? create
      : `${create} Or set hosted-zone-id to the zone that has it: there is also ${zone.parent.id} (${normaliseName(zone.parent.name)}).`;
  if (wildcard === undefined) {
    return { because: `${domain} has no address record in hosted zone ${zone.ref.zoneId}`, wayOut };
  }
  return {
    because: `${domain} has no record of its own; ${wildcard}, answers for it, and a record of its own would replace that answer`,
    wayOut,
  };
}

/** Nothing is to be done, so that nothing can be refused: what would be in the way is said. */
export function noticesOfState(state: RecordState): readonly string[] {
  const sentenceOf = ({ because, wayOut }: Refusal) => `${because}. ${wayOut}`;
  if (state.kind === 'foreign') return state.refusals.map(sentenceOf);
  if (state.kind === 'uneven' || state.kind === 'following') return [sentenceOf(state.refusal)];
  return state.kind === 'weighted' ? noticesOfRecords(state) : [];
}
