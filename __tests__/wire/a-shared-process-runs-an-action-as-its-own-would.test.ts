import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInHost, startOwnProcess } from '../helpers/action-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Options = { readonly env?: Record<string, string>; readonly signal?: NodeJS.Signals };
type Ended = { readonly exitCode: number | null; readonly log: string };

let bundleCount = 0;
function run(start: typeof startInHost, code: string, options: Options = {}): Promise<Ended> {
  return begin(start, code, options).ended;
}

function begin(start: typeof startInHost, code: string, { env = {}, signal }: Options = {}) {
  bundleCount += 1;
  const bundle = join(folder, `${bundleCount}.cjs`);
  writeFileSync(bundle, code);
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let log = '';
  const kill = start({
    bundle,
    cwd: folder,
    env,
    dns: undefined,
    onOutput: (text) => {
      log += text;
      if (signal !== undefined && log.includes('ready')) kill(signal);
    },
    onEnd: (exitCode) => resolve({ exitCode, log }),
  });
  return { ended: promise, kill };
}

const says = (expression: string) => `process.stdout.write(String(${expression}));`;
const waits = 'setInterval(() => undefined, 1000);';

test.each<[string, string, Options, Ended]>([
  ['says its variables and ends', says('process.env.COLOUR'), { env: { COLOUR: 'teal' } }, ended(0, 'teal')],
  ['sets its exit code', 'process.exitCode = 3;', {}, ended(3, '')],
  ['exits', 'process.exit(4);', {}, ended(4, '')],
  ['exits with what it set', 'process.exitCode = 6; process.exit();', {}, ended(6, '')],
  ['says something late', `setTimeout(() => { ${says('"late"')} }, 20);`, {}, ended(0, 'late')],
  ['has a last word', `process.once('exit', () => { ${says('"last"')} });`, {}, ended(0, 'last')],
  ['exits after what looks like a mark', `${says('"a\\u0004b"')} process.exit(1);`, {}, ended(1, 'a\u0004b')],
  ['prints what looks like a mark', says('"a\\u0004b"'), {}, ended(0, 'a\u0004b')],
  ['is ended by a signal', `${waits} ${says('"ready"')}`, { signal: 'SIGTERM' }, ended(null, 'ready')],
  [
    'takes a signal',
    `const timer = ${waits} process.once('SIGINT', () => { clearInterval(timer); process.exitCode = 5; }); ${says('"ready"')}`,
    { signal: 'SIGINT' },
    ended(5, 'ready'),
  ],
])('an action that %s', async (_, code, given, expected) => {
  expect(await run(startOwnProcess, code, given)).toEqual(expected);
  expect(await run(startInHost, code, given)).toEqual(expected);
});

test('an action that throws says so on stderr, and takes nobody along', async () => {
  const beside = run(startInHost, `setTimeout(() => { ${says('"beside"')} }, 100);`);
  const thrown = await run(startInHost, 'throw new Error("spilt");');
  expect(thrown.exitCode).toBe(1);
  expect(thrown.log).toContain('Error: spilt');
  expect(await beside).toEqual(ended(0, 'beside'));
});

test('an action sees nothing of the one before it in the same process', async () => {
  const left = `
    globalThis.pid = process.pid;
    process.exitCode = 3;
    process.once('SIGTERM', () => process.exit(7));
    process.once('uncaughtException', () => undefined);
    setTimeout(() => { ${says('"left"')} process.exit(8); }, 1_000).unref();
    ${says('process.pid')}`;
  const before = await run(startInHost, left, { env: { COLOUR: 'teal' } });
  expect(before.exitCode).toBe(3);
  const seen = `[process.pid, process.env.COLOUR, globalThis.pid, process.listenerCount('SIGTERM'), process.listenerCount('uncaughtException')]`;
  // Longer than the timer that was left behind.
  const after = await run(startInHost, `setTimeout(() => { ${says(seen)} }, 1_500);`);
  expect(after).toEqual(ended(0, `${before.log},,,0,0`));
});

test('a signal for an action that has ended reaches no other', async () => {
  const first = begin(startInHost, says('process.pid'));
  const { log: pid } = await first.ended;
  const next = run(startInHost, `setTimeout(() => { ${says('process.pid')} }, 100);`);
  first.kill('SIGKILL');
  expect(await next).toEqual(ended(0, pid));
});

function ended(exitCode: number | null, log: string): Ended {
  return { exitCode, log };
}
