import { type DockerExit, runDocker } from '../../../../src/source/docker/docker.ts';
import { type FakeDocker, installFakeDocker } from '../../../helpers/fake-docker.ts';

let docker: FakeDocker | undefined;
afterEach(() => {
  docker?.remove();
  docker = undefined;
});

const run = (script: string, more: Partial<Parameters<typeof runDocker>[0]> = {}) => {
  docker = installFakeDocker(script);
  return runDocker({ argv: ['build', '.'], signal: undefined, ...more });
};

test('lines come one by one, of both streams, also an unfinished last one', async () => {
  const seen: string[] = [];
  const exit = await run('echo one; echo two >&2; printf three; exit 7', {
    onLine: (line) => seen.push(line),
  });
  expect(seen.toSorted()).toEqual(['one', 'three', 'two']);
  expect(exit).toEqual({ kind: 'exited', exitCode: 7, stdout: ['one', 'three'], lines: seen });
});

test('arguments arrive as they are, whatever a shell would make of them', async () => {
  const argv = ['build', '--build-arg', 'A=$(id) "b" \'c\' *', ''];
  const exit = await run('for argument; do echo "<$argument>"; done', { argv });
  expect(exit).toMatchObject({ stdout: argv.map((argument) => `<${argument}>`) });
});

test('variables are added to those of the process', async () => {
  const exit = await run('echo "$DOCKER_CONFIG"; test -n "$PATH"', { env: { DOCKER_CONFIG: '/private' } });
  expect(exit).toMatchObject({ exitCode: 0, stdout: ['/private'] });
});

test('of a long output the last lines are kept', async () => {
  const exit = (await run('i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done')) as Extract<
    DockerExit,
    { kind: 'exited' }
  >;
  expect(exit.lines).toHaveLength(500);
  expect(exit.lines.at(-1)).toBe('1999');
});

test('a line without an end is cut, and the rest of the output is handled', async () => {
  const seen: string[] = [];
  const exit = await run(
    "echo before; head -c 60000000 /dev/zero | tr '\\0' x; echo; printf 'a\\r\\nb\\rc\\n\\nlast' ",
    { onLine: (line) => seen.push(line) },
  );
  expect(seen.map((line) => line.length < 70_000)).not.toContain(false);
  expect(seen.map((line) => line.slice(0, 9))).toEqual(['before', 'xxxxxxxxx', 'a', 'b', 'c', '', 'last']);
  expect(seen[1]).toMatch(/x … \(cut\)$/);
  expect(exit).toMatchObject({ exitCode: 0, lines: seen });
});

test.each([
  ['longer than Linux takes', 'x'.repeat(200_000)],
  ['with a zero in it', 'a\0b'],
])('an argument that no program can be given is told as one: %s', async (_what, argument) => {
  await expect(run('', { argv: ['build', argument] })).rejects.toMatchObject({ code: 'build-failed' });
});

test('a docker that is not there is an answer, not an error', async () => {
  docker = installFakeDocker('');
  const path = process.env['PATH'];
  process.env['PATH'] = `${docker.folder}/nowhere`;
  try {
    expect(await runDocker({ argv: ['version'], signal: undefined })).toEqual({ kind: 'not-found' });
  } finally {
    process.env['PATH'] = path;
  }
});

test('an end by a signal counts as shells count it', async () => {
  expect(await run('kill -KILL $$')).toMatchObject({ exitCode: 137 });
});

test('an abort ends docker and what it has started, and is the reason of the rejection', async () => {
  const controller = new AbortController();
  const reason = new Error('the job was cancelled');
  // `sleep` holds the output open: as long as it runs, docker has not ended for us.
  const pending = run(`trap 'echo asked >"$NOTES/asked"; exit 1' TERM; sleep 3600 & echo started; wait`, {
    signal: controller.signal,
    onLine: () => controller.abort(reason),
  });
  await expect(pending).rejects.toBe(reason);
  // Killed, it could not have told.
  expect(docker?.read('asked')).toContain('asked');
});

test('a docker that ignores SIGTERM is killed', async () => {
  const controller = new AbortController();
  const pending = run("trap '' TERM; echo started; while :; do sleep 0.1; done", {
    signal: controller.signal,
    onLine: () => controller.abort(new Error('cancelled')),
  });
  await expect(pending).rejects.toThrow('cancelled');
});

test('an abort of before starts nothing', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'));
  await expect(run('touch "$NOTES/ran"', { signal })).rejects.toThrow('cancelled');
  expect(() => docker?.read('ran')).toThrow('ENOENT');
});

test('what docker leaves running does not hold its answer back', async () => {
  const left = run('echo done; sleep 3600 & echo $! >$NOTES/left; exit 3');
  expect(await left).toMatchObject({ kind: 'exited', exitCode: 3, stdout: ['done'] });
  process.kill(Number(docker?.read('left')));
});
