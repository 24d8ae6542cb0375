import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ACTS, scenariosOf } from './acts.ts';
import { Refusal } from './refusal.ts';
import type { Act } from './scenario.ts';

const USAGE = `npm run parity -- --against emulator|moto|aws [--only SCENARIO] …

emulator   runs the scenarios against the emulator, and compares it with the records of moto and of AWS
           --records DIR   where those of AWS are (__tests__/recorded if not said)
moto       runs those that moto knows against it, and compares it with its records; --update writes them anew
           Needs moto's server: python3 -m venv DIR && DIR/bin/pip install 'moto[server]==5.2.5', and MOTO_SERVER=DIR/bin/moto_server
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
export const AWS_RECORDS = join(import.meta.dirname, '..', '__tests__', 'recorded');

/** Throws `Refusal` with all that is wrong with the command line. */
export function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order {
  const values = parse(args);
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
    ...(against === 'aws' && region === undefined
      ? ['--region: missing; wanted: a Region, as eu-west-1']
      : []),
    ...(keep && clean ? ['--keep and --clean: one of them only'] : []),
  ];
  if (problems.length > 0 || !against) throw new Refusal(`${problems.join('\n')}\n\n${USAGE}`);
  const wanted = choose(only);
  const acts = wanted.filter(({ moto }) => moto || against !== 'moto');
  const leftOut = scenariosOf(wanted.filter((act) => !acts.includes(act))).map(({ name }) => name);
  return { against, acts, leftOut, update, region: region ?? '', records, keep, clean };
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
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        against: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        region: { type: 'string' },
        records: { type: 'string' },
        update: flag,
        keep: flag,
        clean: flag,
      },
    });
    return values;
  } catch (cause) {
    throw new Refusal(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}
