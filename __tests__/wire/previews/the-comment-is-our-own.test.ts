import { callsTo, linesOf } from '../../helpers/deployments.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
});
afterAll(() => world.stop());

const marker = (number: number) => `<!-- deploy-express:preview:default/web-pr-${number} -->`;
const allowed = { contents: 'read', 'pull-requests': 'write', deployments: 'write' };
const oursOf = async (number: number) =>
  (await world.comments(number)).filter(({ author }) => author === 'github-actions[bot]');

test('is found behind 130 others, on whatever page it is', async () => {
  await world.set(80, { labels: ['preview'] });
  await world.on({ action: 'opened', number: 80 });
  const comments = Array.from({ length: 130 }, (_none, index) => ({
    pullRequest: 81,
    author: 'alice',
    body: `comment ${index + 1}`,
  }));
  await world.set(81, { labels: ['preview'] });
  await world.emulator.post('github', { comments });
  await world.on({ action: 'opened', number: 81 });
  await world.on({ action: 'synchronize', number: 81, inputs: { image: 'public.ecr.aws/example/web:2' } });
  expect(await world.comments(81)).toHaveLength(131);
  expect(await oursOf(81)).toHaveLength(1);
});

test('two of our own, which two jobs at once have made, are both brought up to date', async () => {
  await world.set(79, { labels: ['preview'] });
  await world.emulator.post('github', {
    comments: [
      { pullRequest: 79, body: `${marker(79)}\nold` },
      { pullRequest: 79, author: 'alice', body: 'between them' },
      { pullRequest: 79, body: `${marker(79)}\nolder` },
    ],
  });
  await world.on({ action: 'opened', number: 79 });
  const [first, second, ...others] = (await oursOf(79)).map(({ body }) => body);
  expect(first).toContain(': live');
  expect(second).toBe(first);
  expect(others).toEqual([]);
});

test('is never one that somebody else put the marker into', async () => {
  await world.set(82, { labels: ['preview'] });
  const planted = `${marker(82)}\nThe preview is at https://evil.example`;
  await world.emulator.post('github', { comments: [{ pullRequest: 82, author: 'mallory', body: planted }] });
  await world.on({ action: 'opened', number: 82 });
  const comments = await world.comments(82);
  expect(comments[0]).toEqual({ author: 'mallory', body: planted });
  expect(comments[1]?.author).toBe('github-actions[bot]');
  expect(comments).toHaveLength(2);
});

test('is never one of our own that only quotes the marker, or was put away', async () => {
  await world.set(83, { labels: ['preview'] });
  await world.emulator.post('github', {
    comments: [
      { pullRequest: 83, body: `> ${marker(83)}` },
      { pullRequest: 83, body: `${marker(83)}\nold`, minimized: 'OUTDATED' },
    ],
  });
  await world.on({ action: 'opened', number: 83 });
  const bodies = (await oursOf(83)).map(({ body }) => body);
  expect(bodies.slice(0, 2)).toEqual([`> ${marker(83)}`, `${marker(83)}\nold`]);
  expect(bodies[2]).toContain(': live');
  expect(bodies).toHaveLength(3);
});

test('is not written again when nothing in it changes', async () => {
  await world.set(84, { labels: ['preview'] });
  await world.on({ action: 'opened', number: 84 });
  await world.set(84, { state: 'closed' });
  await world.on({ action: 'closed', number: 84 });
  const again = await world.on({ action: 'closed', number: 84 });
  expect(again.exitCode).toBe(0);
  expect(callsTo(again.calls, 'issues/list-comments')).not.toEqual([]);
  expect(callsTo(again.calls, 'issues/update-comment')).toEqual([]);
});

test('is not made to say that a preview is gone that never was', async () => {
  await world.set(85, { state: 'closed' });
  const run = await world.on({ action: 'closed', number: 85 });
  expect(run.exitCode).toBe(0);
  expect(await world.comments(85)).toEqual([]);
});

