import { EOL } from 'node:os';
import fc from 'fast-check';
import { connectRunner, defuseCommands } from '../../../src/github/runner.ts';
import { runScript } from '../../helpers/run-script.ts';

type Listener = () => void;

function recordedProcess(env: Record<string, string> = {}) {
  const written: string[] = [];
  const listeners = new Map<string, Listener>();
  const process = {
    env,
    cwd: () => '/checkout',
    stdout: { write: (text: string) => written.push(text) },
    once: (signal: string, listener: Listener) => listeners.set(signal, listener),
  };
  return { process, written, send: (signal: string) => listeners.get(signal)?.() };
}

describe('inputs', () => {
  test.each([
    ['service-name', { 'INPUT_SERVICE-NAME': ' web \n' }, 'web'],
    ['with blanks', { INPUT_WITH_BLANKS: 'x' }, 'x'],
    ['absent', {}, ''],
  ])('%s', (name, env, expected) => {
    expect(connectRunner(recordedProcess(env).process).read(name)).toBe(expected);
  });
});

test('an empty variable counts as absent', () => {
  const runner = connectRunner(recordedProcess({ AWS_REGION: '', AWS_PROFILE: 'dev' }).process);
  expect(runner.environment('AWS_REGION')).toBeUndefined();
  expect(runner.environment('AWS_PROFILE')).toBe('dev');
});

describe('foreign text in a log line is not a command to the runner', () => {
  test.each([
    '::add-mask::e',
    ' \t::stop-commands::x',
    'ok\r::error::no',
    'a\n::warning::b',
    'see ##[group]x',
  ])('%j', (line) => {
    for (const part of defuseCommands(line).split(EOL)) {
      expect(part.trimStart()).not.toMatch(/^::/);
      expect(part).not.toContain('##[');
    }
  });

  /**
   * The runner trims a line as .NET does (`Char.IsWhiteSpace` has U+0085, `\s` has not), and looks for `::` and `##[` by
   * the rules of a language, which pass over what has no width and no meaning (actions/runner, ActionCommand.cs).
   */
  const passedOver = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
  const trimmed = /^[\s\u0085\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/u;
  const mayBeTaken = (line: string) =>
    line.replace(trimmed, '').replace(passedOver, '').startsWith('::') ||
    line.replace(passedOver, '').includes('##[');
  const odd = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => trimmed.test(character));

  test.each([
    ['before ::', (character: string) => `${character}::add-mask::e`],
    ['before ::, after others', (character: string) => ` ${character} \u0085::add-mask::e`],
    ['within ::', (character: string) => `:${character}:add-mask::e`],
    ['before ##[', (character: string) => `x ${character}##[group]x`],
    ['within ##[', (character: string) => `#${character}#[group]x`],
    ['at the bracket of ##[', (character: string) => `##${character}[group]x`],
  ])('%s, whatever of no width, and whatever blank', (_where, lineWith) => {
    expect(odd.length).toBeGreaterThan(4000);
    expect(odd).toContain('\u0085');
    const taken = odd.filter((character) => defuseCommands(lineWith(character)).split(EOL).some(mayBeTaken));
    expect(taken.map((character) => character.codePointAt(0)?.toString(16))).toEqual([]);
  });

  test('any other text is written as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^:#\r\n]{0,80}$/), (line) => {
        const { process, written } = recordedProcess();
        connectRunner(process).info(line);
        expect(written).toEqual([line + EOL]);
      }),
    );
  });
});

test('a group is closed also when its work fails, and its title cannot break out', async () => {
  const { process, written } = recordedProcess();
  const runner = connectRunner(process);
  const work = runner.group('docker\n::error::x 100%', async () => {
    runner.info('inside');
    throw new Error('build failed');
  });
  await expect(work).rejects.toThrow('build failed');
  expect(written).toEqual([
    `::group::docker%0A::error::x 100%25${EOL}`,
    `inside${EOL}`,
    `::endgroup::${EOL}`,
  ]);
});

test('debug is silent unless it was asked for', async () => {
  const { process, written } = recordedProcess();
  await connectRunner(process).debug('x');
  expect(written).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'])('%s cancels, with a reason that reports as cancelled', (signal) => {
  const { process, send } = recordedProcess();
  const { cancelled } = connectRunner(process);
  expect(cancelled.aborted).toBe(false);
  send(signal);
  expect(cancelled.reason).toMatchObject({ code: 'cancelled' });
});

describe('what goes through @actions/core', () => {
  test('is written as the runner wants it', async () => {
    const run = await runScript(
      `const { connectRunner } = await load('src/github/runner.ts');
       const runner = connectRunner(process);
       await runner.mask('hush\\nhush');
       await runner.mask('  ');
       await runner.notice('two\\nlines');
       await runner.warning('careful');
       await runner.error('broken', 'a,b:c');
       await runner.debug('detail');
       await runner.setOutput('url', 'https://x');
       await runner.saveState('step', '1');
       await runner.appendSummary('# Done');`,
      { env: { RUNNER_DEBUG: '1' } },
    );
    expect(run.stderr).toBe('');
    expect(run.stdout.trim().split(/\r?\n/)).toEqual([
      '::add-mask::hush%0Ahush',
      '::notice::two%0Alines',
      '::warning::careful',
      '::error title=a%2Cb%3Ac::broken',
      '::debug::detail',
    ]);
    expect(run.files.output).toMatch(/^url<<(ghadelimiter_\S+)\r?\nhttps:\/\/x\r?\n\1\r?\n$/);
    expect(run.files.state).toMatch(/^step<<(ghadelimiter_\S+)\r?\n1\r?\n\1\r?\n$/);
    expect(run.files.summary).toMatch(/^# Done\r?\n$/);
  });

  test('is not loaded for inputs, lines and groups', async () => {
    const run = await runScript(
      `const { registerHooks } = await import('node:module');
       const loaded = [];
       registerHooks({ resolve: (name, context, next) => (loaded.push(name), next(name, context)) });
       const { connectRunner } = await load('src/github/runner.ts');
       const runner = connectRunner(process);
       runner.read('service-name');
       await runner.group('a', async () => runner.info('b'));
       await runner.debug('c');
       const before = loaded.includes('@actions/core');
       await runner.notice('d');
       console.log(JSON.stringify([before, loaded.includes('@actions/core')]));`,
    );
    expect(run.stdout).toContain('[false,true]');
  });

  test('a runner that keeps no summary is no reason to fail', async () => {
    const run = await runScript(
      `const { connectRunner } = await load('src/github/runner.ts');
       await connectRunner(process).appendSummary('# Done');`,
      { env: { GITHUB_STEP_SUMMARY: '' } },
    );
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

test('no more annotations than GitHub keeps, and none longer; what is more stays in the log', async () => {
  const { stdout } = await runScript(`
    const { connectRunner } = await load('src/github/runner.ts');
    const runner = connectRunner(process);
    for (let number = 1; number <= 11; number += 1) await runner.notice('::note ' + number);
    await runner.error('x'.repeat(5000));
  `);
  const lines = stdout.trim().split(/\r?\n/);
  expect(lines.slice(0, 10)).toEqual(
    Array.from({ length: 10 }, (_none, index) => `::notice::::note ${index + 1}`),
  );
  expect(lines[10]).toBe('notice: ::note 11');
  expect(lines[11]).toBe(`error: ${'x'.repeat(5000)}`);
  expect(lines[12]).toBe(`::error::${'x'.repeat(4095)}…`);
});
