import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { type ActionRun, outOfTime, type RunningAction } from '../../helpers/run-action.ts';

let world: Deployments;
let unsure: ReturnType<typeof cancel>;
beforeAll(async () => {
  // Slow enough that nothing ends by itself.
  world = await startDeployments('--speed', '1');
  // Seven seconds of nothing, beside which the other cases run.
  await world.addFault('ecs', 'CreateExpressGatewayService', 'hang');
  const running = world.start({ 'service-name': 'unsure' });
  await until(async () => changesOf(await world.emulator.requests()).some(({ error }) => error === 'hang'));
  unsure = cancel(running);
});
beforeEach(() => world.emulator.forgetRequests());
afterAll(() => world.stop());

function cancel(running: RunningAction, signal: NodeJS.Signals = 'SIGINT'): Promise<ActionRun> {
  running.kill(signal);
  return running.finished;
}

function expectCancelled(run: ActionRun, message: string): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain(outOfTime);
  expect(linesOf(run)).toContainEqual(
    expect.stringMatching(new RegExp(`^error: ${message}.*\\[cancelled\\]`)),
  );
  expect(run.summary).toContain('<code>cancelled</code>');
}

/** A first deployment that was seen: 4 s of virtual time. */
async function startSeen(name: string, more: Readonly<Record<string, string>> = {}): Promise<RunningAction> {
  const running = world.start({ 'service-name': name, ...more });
  await running.sawInLog('Created service');
  await world.emulator.advance(12);
  await running.sawInLog('Deployment: IN_PROGRESS');
  return running;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while it waits asks ECS to roll back, and says so',
  async (signal) => {
    const run = await cancel(await startSeen(`by-${signal.toLowerCase()}`), signal);
    expectCancelled(run, 'the job was cancelled; ECS was asked to roll deployment arn:.* back');
    const stops = callsTo(await world.emulator.requests(), 'StopServiceDeployment');
    expect(stops.map(({ input, status }) => ({ ...input, status }))).toEqual([
      { serviceDeploymentArn: run.outputs['deployment-arn'], stopType: 'ROLLBACK', status: 200 },
    ]);
    expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
  },
);

test('on-cancel: leave lets ECS finish it', async () => {
  const run = await cancel(await startSeen('left', { 'on-cancel': 'leave' }));
  expectCancelled(run, 'the job was cancelled; deployment arn:.* was left running');
  expect(callsTo(await world.emulator.requests(), 'StopServiceDeployment')).toEqual([]);
});

test('before ECS showed the deployment, it is looked for once more', async () => {
  const running = world.start({ 'service-name': 'early' });
  await running.sawInLog('Created service');
  await world.emulator.advance(3);
  const run = await cancel(running);
  expectCancelled(run, 'the job was cancelled; ECS was asked to roll deployment arn:.* back');
  expect(callsTo(await world.emulator.requests(), 'StopServiceDeployment')).toHaveLength(1);
});

test('before anything was sent, nothing is', async () => {
  await world.addFault('ecs', 'DescribeServices', 'hang');
  const running = world.start({ 'service-name': 'never' });
  await until(() => world.emulator.requests().then((calls) => calls.length > 0));
  const run = await cancel(running);
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain(outOfTime);
  expect(run.log).toMatch(/the job was cancelled.*\[cancelled\]/);
  expect(changesOf(await world.emulator.requests())).toEqual([]);
});

test('a smoke test is no reason to go on', async () => {
  const running = world.start({
    'service-name': 'by-sigint',
    'smoke-test-status': '599',
    'smoke-test-timeout-seconds': '600',
  });
  await running.sawInLog('Will');
  const run = await cancel(running);
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain(outOfTime);
  expect(run.log).toContain('[cancelled]');
});

test('when AWS does not answer, that is the last word, in time', async () => {
  const running = await startSeen('hanging');
  await world.addFault('ecs', 'StopServiceDeployment', 'hang', { times: 10 });
  const run = await cancel(running);
  await world.clearFaults();
  expectCancelled(run, 'the job was cancelled, and it is not known whether deployment arn:.* continues: ');
  expect(run.log).toContain('aws ecs stop-service-deployment');
});

describe('ECS stops nothing that ends already', () => {
  test('since the first request did its work, and its reply was lost', async () => {
    const running = await startSeen('lost');
    await world.addFault('ecs', 'StopServiceDeployment', 'lost-reply');
    const run = await cancel(running);
    expectCancelled(run, 'the job was cancelled; deployment arn:.* is ROLLBACK_[A-Z_]+ already');
    const stops = callsTo(await world.emulator.requests(), 'StopServiceDeployment');
    expect(stops.map(({ error }) => error)).toEqual(['lost-reply', 'ConflictException']);
    expect(run.log).not.toContain('aws ecs stop-service-deployment');
  });

  test('since somebody else stopped it', async () => {
    const running = await startSeen('stopped');
    const look = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServiceDeployments' });
    const { input } = await look.arrived();
    const serviceDeploymentArn = (input['serviceDeploymentArns'] as string[])[0];
    await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ABORT' }));
    const run = await cancel(running);
    await look.release();
    expectCancelled(run, 'the job was cancelled; deployment arn:.* is STOP(_REQUESTED|PED) already');
  });

  test('since it has succeeded, after the last look of the job', async () => {
    const running = await startSeen('finished');
    const look = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServiceDeployments' });
    await look.arrived();
    await world.emulator.advance(900);
    const run = await cancel(running);
    await look.release();
    expectCancelled(run, 'the job was cancelled after deployment arn:.* had succeeded; the service runs it');
  });
});

