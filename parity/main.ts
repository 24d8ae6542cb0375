import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GAPS } from './gaps.ts';
import { judge } from './judge.ts';
import type { Recording } from './record.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { emulatorWitness, motoWitness, type Witness } from './witnesses.ts';

const USAGE = `npm run parity -- --against emulator|moto [--only SCENARIO] [--update]

emulator   runs the scenarios against the emulator, and compares it with the records of moto
moto       runs them against moto, and compares it with its records; --update writes them anew.
           Needs moto's server: python3 -m venv DIR && DIR/bin/pip install 'moto[server]', and MOTO_SERVER=DIR/bin/moto_server`;

const RECORDS = join(import.meta.dirname, 'records');

type Order = {
  readonly against: 'emulator' | 'moto';
  readonly scenarios: readonly Scenario[];
  readonly update: boolean;
};

/** Throws `TypeError` with all that is wrong with the command line. */
function readOrder(args: readonly string[]): Order {
  const { values } = parseArgs({
    args: [...args],
    options: {
      against: { type: 'string' },
      only: { type: 'string', multiple: true },
      update: { type: 'boolean', default: false },
    },
  });
  const { against, only = [], update } = values;
  const unknown = only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  const problems = [
    ...(against === 'emulator' || against === 'moto'
      ? []
      : [`--against: ${against === undefined ? 'missing' : `"${against}"`}; wanted: emulator or moto`]),
    ...(unknown.length === 0
      ? []
      : [
          `--only: "${unknown.join('", "')}"; wanted: one of ${SCENARIOS.map(({ name }) => name).join(', ')}`,
        ]),
    ...(update && against !== 'moto' ? ['--update: only the records of moto are written'] : []),
  ];
  if (problems.length > 0 || (against !== 'emulator' && against !== 'moto')) {
    throw new TypeError(problems.join('\n'));
  }
  const chosen = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  return { against, scenarios: chosen, update };
}

async function main(): Promise<boolean> {
  const { against, scenarios, update } = readOrder(process.argv.slice(2));
  const witness =
    against === 'emulator'
      ? emulatorWitness()
      : await motoWitness(process.env['MOTO_SERVER'] ?? 'moto_server');
  try {
    let failed = 0;
    for (const scenario of scenarios) {
      const steps = await runScenario(scenario, witness);
      const recording: Recording = { scenario: scenario.name, witness: witness.name, steps };
      if (update) write(recording);
      else if (!report(readRecord(scenario), recording, witness)) failed += 1;
    }
    say(
      update
        ? `${scenarios.length} records written`
        : `${scenarios.length - failed} passed, ${failed} failed`,
    );
    return failed === 0;
  } finally {
    await witness.close();
  }
}

/** True when nothing is unexpected. */
function report(expected: Recording, actual: Recording, { name }: Witness): boolean {
  const { unlisted, closed, listed } = judge(expected, actual, name === 'emulator' ? GAPS : []);
  const bad = unlisted.length + closed.length > 0;
  say(
    `${bad ? '✗' : '✓'} ${expected.scenario}: ${expected.steps.length} steps, ${listed} differences that are listed`,
  );
  for (const { step, path, witness, emulator } of unlisted) {
    say(`    ${step}: ${path}`);
    say(`        the record: ${JSON.stringify(witness)}`);
    say(`        ${name}: ${JSON.stringify(emulator)}`);
  }
  for (const { step, path } of closed) {
    say(`    ${step}: ${path} differs no more: take it out of parity/gaps.ts`);
  }
  return !bad;
}

const fileOf = (scenario: string): string => join(RECORDS, `${scenario}.json`);

function readRecord({ name }: Scenario): Recording {
  if (!existsSync(fileOf(name)))
    throw new TypeError(`${name} has no record: run it against moto with --update`);
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

function write(recording: Recording): void {
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(fileOf(recording.scenario), `${JSON.stringify(recording, null, 2)}\n`);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    const isOrder = error instanceof TypeError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (isOrder) process.stderr.write(`\n${USAGE}\n`);
    process.exitCode = isOrder ? 2 : 1;
  },
);
