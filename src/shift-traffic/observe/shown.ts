import { listProtections } from '../../aws/route-53-protections.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import { observeCommits } from './commits.ts';
import { observeOthers } from './neighbours.ts';

/**
 * For a plan that is only shown: the change itself tells what forbids it, and moves what it was told to.
 *
 * @param areOthersAsked somebody else looks at the other names.
 */
export async function observeShown(
  inputs: ShiftInputs,
  base: Observed,
  areOthersAsked: boolean,
): Promise<Partial<Observed>> {
  const [around, greenCommits] = await Promise.all([
    observeAround(inputs, base, areOthersAsked),
    observeCommits(base),
  ]);
  return { ...around, greenCommits };
}

async function observeAround(
  inputs: ShiftInputs,
  { intent, blue, zone }: Observed,
  areOthersAsked: boolean,
): Promise<Partial<Observed>> {
  if (blue === undefined) return {};
  const [otherNames, protections] = await Promise.all([
    intent === 'finalize' || areOthersAsked ? undefined : observeOthers(inputs, zone, blue),
    listProtections(zone.ref, inputs.domains),
  ]);
  return { otherNames, protections };
}
