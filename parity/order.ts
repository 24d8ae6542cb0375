import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal } from './account.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const USAGE = `npm run parity -- --against emulator|moto|aws [--only SCENARIO] …

emulator   runs the scenarios against the emulator, and compares it with the records of moto and of AWS
moto       runs them against moto, and compares it with its records; --update writes them anew
           Needs moto's server: python3 -m venv DIR && DIR/bin/pip install 'moto[server]==5.2.5', and MOTO_SERVER=DIR/bin/moto_server
aws        runs them in the account PARITY_ACCOUNT_ID, after it has asked, and writes records; deletes what it made
           --region NAME   where (AWS_REGION if not said)
           --into DIR      where records go (__tests__/recorded if not said)
           --keep          deletes nothing
           --clean         runs nothing, and deletes what earlier runs left`;

export type Order = {
  readonly against: 'emulator' | 'moto' | 'aws';
  readonly scenarios: readonly Scenario[];
  readonly update: boolean;
  readonly region: string;
  readonly into: string;
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
    into = AWS_RECORDS,
    keep,
    clean,
  } = values;
  const against = WITNESSES.find((one) => one === named);
  const unknown = only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  const ofAws = Object.entries({ keep, clean, region: values.region, into: values.into }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  const problems = [
    ...(against
      ? []
      : [`--against: ${named === undefined ? 'missing' : `"${named}"`}; wanted: ${WITNESSES.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`--only: "${unknown.join('", "')}"; wanted: one of ${names}`]),
    ...(update && against !== 'moto' ? ['--update: only the records of moto are written by it'] : []),
    ...(against === 'aws' ? [] : ofAws.map(([name]) => `--${name}: only with --against aws`)),
    ...(against === 'aws' && region === undefined
      ? ['--region: missing; wanted: a Region, as eu-west-1']
      : []),
    ...(keep && clean ? ['--keep and --clean: one of them only'] : []),
  ];
  if (problems.length > 0 || !against) throw new Refusal(`${problems.join('\n')}\n\n${USAGE}`);
  const scenarios = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  return { against, scenarios, update, region: region ?? '', into, keep, clean };
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
        into: { type: 'string' },
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
