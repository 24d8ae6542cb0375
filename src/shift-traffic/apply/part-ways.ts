import { renderNames } from '../../dns/names.ts';
import { ActionError } from '../../errors.ts';
import { type Job, noteStaying } from '../model/job.ts';
import type { NameWayBack } from './look-back.ts';

/** Who goes back and who does not, by what each name's sides answered. */
export type PartedWays = {
  readonly going: readonly string[];
  readonly staying: readonly Staying[];
  /** What is to be said of a blue that people are sent to nevertheless. */
  readonly doubtOfBlue: string;
};

type Staying = Exclude<NameWayBack, { kind: 'open' }>;

/**
 * No name waits for another: who has a way back takes it, and who would have no answer there keeps the one he has. Notes who
 * stays.
 *
 * @param goesAnyway whether a name goes back for which neither side answers.
 */
export function partWays(
  seen: readonly NameWayBack[],
  { facts, inputs }: Job,
  goesAnyway: boolean,
): PartedWays {
  const unsure = seen.filter((one) => one.kind !== 'open');
  const staying = unsure.filter(({ kind }) => kind === 'closed' || !goesAnyway);
  for (const stay of staying) noteStaying(facts, stay.domain, explain(stay));
  const dead = unsure.filter((one) => !staying.includes(one));
  return {
    going: seen
      .filter((one) => staying.every(({ domain }) => domain !== one.domain))
      .map(({ domain }) => domain),
    staying,
    doubtOfBlue:
      dead.length === 0 ? '' : `. Blue does not answer either (${describe(dead, inputs.domains.length > 1)})`,
  };
}

/** `. example.com stays: blue does not answer for it, and green does (…)`; empty where nobody stays. */
export function describeStaying(staying: readonly Staying[]): string {
  return staying.map((stay) => `. ${stay.domain} stays: ${explain(stay)}`).join('');
}

function explain({ kind, because }: Staying): string {
  const green = kind === 'closed' ? 'and green does' : 'and neither does green';
  return `blue does not answer for it, ${green} (${because})`;
}

/** @param done what became of the names that went back, as a sentence; empty when none did. */
export function noWayBack(why: string, staying: readonly Staying[], done: string, job: Job): ActionError {
  const isOfSeveral = job.inputs.domains.length > 1;
  const green = staying.every(({ kind }) => kind === 'closed') ? ', and green does' : '';
  const nobody = `${why}, but blue does not answer${green}: nobody was sent back to blue, and the weights stay (${describe(staying, isOfSeveral)})`;
  const some = `${why}: ${done}${describeStaying(staying)}`;
  return new ActionError('no-way-back', done === '' ? nobody : some, {
    hint: adviseOn(staying, isOfSeveral),
  });
}

function adviseOn(staying: readonly Staying[], isOfSeveral: boolean): string {
  const names = staying.map(({ domain }) => domain);
  if (!isOfSeveral) {
    return 'Repair blue (resume the App Runner service), or fix green. mode: rollback gives blue everything without a check of blue.';
  }
  return `Bring blue back for ${renderNames(names)} (the App Runner service, and its link to the name), or fix green. mode: rollback with domain: ${names.join(', ')} gives blue everything without asking it.`;
}

function describe(all: readonly Staying[], isOfSeveral: boolean): string {
  return all.map(({ domain, because }) => (isOfSeveral ? `${domain}: ${because}` : because)).join('; ');
}

/** `example.com was`, `example.com and www.example.com were`. */
export function renderWere(names: readonly string[]): string {
  return `${renderNames(names)} ${names.length === 1 ? 'was' : 'were'}`;
}
