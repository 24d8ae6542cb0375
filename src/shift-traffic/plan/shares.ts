import { greenPercentOfState } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { ObservedName } from '../model/observed.ts';

type Known = Pick<ObservedName, 'domain' | 'state'> & { readonly percent: number };

/** Names that are moved together have one share: a step is one share of all of them, and so is the way back. */
export function judgeShares(names: readonly ObservedName[]): readonly Refusal[] {
  const known = names.flatMap(({ domain, state }): Known[] => {
    const percent = greenPercentOfState(state);
    return percent === undefined ? [] : [{ domain, state, percent }];
  });
  const [least] = known.toSorted((one, other) => one.percent - other.percent);
  if (least === undefined) return [];
  const ahead = known.filter(({ percent }) => renderPercent(percent) !== renderPercent(least.percent));
  if (ahead.length === 0) return [];
  const shares = known.map(({ domain, percent }) => `${domain} ${renderPercent(percent)} %`);
  return [
    {
      because: `green does not have the same share of all names: ${shares.join(', ')}`,
      wayOut: `Give them the same share first, each name in a run of its own: ${ahead.map((name) => describeCommand(name, least)).join('; ')}.`,
    },
  ];
}

/** Down to the least share: to take from green needs nothing of it. */
function describeCommand({ domain, state }: Known, { percent, state: least }: Known): string {
  const modes = state.kind === 'weighted' ? 'mode: shift' : 'mode: adopt and then mode: shift';
  const target =
    Number.isInteger(percent * 2) || least.kind !== 'weighted'
      ? `green-percent: ${percent}`
      : `blue-weight: ${least.weights.blue} and green-weight: ${least.weights.green}`;
  return `${modes} with domain: ${domain} and ${target}`;
}