test('a token that only reads: deployed all the same, with one notice a permission', async () => {
  await world.set(86, { labels: ['preview'] });
  const permissions = { contents: 'read', 'pull-requests': 'read', deployments: 'read' };
  await world.emulator.post('github', { token: { permissions } });
  const run = await world.on({ action: 'opened', number: 86, inputs: { 'github-deployment': 'always' } });
  await world.emulator.post('github', { token: { permissions: allowed } });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'created' });
  expect(linesOf(run).filter((line) => line.startsWith('notice: could not'))).toEqual([
    expect.stringMatching(
      /^notice: could not write the comment on pull request 86: GitHub answered 403.*Give the job "permissions: pull-requests: write"\.$/,
    ),
    expect.stringMatching(
      /^notice: could not record the deployment to environment preview: GitHub answered 403.*Give the job "permissions: deployments: write", or set github-deployment: off\.$/,
    ),
  ]);
  expect(await world.comments(86)).toEqual([]);
});

test.each(['error', 'reset', 'throttle'])(
  'bad weather at GitHub (%s) never fails a deployment',
  async (fault) => {
    await world.set(87, { labels: ['preview'] });
    const job = await world.startOn({ action: 'opened', number: 87 });
    await world.emulator.addFaults([{ service: 'github', operation: '*', fault, times: 1000 }]);
    const run = await job.finished;
    await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(/::notice::could not (read|write)/);
  },
);

test('a cancelled job says what became of its deployment, also while GitHub is silent', async () => {
  // Nearly real time: the deployment goes on until the job is cancelled.
  const slow = await startPreviews('--speed', '1');
  try {
    await slow.set(89, { labels: ['preview'] });
    const job = await slow.startOn({ action: 'opened', number: 89 });
    await job.sawInLog('Created service');
    await slow.emulator.addFaults([{ service: 'github', operation: '*', fault: 'hang', times: 1000 }]);
    job.kill('SIGINT');
    const run = await job.finished;
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('the job was cancelled; ECS was asked to roll deployment');
    expect(run.log).not.toContain('its time is over');
  } finally {
    await slow.stop();
  }
});

test('on GitHub Enterprise Server it is written as well, with the log on that server', async () => {
  const { env } = world.emulator;
  await world.set(88, { labels: ['preview'] });
  const run = await world.on({
    action: 'opened',
    number: 88,
    inputs: { 'github-deployment': 'always' },
    env: {
      GITHUB_API_URL: `${env['GITHUB_API_URL']}/api/v3`,
      GITHUB_SERVER_URL: 'https://github.example.com',
    },
  });
  expect(run.exitCode).toBe(0);
  expect(run.log).not.toContain('::notice::');
  expect((await oursOf(88)).map(({ body }) => body)).toEqual([
    expect.stringContaining('(<https://github.example.com/octo/shop/actions/runs/1001/attempts/1>)'),
  ]);
  expect((await world.deployments('preview'))[0]?.states.at(-1)).toBe('success');
});

test('tells why a deployment failed in our own words, without what the container wrote', async () => {
  const secret = 'postgres://admin:hunter2@db';
  await world.emulator.post('stub', [{ imageContains: 'crash', exitCode: 3, logLines: [secret] }]);
  await world.set(95, { labels: ['preview'] });
  const inputs = { image: 'public.ecr.aws/example/crash:1', 'github-deployment': 'always' };
  const run = await world.on({ action: 'opened', number: 95, inputs });
  expect(run.log).toContain(`web-pr-95 stopped with exit code 3: ${secret}`);
  const [comment] = await oursOf(95);
  expect(comment?.body).toContain('web-pr-95 stopped with exit code 3');
  const sent = JSON.stringify(run.calls.filter(({ service }) => service === 'github'));
  expect(sent).toContain('web-pr-95 stopped with exit code 3');
  expect(sent).not.toContain('hunter2');
});
