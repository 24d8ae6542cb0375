import {
  AppRunnerClient,
  DescribeServiceCommand,
  PauseServiceCommand,
  ResumeServiceCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** The last change of the records takes its time, and what is deleted afterwards does not come back. */
let world: ShiftWorld;
let toBlue: ResourceRecordSet;
let appRunner: AppRunnerClient;
beforeAll(async () => {
  world = await startShiftWorld();
  appRunner = new AppRunnerClient(world.emulator.client);
  const [record] = await world.records();
  toBlue = { ...record, Name: 'late.example.com', Type: 'A' };
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const all = { mode: 'shift', 'green-percent': '100', 'bake-minutes': '0' };
  expect(await world.run(all)).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

async function statusOfBlue(): Promise<string | undefined> {
  const { Service } = await appRunner.send(new DescribeServiceCommand({ ServiceArn: world.blueArn }));
  return Service?.Status;
}

test('a name that somebody leads to blue while the records change keeps it', async () => {
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start({ mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'delete' });
  await following.arrived();
  await world.change([{ Action: 'CREATE', ResourceRecordSet: toBlue }]);
  await following.release();
  const run = await running.finished;
  expect(await statusOfBlue()).toBe('RUNNING');
  expect(run.log).toContain('blue was not retired: late.example.com still leads to blue [inconclusive]');
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'true' } });
});

describe('to pause it', () => {
  const pausing = { service: 'apprunner', operation: 'PauseService' };
  const end = { mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'pause' };
  const ServiceArn = () => ({ ServiceArn: world.blueArn });
  beforeAll(() => world.change([{ Action: 'DELETE', ResourceRecordSet: toBlue }]));
  afterEach(async () => {
    await world.emulator.clearFaults();
    await world.emulator.advance(300);
    if ((await statusOfBlue()) === 'PAUSED') await appRunner.send(new ResumeServiceCommand(ServiceArn()));
    await world.emulator.advance(300);
    expect(await statusOfBlue()).toBe('RUNNING');
  });

  /** Runs the job, and lets `happens` happen before App Runner has its request, which then meets what was put in its way. */
  async function beforeIt(happens: () => Promise<unknown>) {
    const hold = await world.emulator.hold(pausing);
    const running = world.start(end);
    await hold.arrived();
    await happens();
    await hold.release();
    return running.finished;
  }

  test('one request is enough, though its reply is lost', async () => {
    await world.emulator.addFaults([{ ...pausing, fault: 'lost-reply', times: 1 }]);
    const run = await world.run(end);
    expect(run.log).toContain('Asked App Runner to pause service shop');
    expect(run.exitCode).toBe(0);
    await world.emulator.advance(300);
    expect(await statusOfBlue()).toBe('PAUSED');
  });

  test('is nothing to do where somebody else has', async () => {
    const run = await beforeIt(async () => {
      await appRunner.send(new PauseServiceCommand(ServiceArn()));
      await world.emulator.advance(300);
    });
    expect(run.log).toContain('App Runner service shop is PAUSED already');
    expect(run.exitCode).toBe(0);
  });

  test('is refused in the words of App Runner while another operation is running', async () => {
    const run = await beforeIt(() => appRunner.send(new StartDeploymentCommand(ServiceArn())));
    expect(run.log).toContain('Service cannot be paused in the current state: OPERATION_IN_PROGRESS');
    expect(run.log).not.toContain('Asked App Runner to pause');
    expect(run.exitCode).toBe(1);
  });

  test('a request that got lost is not taken for done because another operation is running', async () => {
    const run = await beforeIt(async () => {
      await world.emulator.addFaults([{ ...pausing, fault: 'error', status: 500, times: 1 }]);
      await appRunner.send(new StartDeploymentCommand(ServiceArn()));
    });
    await world.emulator.advance(300);
    expect(await statusOfBlue()).toBe('RUNNING');
    expect(run.log).not.toContain('Asked App Runner to pause');
    expect(run.exitCode).toBe(1);
  });
});

test('it goes when nothing leads to it any more, though the reply is lost', async () => {
  const lost = { service: 'apprunner', operation: 'DeleteService', fault: 'lost-reply', times: 1 };
  await world.emulator.addFaults([lost]);
  const run = await world.run({ mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'delete' });
  expect(run.log).toContain('Asked App Runner to delete service shop');
  expect(run.exitCode).toBe(0);
});
