import { spawnSync } from 'node:child_process';
import { CreateClusterCommand, ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { startEmulator, startEmulatorProcess } from '../helpers/emulator.ts';
import { createWeb } from '../helpers/express-service.ts';

test('one JSON line on stdout says how to reach it, and SIGTERM ends it cleanly', async () => {
  const emulator = await startEmulatorProcess('--region', 'us-gov-west-1', '--account', '210987654321');
  expect(emulator.env).toMatchObject({
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_REGION: 'us-gov-west-1',
    AWS_DEFAULT_REGION: 'us-gov-west-1',
    AWS_ACCESS_KEY_ID: expect.any(String),
    AWS_SECRET_ACCESS_KEY: expect.any(String),
    HTTPS_PROXY: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    NO_PROXY: expect.stringContaining('127.0.0.1'),
    NODE_EXTRA_CA_CERTS: expect.any(String),
  });
  expect(emulator.registry).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(emulator.http).toMatch(/^127\.0\.0\.1:\d+$/);
  const { cluster } = await new ECSClient(emulator.client).send(new CreateClusterCommand({}));
  expect(cluster?.clusterArn).toBe('arn:aws-us-gov:ecs:us-gov-west-1:210987654321:cluster/default');
  expect(await emulator.stop()).toBe(0);
});

test('with a seed the same calls get the same names', async () => {
  const namesOf = async () => {
    const emulator = await startEmulator('--seed', 'one');
    const ecs = new ECSClient(emulator.client);
    await createWeb(ecs);
    const state = JSON.stringify(await emulator.get('state'));
    await emulator.stop();
    return /we-[0-9a-f]{32}/.exec(state)?.[0];
  };
  expect(await namesOf()).toBe(await namesOf());
});

test('--latency-ms holds every answer back', async () => {
  const emulator = await startEmulator('--latency-ms', '120');
  const ecs = new ECSClient(emulator.client);
  const before = performance.now();
  await ecs.send(new ListServicesCommand({})).catch(() => undefined);
  expect(performance.now() - before).toBeGreaterThanOrEqual(115);
  await emulator.stop();
});

test.each([
  [['--port', 'x'], ['--port must be a whole number']],
  [['--engine', 'podman'], ['--engine must be docker, stub or auto']],
  [['--account', '1'], ['--account must be 12 digits']],
  [['--nope'], ['--nope: there is no such option']],
  [
    [
      'stub',
      '--strict-roles=yes',
      '--seed',
      '--nope=1',
      '--speed',
      '0',
      '--port',
      '1e3',
      '--record=',
      '--region',
      'X',
    ],
    [
      '"stub": not understood',
      '--strict-roles: takes no value',
      '--seed: needs a value',
      '--nope: there is no such option',
      '--port must be a whole number from 0 to 65500, not "1e3"',
      '--record: needs a value',
      '--speed must be a whole number from 1 to 100000, not "0"',
      '--region must be a Region\'s name, not "X"',
    ],
  ],
])('%j is refused with the usage, and all of it is told', (args, messages) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['emulator/main.ts', ...args], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  for (const message of messages) expect(stderr).toContain(message);
  expect(stderr).toContain('--speed N');
});
