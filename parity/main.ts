import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsWitness, Refusal, requireAccount, requireYes, WHAT_IT_MAKES } from './account.ts';
import { clean } from './clean.ts';
import { clientsOf } from './clients.ts';
import { GAPS } from './gaps.ts';
import { type Gap, judge } from './judge.ts';
import { AWS_RECORDS, type Order, readOrder } from './order.ts';
import type { Recording } from './record.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { Witness } from './witness.ts';
import { emulatorWitness, motoWitness } from './witnesses.ts';

const MOTO_RECORDS = join(import.meta.dirname, 'records');

/** True when nothing is unexpected. */
async function main(): Promise<boolean> {
  const order = readOrder(process.argv.slice(2), process.env);
  const witness = await findWitness(order);
  if (!witness) return true;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted: what was made is deleted')));
  try {
    let failed = 0;
    for (const scenario of order.scenarios) {
      const steps = await runScenario(scenario, witness, interrupted.signal);
      const recording: Recording = { scenario: scenario.name, witness: witness.name, steps };
      if (witness.name === 'aws') write(order.into, recording);
      else if (order.update) write(MOTO_RECORDS, recording);
      else if (!compareWithRecords(scenario, recording)) failed += 1;
    }
    say(`${order.scenarios.length - failed} passed, ${failed} failed`);
    return failed === 0;
  } finally {
    await witness.close();
  }
}

/** `undefined`: there is nothing to run. */
async function findWitness(order: Order): Promise<Witness | undefined> {
  if (order.against === 'emulator') return emulatorWitness();
  if (order.against === 'moto') return motoWitness(process.env['MOTO_SERVER'] ?? 'moto_server');
  const config = { region: order.region, maxAttempts: 1 };
  const account = await requireAccount(config, process.env['PARITY_ACCOUNT_ID']);
  if (order.clean) {
    const deleted = await clean(clientsOf({ ...config, maxAttempts: 5 }));
    say(deleted.length === 0 ? 'nothing was left' : `deleted: ${deleted.join(', ')}`);
    return undefined;
  }
  for (const line of WHAT_IT_MAKES) say(line);
  await requireYes(account);
  return awsWitness(config, account, order.keep);
}

/** The emulator may differ from moto where a gap says why, and nowhere from AWS. */
function compareWithRecords(scenario: Scenario, recording: Recording): boolean {
  const isEmulator = recording.witness === 'emulator';
  const byMoto = report(readRecord(MOTO_RECORDS, scenario), recording, isEmulator ? GAPS : []);
  if (!isEmulator || !existsSync(fileIn(AWS_RECORDS, scenario.name))) return byMoto;
  return report(readRecord(AWS_RECORDS, scenario), recording, []) && byMoto;
}

function report(expected: Recording, actual: Recording, gaps: readonly Gap[]): boolean {
  const { unlisted, closed, listed } = judge(expected, actual, gaps);
  const isGood = unlisted.length + closed.length === 0;
  const counts = `${expected.steps.length} steps, ${listed} listed differences`;
  say(`${isGood ? '✓' : '✗'} ${expected.scenario}, by ${expected.witness}: ${counts}`);
  for (const { step, path, witness, emulator } of unlisted) {
    say(`    ${step}: ${path}`);
    say(`        the record: ${JSON.stringify(witness)}`);
    say(`        ${actual.witness}: ${JSON.stringify(emulator)}`);
  }
  for (const { step, path } of closed) {
    say(`    ${step}: ${path} differs no more: take it out of parity/gaps.ts`);
  }
  return isGood;
}

const fileIn = (folder: string, scenario: string): string => join(folder, `${scenario}.json`);

function readRecord(folder: string, { name }: Scenario): Recording {
  if (!existsSync(fileIn(folder, name))) {
    throw new Refusal(`${name} has no record: run it against moto with --update`);
  }
  return JSON.parse(readFileSync(fileIn(folder, name), 'utf8'));
}

function write(folder: string, recording: Recording): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder, recording.scenario), `${JSON.stringify(recording, null, 2)}\n`);
  say(`recorded: ${recording.scenario}, ${recording.steps.length} steps`);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

main().then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof Refusal ? 2 : 1;
  },
);
