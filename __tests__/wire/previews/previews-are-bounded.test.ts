import { callsTo, changesOf, linesOf } from '../../helpers/deployments.ts';
import { createWeb } from '../../helpers/express-service.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
});
afterAll(() => world.stop());

test('one more than max-previews is refused, with the list of what runs; an update is not one more', async () => {
  const inputs = { 'max-previews': '2' };
  for (const number of [1, 2, 3]) await world.set(number, { labels: ['preview'] });
  await world.on({ action: 'opened', number: 1, inputs });
  await world.on({ action: 'opened', number: 2, inputs });
  const refused = await world.on({ action: 'opened', number: 3, inputs });
  expect(refused.exitCode).toBe(1);
  expect(refused.log).toMatch(
    /max-previews is 2, and these previews of web run already: web-pr-[12] \(pull request [12]\), web-pr-[12] \(pull request [12]\) \[plan-refused\]/,
  );
  expect(changesOf(refused.calls).filter(({ service }) => service === 'ecs')).toEqual([]);
  expect((await world.comments(3)).map(({ body }) => body)).toEqual([
    expect.stringContaining('max-previews is 2, and these previews of web run already: web-pr-'),
  ]);

  const update = await world.on({
    action: 'synchronize',
    number: 1,
    inputs: { ...inputs, image: 'public.ecr.aws/example/web:2' },
  });
  expect(update.exitCode).toBe(0);
  const other = await world.on({ action: 'opened', number: 3, inputs: { ...inputs, 'service-name': 'api' } });
  expect(other.outputs).toMatchObject({ outcome: 'created', 'service-name': 'api-pr-3' });
});

test('a preview whose former service still drains is one more, too', async () => {
  // Nearly real time: on a busy machine, too, it still drains when it is looked at.
  const slow = await startPreviews('--speed', '1');
  try {
    for (const number of [1, 2]) {
      await slow.set(number, { labels: ['preview'] });
      const opening = await slow.startOn({ action: 'opened', number });
      await opening.sawInLog('Created service');
      await slow.emulator.advance(1800);
      expect((await opening.finished).exitCode).toBe(0);
    }
    await slow.set(1, { state: 'closed' });
    await slow.on({ action: 'closed', number: 1 });
    await slow.set(1, { state: 'open' });
    expect(await slow.statusOf('web-pr-1')).toBe('DRAINING');
    const reopened = await slow.on({ action: 'reopened', number: 1, inputs: { 'max-previews': '1' } });
    expect(reopened.log).toContain('max-previews is 1, and these previews of web run already: web-pr-2');
  } finally {
    await slow.stop();
  }
});

test('a name that is too long is cut and told apart by a hash, and is deleted by the same name', async () => {
  const inputs = { 'service-name': `checkout-${'x'.repeat(200)}` };
  await world.set(4, { labels: ['preview'] });
  const run = await world.on({ action: 'opened', number: 4, inputs });
  expect(run.exitCode).toBe(0);
  const name = run.outputs['service-name'] ?? '';
  expect(name).toMatch(/^checkout-x+-[0-9a-f]{8}-pr-4$/);
  expect(name).toHaveLength(63);
  expect(await world.tagsOf(name)).toMatchObject({ 'deploy-express:preview-of': inputs['service-name'] });
  await world.set(4, { state: 'closed' });
  const closed = await world.on({ action: 'closed', number: 4, inputs });
  expect(closed.outputs).toMatchObject({ outcome: 'deleted', 'deleted-services': name });
});

test('a service of that name which is no preview is neither changed nor deleted', async () => {
  await createWeb(world.ecs, { serviceName: 'web-pr-5' });
  await world.set(5, { labels: ['preview'] });
  const opened = await world.on({ action: 'opened', number: 5 });
  expect(opened.exitCode).toBe(1);
  expect(opened.log).toContain('its tags do not say that it is the preview of pull request 5');
  await world.set(5, { state: 'closed' });
  const closed = await world.on({ action: 'closed', number: 5, inputs: { force: 'true' } });
  expect(closed.exitCode).toBe(1);
  expect(callsTo(closed.calls, 'DeleteExpressGatewayService')).toEqual([]);
  expect(await world.statusOf('web-pr-5')).toBe('ACTIVE');
});

test('settings of the workflow go before the small defaults', async () => {
  await world.set(6, { labels: ['wanted'] });
  const run = await world.on({
    action: 'opened',
    number: 6,
    inputs: {
      'preview-label': 'wanted',
      cpu: '512',
      memory: '1024',
      'max-task-count': '3',
      tags: 'team=shop',
    },
  });
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input).toMatchObject({
    cpu: '512',
    memory: '1024',
    scalingTarget: { minTaskCount: 1, maxTaskCount: 3 },
  });
  expect(await world.tagsOf('web-pr-6')).toMatchObject({ team: 'shop', 'deploy-express:pull-request': '6' });
});

test('reconciling tags never takes away those of the preview', async () => {
  const inputs = { 'preview-label': 'wanted', tags: 'stage=preview', 'mutate-tags-on-update': 'true' };
  const run = await world.on({ action: 'synchronize', number: 6, inputs });
  expect(run.exitCode).toBe(0);
  const tags = await world.tagsOf('web-pr-6');
  expect(tags).toMatchObject({ stage: 'preview', 'deploy-express:pull-request': '6' });
  expect(tags).not.toHaveProperty('team');
});

test('what can only be a mistake is said before anything is asked', async () => {
  await world.set(7, { labels: ['preview'] });
  const run = await world.on({
    action: 'opened',
    number: 7,
    inputs: { 'preview-trigger': 'sometimes', 'max-previews': 'many', operation: 'delete' },
  });
  expect(run.exitCode).toBe(1);
  expect(linesOf(run).join('\n')).toMatch(
    /preview-trigger: "sometimes"; wanted one of label, all.*max-previews: "many"; wanted a whole number/s,
  );
  expect(run.log).toContain('operation: delete with preview true');
  expect(run.calls).toEqual([]);
});
