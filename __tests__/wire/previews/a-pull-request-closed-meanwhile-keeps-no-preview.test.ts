import { linesOf } from '../../helpers/deployments.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
});
afterAll(() => world.stop());

const bodies = async (number: number) => (await world.comments(number)).map(({ body }) => body);

test('closed before the job of its last push began: nothing is created', async () => {
  await world.set(20, { labels: ['preview'] });
  const job = world.startOn({ action: 'synchronize', number: 20 });
  await world.set(20, { state: 'closed' });
  const run = await (await job).finished;
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted', changed: 'false' });
  expect(await world.statusOf('web-pr-20')).toBeUndefined();
  expect(await bodies(20)).toEqual([]);
  expect(linesOf(run)).toContain('No preview: pull request 20 was closed in the meantime');
});

/** Starts the job of the opened pull request, and has something happen before it sees the first of its deployment. */
async function deployWhile(
  number: number,
  happens: () => Promise<unknown>,
  inputs: Readonly<Record<string, string>> = {},
) {
  const held = await world.emulator.hold({
    service: 'ecs',
    operation: 'DescribeServiceDeployments',
    times: 1,
  });
  const job = await world.startOn({ action: 'opened', number, inputs });
  await held.arrived();
  await happens();
  await held.release();
  return job.finished;
}

test('closed while it is deployed: deleted as soon as the deployment has ended, and green', async () => {
  await world.set(21, { labels: ['preview'] });
  const run = await deployWhile(21, () => world.set(21, { state: 'closed' }));
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted', 'deleted-services': 'web-pr-21' });
  expect(await world.statusOf('web-pr-21')).not.toBe('ACTIVE');
  expect(await bodies(21)).toEqual([
    expect.stringContaining('It was deleted: pull request 21 was closed in the meantime.'),
  ]);
});

test('closed while its command runs: no service is created, and green', async () => {
  await world.set(25, { labels: ['preview'] });
  await world.emulator.post('ecs', { runTask: { seconds: 600 } });
  const inputs = {
    'pre-deploy-command': 'npm run migrate',
    subnets: 'subnet-0a1b2c3d4e5f60001',
    image: 'public.ecr.aws/example/web:1',
  };
  const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeTasks', times: 1 });
  const job = await world.startOn({ action: 'opened', number: 25, inputs });
  await held.arrived();
  await world.set(25, { state: 'closed' });
  await held.release();
  const run = await job.finished;
  await world.emulator.post('ecs', { runTask: {} });
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 0 });
  expect(run.log).not.toContain('Created service');
  expect(run.outputs).toMatchObject({ outcome: 'deleted' });
  expect(await world.statusOf('web-pr-25')).toBeUndefined();
});

test('closed and deleted by its own job while it is deployed: green as well', async () => {
  await world.set(22, { labels: ['preview'] });
  const run = await deployWhile(22, async () => {
    await world.set(22, { state: 'closed' });
    const closing = await (await world.startOn({ action: 'closed', number: 22 })).finished;
    expect(closing.exitCode).toBe(0);
  });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted' });
  expect(await world.statusOf('web-pr-22')).not.toBe('ACTIVE');
});

test('unlabelled while it is deployed: deleted', async () => {
  await world.set(23, { labels: ['preview'] });
  const run = await deployWhile(23, () => world.set(23, { labels: [] }));
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'No preview: pull request 23 lost the label preview in the meantime',
      'Will delete service web-pr-23',
    ]),
  );
});

test('a deployment that failed of a pull request closed meanwhile leaves nothing, and nothing red', async () => {
  await world.set(24, { labels: ['preview'] });
  await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 1, logLines: ['no such colour'] }]);
  const image = 'public.ecr.aws/example/broken:1';
  const run = await deployWhile(24, () => world.set(24, { state: 'closed' }), { image });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted' });
  expect(await world.statusOf('web-pr-24')).not.toBe('ACTIVE');
});

test('opened again before the job of its closing ran: nothing is deleted', async () => {
  await world.set(25, { labels: ['preview'], state: 'closed' });
  const job = world.startOn({ action: 'closed', number: 25 });
  await world.set(25, { state: 'open' });
  const run = await (await job).finished;
  expect(run.exitCode).toBe(0);
  expect(run.log).toContain('pull request 25 asks for a preview again');
});

