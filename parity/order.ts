import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCommandLine } from '../emulator/command-line.ts';
import { problemsOfAws } from './account.ts';
import { ACTS, scenariosOf } from './acts.ts';
import { Refusal } from './refusal.ts';
import type { Act } from './scenario.ts';
import { motoInstallation } from './witnesses.ts';

export const USAGE = `npm run parity -- --against emulator|moto|aws [--only SCENARIO] …

emulator   runs the scenarios against the emulator, and compares it with the records of moto and of AWS
           --records DIR   where those of AWS are (__tests__/recorded if not said)
moto       runs those that moto knows against it, and compares it with its records; --update writes them anew
           Needs moto's server, in MOTO_SERVER or in the PATH: ${motoInstallation}
aws        runs them in the account PARITY_ACCOUNT_ID, after it has asked, and writes records; deletes what it made
           --region NAME   where (AWS_REGION if not said)
           --records DIR   where records go (__tests__/recorded if not said)
           --keep          deletes nothing
           --clean         runs nothing, and deletes what earlier runs left`;

export type Order = {
  readonly against: 'emulator' | 'moto' | 'aws';
  readonly acts: readonly Act[];
  /** Asked for, or of all, and not known to moto. */
  readonly leftOut: readonly string[];
  readonly update: boolean;
  readonly region: string;
  readonly records: string;
  readonly keep: boolean;
  readonly clean: boolean;
};

const WITNESSES = ['emulator', 'moto', 'aws'] as const;
const AWS_RECORDS = join(import.meta.dirname, '..', '__tests__', 'recorded');

/** Throws `Refusal` with all that is wrong with the command line, and with the variables that it needs. */
export function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order {
  const { values, problems: misunderstood } = parse(args);
  const {
    against: named,
    only,
    update,
    region = env['AWS_REGION'],
    records = AWS_RECORDS,
    keep,
    clean,
  } = values;
  const against = WITNESSES.find((one) => one === named);
  const names = scenariosOf(ACTS).map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  const ofAws = Object.entries({ keep, clean, region: values.region }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  const problems = [
    ...misunderstood,
    ...(against
      ? []
      : [`--against: ${named === undefined ? 'missing' : `"${named}"`}; wanted: ${WITNESSES.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`--only: "${unknown.join('", "')}"; wanted: one of ${names.join(', ')}`]),
    ...(update && against !== 'moto' ? ['--update: only the records of moto are written by it'] : []),
    ...(against === 'aws' ? [] : ofAws.map(([name]) => `--${name}: only with --against aws`)),
    ...(against === 'moto' && values.records !== undefined
      ? ['--records: those of moto are in parity/records; only with --against emulator or aws']
      : []),
    ...(against === 'moto' ? [] : problemsOfFolder(values.records, against === 'emulator')),
    ...(keep && clean ? ['--keep and --clean: one of them only'] : []),
    ...(against === 'aws'
      ? [...problemsOfRegion(region), ...problemsOfAws(env, resolve(records) === AWS_RECORDS)]
      : []),
  ];
  if (problems.length > 0 || !against) throw new Refusal(`${problems.join('\n')}\n\n${USAGE}`);
  const wanted = choose(only);
  const acts = wanted.filter(({ moto }) => moto || against !== 'moto');
  const leftOut = scenariosOf(wanted.filter((act) => !acts.includes(act))).map(({ name }) => name);
  return { against, acts, leftOut, update, region: region ?? '', records, keep, clean };
}

/** Of AWS's run it may be new. */
function problemsOfFolder(folder: string | undefined, mustExist: boolean): readonly string[] {
  if (folder === undefined) return [];
  const seen = statSync(folder, { throwIfNoEntry: false });
  if (seen === undefined ? !mustExist : seen.isDirectory()) return [];
  return [`--records: "${folder}"; wanted: a folder${mustExist ? ' that exists' : ''}`];
}

function problemsOfRegion(region: string | undefined): readonly string[] {
  if (region !== undefined && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return [];
  return [`--region: ${region === undefined ? 'missing' : `"${region}"`}; wanted: a Region, as eu-west-1`];
}

/** Acts with what of them was asked for. */
function choose(only: readonly string[]): readonly Act[] {
  if (only.length === 0) return ACTS;
  return ACTS.map((act) => ({
    ...act,
    scenarios: act.scenarios.filter(({ name }) => only.includes(name)),
  })).filter(({ scenarios }) => scenarios.length > 0);
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  return readCommandLine(args, {
    against: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    region: { type: 'string' },
    records: { type: 'string' },
    update: flag,
    keep: flag,
    clean: flag,
  });
}
