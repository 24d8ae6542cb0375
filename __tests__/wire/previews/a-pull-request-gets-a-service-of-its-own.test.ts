import { callsTo, changesOf, linesOf, operationsOf } from '../../helpers/deployments.ts';
import { type Previews, REPOSITORY_ID, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
  await world.set(7, { headSha: 'a'.repeat(40) });
});
afterAll(() => world.stop());

const always = { 'github-deployment': 'always' };
const head = (digit: string) => digit.repeat(40);
let url = '';

test('opened without the label: a notice, and nothing else', async () => {
  const run = await world.on({ action: 'opened', number: 7 });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain('notice: Nothing was done: pull request 7 does not have the label preview.');
  expect(run.calls).toEqual([]);
  expect(run.outputs).toMatchObject({ outcome: 'skipped', changed: 'false', url: '' });
});

test('given the label: a small service with its tags, a comment, and a deployment', async () => {
  await world.set(7, { labels: ['preview'] });
  const run = await world.on({ action: 'labeled', number: 7, label: 'preview', inputs: always });
  expect(run.exitCode).toBe(0);
  url = run.outputs['url'] ?? '';
  expect(run.outputs).toMatchObject({
    outcome: 'created',
    'service-name': 'web-pr-7',
    url: expect.stringMatching(/^https:\/\/we-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/),
  });
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input).toMatchObject({
    serviceName: 'web-pr-7',
    cpu: '256',
    memory: '512',
    scalingTarget: { minTaskCount: 1, maxTaskCount: 1 },
  });
  expect(await world.tagsOf('web-pr-7')).toEqual({
    'managed-by': 'deploy-express',
    'deploy-express:repository-id': REPOSITORY_ID,
    'deploy-express:pull-request': '7',
    'deploy-express:preview-of': 'web',
    'deploy-express:created-at': expect.stringMatching(/^20\d\d-.*Z$/),
    'deploy-express:last-deployed-at': expect.stringMatching(/^20\d\d-.*Z$/),
  });
  const comments = await world.comments(7);
  expect(comments).toHaveLength(1);
  expect(comments[0]).toMatchObject({ author: 'github-actions[bot]' });
  expect(comments[0]?.body).toContain('### Preview of <code>web</code>: live');
  expect(comments[0]?.body).toContain(`<${url}>`);
  expect(comments[0]?.body).toContain(head('a'));
  expect(await world.deployments('preview')).toEqual([
    {
      task: 'deploy:web-pr-7',
      ref: head('a'),
      payload: expect.objectContaining({ service: 'web-pr-7', pull_request: 7, commit: head('a') }),
      transient: true,
      states: ['in_progress', 'success'],
      url,
      description: 'web-pr-7: created',
    },
  ]);
});

test('pushed to: the same service and URL, the same comment, a new deployment that takes the place of the old', async () => {
  await world.set(7, { headSha: head('b') });
  const run = await world.on({
    action: 'synchronize',
    number: 7,
    inputs: { ...always, image: 'public.ecr.aws/example/web:2' },
  });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'updated', url });
  expect(await world.comments(7)).toEqual([
    { author: 'github-actions[bot]', body: expect.stringContaining(head('b')) },
  ]);
  const shown = await world.deployments('preview');
  expect(shown.map(({ ref, states }) => [ref, states])).toEqual([
    [head('b'), ['in_progress', 'success']],
    [head('a'), ['in_progress', 'success', 'inactive']],
  ]);
});

test('a failed push is shown as one, with its reason, and with what still runs', async () => {
  await world.set(7, { headSha: head('c') });
  await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 1, logLines: ['no such colour'] }]);
  const run = await world.on({
    action: 'synchronize',
    number: 7,
    inputs: { ...always, image: 'public.ecr.aws/example/broken:1' },
  });
  expect(run.exitCode).toBe(1);
  const [comment] = await world.comments(7);
  expect(comment?.body).toContain('### Preview of <code>web</code>: failed');
  expect(comment?.body).toContain('rolled back');
  expect(comment?.body).toContain(`| Still running | <${url}> |`);
  const shown = await world.deployments('preview');
  expect(shown.map(({ states }) => states.at(-1))).toEqual(['failure', 'success', 'inactive']);
  expect(shown[0]?.description).toContain('rolled back');
});

test('another label changes nothing', async () => {
  await world.set(7, { labels: ['preview', 'bug'] });
  const run = await world.on({ action: 'labeled', number: 7, label: 'bug' });
  expect(run.exitCode).toBe(0);
  expect(run.calls).toEqual([]);
});

test('the label taken away: the service goes, the comment says so, no deployment is left running', async () => {
  await world.set(7, { labels: ['bug'] });
  const run = await world.on({ action: 'unlabeled', number: 7, label: 'preview', inputs: always });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted', 'deleted-services': 'web-pr-7' });
  expect(await world.statusOf('web-pr-7')).not.toBe('ACTIVE');
  expect((await world.comments(7)).map(({ body }) => body)).toEqual([
    expect.stringContaining('It was deleted: pull request 7 lost the label preview.'),
  ]);
  const states = (await world.deployments('preview')).map((each) => each.states.at(-1));
  expect(states).toEqual(['failure', 'inactive', 'inactive']);
});

test('given the label again: a new service as soon as the name is free', async () => {
  await world.set(7, { labels: ['preview'] });
  const run = await world.on({ action: 'labeled', number: 7, label: 'preview' });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'created' });
  expect((await world.comments(7)).map(({ body }) => body)).toEqual([expect.stringContaining(': live')]);
});

test('closed: deleted; and closed once more: nothing is left to do', async () => {
  await world.set(7, { state: 'closed' });
  const closed = await world.on({ action: 'closed', number: 7, inputs: { 'wait-for-deletion': 'true' } });
  expect(closed.exitCode).toBe(0);
  expect(closed.outputs).toMatchObject({ outcome: 'deleted', changed: 'true' });
  const again = await world.on({ action: 'closed', number: 7 });
  expect(again.exitCode).toBe(0);
  expect(again.outputs).toMatchObject({ outcome: 'deleted', changed: 'false' });
  expect(changesOf(again.calls).filter(({ service }) => service === 'ecs')).toEqual([]);
});

test('an event that is none of a pull request: a notice', async () => {
  const run = await world.on({ action: '', number: 7, env: { GITHUB_EVENT_NAME: 'push' } });
  expect(run.exitCode).toBe(0);
  expect(run.log).toContain('previews are created on the event pull_request, and this is push');
  expect(operationsOf(run.calls)).toEqual([]);
});
