import { renderNames } from '../../dns/names.ts';
import type { Refusal } from '../../dns/records.ts';
import type { NameInputs, ShiftInputs } from '../model/inputs.ts';
import type { Observed, OneName } from '../model/observed.ts';
import type { ChangeStep } from '../model/plan.ts';

/** What is asked of a name, and what was seen of it: all that a plan for it alone is made from. */
export type Case = { readonly inputs: NameInputs; readonly seen: OneName };

export function casesOf(inputs: ShiftInputs, { names, ...shared }: Observed): readonly Case[] {
  return names.map((name) => ({
    inputs: { ...inputs, domain: name.domain },
    seen: { ...shared, ...name },
  }));
}

/** Of one name. */
export type Own<Thing> = { readonly domain: string; readonly own: Thing };

/** The changes of several names as one: Route 53 does all of a batch or nothing. */
export function joinChanges(changes: readonly Own<ChangeStep>[]): ChangeStep | undefined {
  const [first] = changes.map(({ own }) => own);
  if (first === undefined || changes.length === 1) return first;
  const steps = changes.map(({ own }) => own);
  return {
    ...first,
    sentence: joinSentences(changes),
    before: steps.flatMap(({ before }) => before),
    after: steps.flatMap(({ after }) => after),
    greenPercent: Math.max(...steps.map(({ greenPercent }) => greenPercent)),
    drainSeconds: Math.max(...steps.map(({ drainSeconds }) => drainSeconds)),
  };
}

/** `replace the record of a and b by …`, where nothing but the name tells them apart. */
function joinSentences(changes: readonly Own<ChangeStep>[]): string {
  const shapes = Map.groupBy(changes, ({ domain, own }) => own.sentence.replace(domain, '\0'));
  return [...shapes]
    .map(([shape, alike]) => {
      const names = renderNames(alike.map(({ domain }) => domain));
      return shape.includes('\0') || shapes.size === 1 ? shape.replace('\0', names) : `${shape}, of ${names}`;
    })
    .join('; ');
}

/** What is true of all names is said once; what is true of some, and does not name them, is said with their names. */
export function gather(said: readonly Own<readonly string[]>[]): readonly string[] {
  const sentences = [...new Set(said.flatMap(({ own }) => own))];
  return sentences.map((sentence) => {
    const by = said.filter(({ own }) => own.includes(sentence)).map(({ domain }) => domain);
    const isOfAll = by.length === said.length;
    return isOfAll || by.some((domain) => sentence.includes(domain))
      ? sentence
      : `${renderNames(by)}: ${sentence}`;
  });
}

/** Each reason once, whichever names it is of. */
export function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [refusal.because, refusal])).values()];
}