test('the job of an older push, run again, leaves the newer preview as it is', async () => {
  await world.set(27, { labels: ['preview'], headSha: 'a'.repeat(40) });
  const event = { action: 'synchronize', number: 27 };
  const older = await world.jobOf({ ...event, inputs: { image: 'public.ecr.aws/example/web:1' } });
  await world.set(27, { headSha: 'b'.repeat(40) });
  const newer = await world.on({ ...event, inputs: { image: 'public.ecr.aws/example/web:2' } });
  expect(newer.outputs).toMatchObject({ outcome: 'created' });
  const comments = await bodies(27);
  await world.emulator.forgetRequests();
  const run = await world.deploy(older.inputs, { env: older.env });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'skipped', changed: 'false' });
  expect(run.log).toContain(`Nothing was done: pull request 27 is at commit ${'b'.repeat(40)} now`);
  const calls = await world.emulator.requests();
  expect(calls.map(({ operation }) => operation)).toEqual(['pulls/get']);
  expect(await bodies(27)).toEqual(comments);
});

test('when GitHub does not tell, the event is believed, and a notice names the permission', async () => {
  await world.set(26, { labels: ['preview'], state: 'closed' });
  await world.emulator.post('github', { token: { permissions: { contents: 'read' } } });
  const run = await world.on({ action: 'closed', number: 26 });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted' });
  expect(linesOf(run)).toContain(
    'notice: could not read pull request 26: GitHub answered 403: Resource not accessible by integration. Give the job "permissions: pull-requests: read". Its state was taken from the event.',
  );
});

/** The event of a first attempt is new. That of a second one may be of last week. */
describe.each([
  ['GitHub fails', 28, { github: { fault: 'error' } }, 'GitHub answered 500: Server Error.'],
  [
    'GitHub denies it',
    29,
    { github: { fault: 'denied' } },
    'Give the job "permissions: pull-requests: read".',
  ],
  [
    'there is no such pull request',
    30,
    { github: { fault: 'error', status: 404, message: 'Not Found' } },
    'GitHub does not show it',
  ],
  ['there is no token', 31, { inputs: { 'github-token': '' } }, 'github-token is empty'],
])(
  'a job that is run again, and cannot see what its pull request is like: %s',
  (_why, number, given, words) => {
    const again = async (job: Awaited<ReturnType<Previews['jobOf']>>) => {
      const { github, inputs } = { github: undefined, inputs: {}, ...given };
      if (github !== undefined) {
        await world.emulator.addFaults([{ service: 'github', operation: 'pulls/get', times: 3, ...github }]);
      }
      await world.emulator.forgetRequests();
      const env = { ...job.env, GITHUB_RUN_ATTEMPT: '2' };
      const run = await world.deploy({ ...job.inputs, ...inputs }, { env });
      await world.emulator.clearFaults();
      return run;
    };
    let live: string[];

    test('an older push does not replace the newer preview', async () => {
      await world.set(number, { labels: ['preview'], headSha: 'a'.repeat(40) });
      const older = await world.jobOf({ action: 'synchronize', number });
      await world.set(number, { headSha: 'b'.repeat(40) });
      await world.on({ action: 'synchronize', number, inputs: { image: 'public.ecr.aws/example/web:2' } });
      live = await bodies(number);
      const run = await again(older);
      expect(run.exitCode).toBe(1);
      expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
      expect(run.log).toContain(
        `the state of pull request ${number} could not be read, and the event of a job that is run again may be old [github-refused]`,
      );
      expect(run.log).toContain(words);
      expect(run.calls.filter(({ service }) => service !== 'github')).toEqual([]);
      expect(await bodies(number)).toEqual(live);
    });

    test('an older closing does not delete the preview of what is open again', async () => {
      await world.set(number, { state: 'closed' });
      const closed = await world.jobOf({ action: 'closed', number });
      await world.set(number, { state: 'open' });
      const run = await again(closed);
      expect(run.exitCode).toBe(1);
      expect(await world.statusOf(`web-pr-${number}`)).toBe('ACTIVE');
      expect(await bodies(number)).toEqual(live);
    });
  },
);