test('a conflict of another kind leaves it running, and that is said', async () => {
  const running = await startSeen('busy');
  const conflict = { code: 'ConflictException', message: 'Try again later.', status: 400 };
  await world.addFault('ecs', 'StopServiceDeployment', 'error', conflict);
  const run = await cancel(running);
  expectCancelled(run, 'the job was cancelled, but deployment arn:.* goes on: .*Try again later');
});

test('when it may not stop deployments, the missing action is named', async () => {
  const running = await startSeen('denied');
  await world.addFault('ecs', 'StopServiceDeployment', 'denied');
  const run = await cancel(running);
  expectCancelled(run, 'the job was cancelled, but deployment arn:.* goes on: ');
  expect(run.log).toContain('ecs:StopServiceDeployment');
});

test.each<[string, () => Promise<unknown>, string]>([
  ['is seen to roll back all the same', async () => {}, '; deployment arn:.* is ROLLBACK_[A-Z_]+ already'],
  [
    'may not be looked at either',
    () => world.addFault('ecs', 'DescribeServiceDeployments', 'denied', { times: 99 }),
    ', and it is not known whether deployment arn:.* continues: ',
  ],
])('a deployment that may not be stopped, and %s, is told as it is', async (name, happens, told) => {
  const running = await startSeen(`told-${name.split(' ')[0]}`);
  const look = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServiceDeployments' });
  const { input } = await look.arrived();
  const serviceDeploymentArn = (input['serviceDeploymentArns'] as string[])[0];
  if (told.includes('already')) {
    await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  }
  await world.addFault('ecs', 'StopServiceDeployment', 'denied');
  await happens();
  const run = await cancel(running);
  await look.release();
  await world.clearFaults();
  expectCancelled(run, `the job was cancelled${told}`);
});

test('a cancelled update brings back what ran', async () => {
  const running = world.start({ 'service-name': 'settled' });
  await running.sawInLog('Created service');
  await world.emulator.advance(900);
  expect((await running.finished).exitCode).toBe(0);
  const update = world.start({ 'service-name': 'settled', image: 'public.ecr.aws/example/web:2' });
  await update.sawInLog('Updated service');
  await world.emulator.advance(12);
  await update.sawInLog('Deployment: IN_PROGRESS');
  await cancel(update);
  await world.emulator.advance(100);
  const state = (await world.emulator.get('state')) as {
    ecs: { services: { name: string; deployments: { status: string }[] }[] };
  };
  const settled = state.ecs.services.find(({ name }) => name === 'settled');
  expect(settled?.deployments.map(({ status }) => status)).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
});

test('a change that AWS does not answer may have been made: that is the last word, in time', async () => {
  const run = await unsure;
  expectCancelled(run, 'the job was cancelled, and AWS had not answered yet. AWS may still have done this: ');
  expect(run.log).toContain('AWS may still have done this: create service unsure in cluster default');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test('a change that AWS answers meanwhile is rolled back', async () => {
  await world.addFault('ecs', 'CreateExpressGatewayService', 'throttle');
  const running = world.start({ 'service-name': 'throttled' });
  await until(async () => changesOf(await world.emulator.requests()).length > 0);
  const cancelled = cancel(running);
  await running.sawInLog('Created service');
  await world.emulator.advance(3);
  expectCancelled(await cancelled, 'the job was cancelled; ECS was asked to roll deployment arn:.* back');
});

test('a deployment that has succeeded is not said to go on', async () => {
  const running = world.start({
    'service-name': 'proven',
    'smoke-test-status': '599',
    'smoke-test-timeout-seconds': '600',
  });
  await running.sawInLog('Created service');
  await world.emulator.advance(900);
  await running.sawInLog('Deployment: SUCCESSFUL');
  const run = await cancel(running);
  expectCancelled(run, 'the job was cancelled after deployment arn:.* had succeeded; the service runs it');
  expect(callsTo(await world.emulator.requests(), 'StopServiceDeployment')).toEqual([]);
});

test('a deletion under way is said to be one', async () => {
  const created = world.start({ 'service-name': 'going' });
  await created.sawInLog('Created service');
  await world.emulator.advance(900);
  await created.finished;
  const running = world.start({ operation: 'delete', 'service-name': 'going', 'wait-for-deletion': 'true' });
  await running.sawInLog('Deleted service');
  const run = await cancel(running);
  expectCancelled(run, 'the job was cancelled; what was done stays: delete service going');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test('GitHub that does not answer keeps nobody from the last word', async () => {
  const running = await startSeen('shown', {
    'github-deployment': 'always',
    'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '',
  });
  await world.addFault('github', 'repos/create-deployment-status', 'hang', { times: 10 });
  const run = await cancel(running);
  await world.clearFaults();
  expectCancelled(run, 'the job was cancelled; ECS was asked to roll deployment arn:.* back');
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
