import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announce, awsWitness, readStandIn, requireAccount, requireYes, waitFor } from './account.ts';
import { scenariosOf } from './acts.ts';
import { clean } from './clean.ts';
import { clientsOf } from './clients.ts';
import { GAPS } from './gaps.ts';
import { type Gap, judge } from './judge.ts';
import { type Order, readOrder, USAGE } from './order.ts';
import { playAll } from './play.ts';
import type { Recording } from './record.ts';
import { Refusal } from './refusal.ts';
import type { Witness } from './witness.ts';
import { emulatorWitness, motoWitness } from './witnesses.ts';

const MOTO_RECORDS = join(import.meta.dirname, 'records');

/** True when nothing is unexpected. */
async function main(): Promise<boolean> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    say(USAGE);
    return true;
  }
  const order = readOrder(args, process.env);
  const witness = await findWitness(order);
  if (!witness) return true;
  if (order.leftOut.length > 0)
    say(`left out, since moto does not have what they ask for: ${order.leftOut.join(', ')}`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('interrupted: what was made is deleted, which takes minutes; --clean can do it later');
      interrupted.abort(new Error('interrupted'));
    });
  }
  const counts = { passed: 0, failed: 0, unknown: 0 };
  const hand = (recording: Recording): void => {
    counts[
      order.against === 'aws' || order.update ? store(order, recording) : judgeByRecords(order, recording)
    ] += 1;
  };
  try {
    const { leftOut, failed } = await playAll(order.acts, witness, { hand, say, signal: interrupted.signal });
    counts.failed += failed;
    const unknown = counts.unknown === 0 ? '' : `, ${counts.unknown} ran that nobody has recorded yet`;
    const missing = leftOut === 0 ? '' : `, ${leftOut} left out`;
    say(`${counts.passed} passed, ${counts.failed} failed${unknown}${missing}`);
    return counts.failed === 0;
  } finally {
    await witness.close();
  }
}

/** `undefined`: there is nothing to run. */
async function findWitness(order: Order): Promise<Witness | undefined> {
  if (order.against === 'emulator') return emulatorWitness();
  if (order.against === 'moto') return motoWitness(process.env['MOTO_SERVER'] || 'moto_server');
  const standIn = readStandIn(process.env);
  const config = { region: order.region, maxAttempts: 1, ignoreConfiguredEndpointUrls: !standIn };
  const account = await requireAccount(config, process.env);
  if (order.clean) {
    const wait = (seconds: number) => waitFor(seconds, undefined, standIn);
    const deleted = await clean(clientsOf({ ...config, maxAttempts: 5 }), wait);
    say(deleted.length === 0 ? 'nothing was left' : `deleted: ${deleted.join(', ')}`);
    return undefined;
  }
  for (const line of announce(order.acts)) say(line);
  await requireYes(account);
  return awsWitness(config, { account, keep: order.keep, standIn });
}

type Outcome = 'passed' | 'failed' | 'unknown';

/** The emulator may differ from moto where a gap says why, and nowhere from AWS. */
function judgeByRecords({ against, acts, records }: Order, recording: Recording): Outcome {
  const { scenario } = recording;
  const isEmulator = against === 'emulator';
  const isOfMoto = scenariosOf(acts.filter(({ moto }) => moto)).some(({ name }) => name === scenario);
  const isRecorded = isEmulator && existsSync(fileIn(records, scenario));
  const verdicts = [
    ...(isOfMoto ? [report(readRecord(MOTO_RECORDS, scenario), recording, isEmulator ? GAPS : [])] : []),
    ...(isRecorded ? [report(readRecord(records, scenario), recording, [])] : []),
  ];
  if (verdicts.length > 0) return verdicts.every(Boolean) ? 'passed' : 'failed';
  say(`- ${scenario}: ${count(recording.steps.length, 'step')}, which nobody has recorded yet`);
  return 'unknown';
}

function report(expected: Recording, actual: Recording, gaps: readonly Gap[]): boolean {
  const { unlisted, closed, listed } = judge(expected, actual, gaps);
  const isGood = unlisted.length + closed.length === 0;
  const counts = `${count(expected.steps.length, 'step')}, ${count(listed, 'listed difference')}`;
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

function readRecord(folder: string, scenario: string): Recording {
  if (!existsSync(fileIn(folder, scenario))) {
    throw new Refusal(`${scenario} has no record: run it against moto with --update`);
  }
  return JSON.parse(readFileSync(fileIn(folder, scenario), 'utf8'));
}

function store({ against, records }: Order, recording: Recording): Outcome {
  const folder = against === 'moto' ? MOTO_RECORDS : records;
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder, recording.scenario), `${JSON.stringify(recording, null, 2)}\n`);
  say(`recorded: ${recording.scenario}, ${count(recording.steps.length, 'step')}`);
  return 'passed';
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

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
