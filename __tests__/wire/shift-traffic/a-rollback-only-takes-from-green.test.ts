import { AppRunnerClient, CreateServiceCommand } from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Whatever stands at the name: who was parked stays so, and who is blue is not guessed. */
let world: ShiftWorld;
let parkedHost: string;
let balancer: string;
beforeAll(async () => {
  world = await startShiftWorld({ record: 'none' });
  const { Service } = await new AppRunnerClient(world.emulator.client).send(
    new CreateServiceCommand({
      ServiceName: 'parked',
      SourceConfiguration: {
        ImageRepository: {
          ImageIdentifier: 'public.ecr.aws/example/old:1',
          ImageRepositoryType: 'ECR_PUBLIC',
          ImageConfiguration: { Port: '8080' },
        },
      },
    }),
  );
  await world.emulator.advance(300);
  parkedHost = Service?.ServiceUrl ?? '';
  balancer = (await findGreen(world)).DNSName ?? '';
});
afterAll(() => world.stop());
afterEach(async () => {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
  const old = await world.records();
  await world.change(old.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })));
});

const cdn = 'd111111abcdef8.cloudfront.net';
const weights = async () => (await world.records()).map(({ Weight }) => Weight);

/** Weighted CNAMEs, which Route 53 lists by their set identifiers. */
async function put(members: Readonly<Record<string, readonly [string, number]>>): Promise<void> {
  const sets = Object.entries(members).map(
    ([SetIdentifier, [Value, Weight]]): ResourceRecordSet => ({
      Name: appDomain,
      Type: 'CNAME',
      TTL: 60,
      SetIdentifier,
      Weight,
      ResourceRecords: [{ Value }],
    }),
  );
  await world.change(sets.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })));
}

const listServices = { service: 'apprunner', operation: 'ListServices' };

describe('of two App Runner services', () => {
  test.each([
    ['name', () => 'shop'],
    ['ARN', () => world.blueArn],
  ])('the one that is named gets the traffic: by its %s', async (_how, named) => {
    await put({ a: [world.blueHost, 0], b: [parkedHost, 0], c: [balancer, 100] });
    const run = await world.run({ mode: 'rollback', 'apprunner-service': named() });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
    expect(await weights()).toEqual([100, 0, 0]);
  });

  test('another one keeps what it has, and blue gets its weight', async () => {
    await put({ a: [world.blueHost, 0], b: [parkedHost, 5], c: [balancer, 95] });
    const run = await world.run({ mode: 'rollback' });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('(weight 5) is neither side, and keeps its share');
    expect(run.log).not.toContain('before it');
    expect(await weights()).toEqual([100, 5, 0]);
    const audit = JSON.parse(run.outputs['audit'] ?? '');
    expect([audit.before, audit.after]).toEqual([expect.any(Array), expect.any(Array)]);
    expect([audit.before.length, audit.after.length]).toEqual([3, 3]);
  });

  test('none is chosen where App Runner does not tell which one is named: who had a weight keeps it', async () => {
    await world.emulator.addFaults([{ ...listServices, fault: 'denied', times: 99 }]);
    await put({ a: [world.blueHost, 0], b: [parkedHost, 5], c: [balancer, 95] });
    const run = await world.run({ mode: 'rollback' });
    expect(run.log).toContain('which of the App Runner services is blue is not known');
    expect(run.log).toContain('Set blue-dns-name to the host of blue');
    expect(await weights()).toEqual([0, 5, 0]);
    const again = await world.run({
      mode: 'rollback',
      'apprunner-service': '',
      'blue-dns-name': world.blueHost,
    });
    expect(again.exitCode).toBe(0);
    expect(again.log).toContain('give blue a weight again, which has none');
    expect(await weights()).toEqual([100, 5, 0]);
  });

  describe('named as one, with the host of the other', () => {
    const both = { mode: 'rollback', 'apprunner-service': 'shop' };

    test('none is chosen', async () => {
      await put({ a: [world.blueHost, 0], b: [parkedHost, 0], c: [balancer, 100] });
      const run = await world.run({ ...both, 'blue-dns-name': parkedHost });
      expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
      expect(run.log).toContain(
        `App Runner service shop has the host ${world.blueHost}, but blue-dns-name is ${parkedHost}`,
      );
      expect(await weights()).toEqual([0, 0, 100]);
    });

    test('the host counts where App Runner does not tell', async () => {
      await world.emulator.addFaults([{ ...listServices, fault: 'denied', times: 99 }]);
      await put({ a: [world.blueHost, 0], b: [parkedHost, 0], c: [balancer, 100] });
      const run = await world.run({ ...both, 'blue-dns-name': world.blueHost });
      expect(run.exitCode).toBe(0);
      expect(await weights()).toEqual([100, 0, 0]);
    });
  });

  test('none is chosen where none has a weight', async () => {
    await world.emulator.addFaults([{ ...listServices, fault: 'denied', times: 99 }]);
    await put({ a: [world.blueHost, 0], b: [parkedHost, 0], c: [balancer, 100] });
    const run = await world.run({ mode: 'rollback' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).toContain('Set blue-dns-name to the host of blue');
    expect(await weights()).toEqual([0, 0, 100]);
  });
});

test.each([
  ['blue with a share', 50, 50],
  ['blue without one', 0, 100],
])('green behind another target is green beside a parked load balancer: %s', async (_case, blue, green) => {
  await put({ a: [world.blueHost, blue], b: [cdn, green], c: [balancer, 0] });
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(run.log).toContain('give blue everything');
  expect(await weights()).toEqual([100, 0, 0]);
});
