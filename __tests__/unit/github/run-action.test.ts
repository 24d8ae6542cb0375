import { ActionError } from '../../../src/errors.ts';
import { renderActionError, renderCauses } from '../../../src/github/run-action.ts';
import { outOfTime } from '../../helpers/run-action.ts';
import { runScript } from '../../helpers/run-script.ts';

/** Runs `main` as an action; in it, `ActionError` and `wait(milliseconds)` are at hand. */
const runMain = (main: string, options?: Parameters<typeof runScript>[1]) =>
  runScript(
    `const { runAction } = await load('src/github/run-action.ts');
     const { ActionError } = await load('src/errors.ts');
     const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
     await runAction(${main});`,
    options,
  );

const lines = (text: string) => text.trim().split(/\r?\n/);

test('an action that ends well says nothing of its own', async () => {
  const run = await runMain(`async (runner) => runner.info('fine')`);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(lines(run.stdout)).toEqual(['fine']);
});

test('a failure is one annotation: message, code, the hint, and where to read on', async () => {
  const run = await runMain(
    `async () => { throw new ActionError('access-denied', 'could not\\ndescribe web', { hint: 'Allow x.', cause: new Error('secret cause') }); }`,
  );
  expect(run.exitCode).toBe(1);
  expect(lines(run.stdout)).toEqual([
    '::error title=access-denied::could not%0Adescribe web [access-denied]%0AAllow x.%0ASee docs/troubleshooting.md#access-denied',
  ]);
});

test('where to read on is the page of the very version that runs', async () => {
  const run = await runMain(`async () => { throw new ActionError('access-denied', 'no'); }`, {
    env: { GITHUB_ACTION_REPOSITORY: 'octo/actions', GITHUB_ACTION_REF: 'v1' },
  });
  expect(run.stdout).toContain(
    '%0ASee https://github.com/octo/actions/blob/v1/docs/troubleshooting.md#access-denied',
  );
});

test('the causes are shown to whoever asked for debug logging', async () => {
  const run = await runMain(
    `async () => {
       const cause = Object.assign(new Error('denied'), { name: 'AccessDeniedException', $metadata: { requestId: 'r-1' }, $response: { body: 'PASSWORD=x' } });
       throw new ActionError('access-denied', 'could not describe web', { cause });
     }`,
    { env: { RUNNER_DEBUG: '1' } },
  );
  expect(run.stdout).toContain('::debug::caused by: AccessDeniedException: denied (AWS request id r-1)');
  expect(run.stdout).not.toContain('PASSWORD');
});

test('anything else is a bug, shown with its stack and where to report it', async () => {
  const run = await runMain(`async () => { undefined.x; }`, {
    env: { GITHUB_ACTION_REPOSITORY: 'octo/actions' },
  });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    /^::error::This is a bug in the action.*https:\/\/github\.com\/octo\/actions\/issues.*%0ATypeError: .*%0A {4}at /,
  );
});

const posix = process.platform === 'win32' ? test.skip : test;

posix('a cancelled job ends red at once, with the signal as the reason', async () => {
  const run = await runMain(
    `async (runner) => {
       // Only where nothing is left to wait for; a process that is ended has no such moment.
       process.once('beforeExit', () => console.log('came to its end'));
       runner.info('ready');
       await new Promise((resolve, reject) => {
         const alive = setInterval(() => {}, 1000);
         runner.cancelled.addEventListener('abort', () => { clearInterval(alive); reject(runner.cancelled.reason); });
       });
     }`,
    { signal: 'SIGINT' },
  );
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('the job was cancelled (SIGINT) [cancelled]');
  expect(run.stdout).toContain('came to its end');
});

posix("the SDK's word for an aborted request is reported as the cancellation", async () => {
  const run = await runMain(
    `async (runner) => {
       runner.info('ready');
       while (!runner.cancelled.aborted) await wait(10);
       throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
     }`,
    { signal: 'SIGTERM' },
  );
  expect(run.stdout).toContain('the job was cancelled (SIGTERM) [cancelled]');
});

posix('an action that does not end after a cancellation is ended before the runner kills it', async () => {
  // Counted from the signal on, so that the start of the process, which a busy machine delays, is left out.
  const main = `async (runner) => {
    process.once('SIGINT', () => {
      const signalled = performance.now();
      process.once('exit', () => console.log('ended after ' + Math.round(performance.now() - signalled)));
    });
    runner.info('ready');
    await wait(60_000);
  }`;
  const run = await runMain(main, { signal: 'SIGINT' });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(outOfTime);
  expect(Number(/^ended after (\d+)$/m.exec(run.stdout)?.[1])).toBeLessThan(7_500);
});

test('a socket left open does not keep the job running', async () => {
  const run = await runMain(
    `async () => { setInterval(() => {}, 1000); throw new ActionError('aws-refused', 'no'); }`,
  );
  expect(run.exitCode).toBe(1);
});

test('an error without a hint is one line', () => {
  expect(renderActionError(new ActionError('aws-refused', 'no'))).toBe('no [aws-refused]');
});

test('a chain of causes that runs in a circle ends', () => {
  const error = new Error('a');
  error.cause = error;
  expect(renderCauses(error)).toHaveLength(10);
  expect(renderCauses('text')).toEqual(['caused by: string']);
});
