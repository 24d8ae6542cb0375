import { connect } from 'node:net';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { createStubEngine, type StubEngine } from '../../emulator/engine/stub.ts';
import { getText, startContainer } from '../helpers/engine-events.ts';
import { pushImage } from '../helpers/push-image.ts';
import { type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
let engine: StubEngine;
beforeEach(async () => {
  world = await startRegistryWorld();
  engine = createStubEngine(world);
});
afterEach(async () => {
  await engine.close();
  await world.close();
});

const behave = (...behaviours: unknown[]) => engine.control.POST?.(behaviours);

test('it answers every path with 200 and a page that says what it is, without values', async () => {
  const container = startContainer(engine, {
    image: 'nginx:1',
    environment: { GREETING: 'hello', API_KEY: 'very secret' },
  });
  const { address } = await container.running;
  const { status, text } = await getText(address, '/any/path');
  expect(status).toBe(200);
  expect(text).toContain('stand-in');
  expect(text).toContain('image: nginx:1');
  expect(text).toContain('environment: API_KEY, GREETING');
  expect(text).not.toContain('very secret');
  expect(container.log[0]).toContain('stands in for nginx:1');
});

test('an image of the emulated registry is reported by digest, and has to be there and fit', async () => {
  await world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const { digest } = await pushImage(world.call, 'web', { reference: '1', architecture: 'arm64' });
  const image = `${world.registryHost}/web:1`;

  const arm = startContainer(engine, { image, cpuArchitecture: 'ARM64' });
  expect((await arm.running).imageDigest).toBe(digest);
  const intel = startContainer(engine, { image, cpuArchitecture: 'X86_64' });
  expect(await intel.stopped).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(
      /^CannotPullContainerError: .*does not contain descriptor matching platform 'linux\/amd64'$/,
    ),
  });
  const absent = startContainer(engine, { image: `${world.registryHost}/web:none` });
  expect((await absent.stopped).stoppedReason).toMatch(/^CannotPullContainerError: .*web:none: not found$/);
});

test('a container can be told to crash, and says why in its log', async () => {
  behave({ imageContains: 'broken', exitCode: 3, logLines: ['fatal: no database'] });
  const container = startContainer(engine, { image: 'web:broken' });
  expect(await container.stopped).toEqual({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    exitCode: 3,
  });
  expect(container.log).toContain('fatal: no database');
});

test('a container deployed by digest behaves as its tag was told to', async () => {
  await world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const { digest } = await pushImage(world.call, 'web', { reference: 'broken' });
  behave({ imageContains: 'web:broken', exitCode: 1 });
  const container = startContainer(engine, { image: `${world.registryHost}/web@${digest}` });
  expect(await container.stopped).toMatchObject({ exitCode: 1 });
});

test('health checks and everybody else can get different answers', async () => {
  behave({ imageContains: 'web', status: 500, healthStatus: 200 });
  const { address } = await startContainer(engine, { image: 'web' }).running;
  const asBalancer = { 'user-agent': 'ELB-HealthChecker/2.0' };
  expect((await getText(address, '/', asBalancer)).status).toBe(200);
  expect((await getText(address)).status).toBe(500);
});

test('answers can take turns, and health checks take no part in it', async () => {
  behave({ imageContains: 'web', statuses: [500, 200], healthStatus: 200 });
  const { address } = await startContainer(engine, { image: 'web' }).running;
  const seen: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    await getText(address, '/', { 'user-agent': 'ELB-HealthChecker/2.0' });
    seen.push((await getText(address)).status);
  }
  expect(seen).toEqual([500, 200, 500]);
});

test('a container that listens elsewhere refuses connections', async () => {
  behave({ imageContains: 'web', listens: false });
  const { address } = await startContainer(engine, { image: 'web' }).running;
  // By hand, because fetch refuses this port by itself.
  const error = await new Promise((resolve) => connect(address.port, address.host).on('error', resolve));
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('stopping ends it, before its slow start as well, and tells nothing more', async () => {
  const quick = startContainer(engine, { image: 'quick' });
  const { address } = await quick.running;
  await quick.stop();
  await expect(getText(address)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });

  behave({ imageContains: 'slow', startDelaySeconds: 1 });
  const slow = startContainer(engine, { image: 'slow' });
  await slow.stop();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(slow.log).toEqual([]);
});

test.each([
  [{}, 'the body must be a list'],
  [[{}], '"imageContains" must be a string'],
  [[{ imageContains: 'a', exit: 1 }], '"exit" is not one of'],
  [[{ imageContains: 'a', exitCode: 256 }], '"exitCode" must be a whole number'],
  [[{ imageContains: 'a', statuses: [] }], '"statuses" must be a list of whole numbers from 200 to 599'],
])('the behaviours %j are refused', (body, message) => {
  expect(() => engine.control.POST?.(body)).toThrow(message);
});
