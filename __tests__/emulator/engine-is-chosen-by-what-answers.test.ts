import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createArgv } from '../../emulator/engine/docker.ts';

const CHOOSE = join(__dirname, '..', '..', 'emulator', 'engine', 'choose.ts');

/** In a process of its own, where PATH can be taken away. */
function choose(wanted: string): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const code = `import(${JSON.stringify(`file://${CHOOSE}`)}).then(({ chooseEngine }) => chooseEngine('${wanted}')).then(console.log)`;
  const child = spawn(process.execPath, ['-e', code], {
    env: { ...process.env, PATH: '/nowhere', Path: '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (exit) => resolve({ stdout: stdout.trim(), stderr, code: exit }));
  });
}

test('auto falls back to the stub without docker, and says so on stderr', async () => {
  const { stdout, stderr } = await choose('auto');
  expect(stdout).toBe('stub');
  expect(stderr).toMatch(/^emulator: no docker engine answers .*--engine stub/m);
});

test('docker that was asked for and is not there is an error', async () => {
  const { code, stderr } = await choose('docker');
  expect(code).not.toBe(0);
  expect(stderr).toContain('--engine docker: no docker engine answers');
});

test('the stub is taken without a look at docker', async () => {
  expect(await choose('stub')).toEqual({ stdout: 'stub', stderr: '', code: 0 });
});

test('a container is created on a loopback port, with its environment, limits and command as they are', () => {
  const argv = createArgv(
    {
      taskId: 'task',
      image: 'web:1',
      command: ['serve', '--name', 'a b'],
      environment: { GREETING: 'a=b "c"', EMPTY: '' },
      containerPort: 8080,
      cpuArchitecture: 'ARM64',
      memoryMebibytes: 512,
    },
    'web@sha256:abc',
    'emulator=1',
  );
  expect(argv).toEqual([
    'create',
    ...['--label', 'emulator=1'],
    ...['--platform', 'linux/arm64'],
    ...['--log-driver', 'json-file'],
    ...['--publish', '127.0.0.1::8080'],
    ...['--memory', '512m'],
    ...['--env', 'GREETING=a=b "c"', '--env', 'EMPTY='],
    'web@sha256:abc',
    ...['serve', '--name', 'a b'],
  ]);
});
