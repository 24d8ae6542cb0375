import { CreateExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../helpers/express-service.ts';
import { type Previews, REPOSITORY_ID, startPreviews } from '../helpers/previews.ts';
import type { ActionRun } from '../helpers/run-action.ts';
import { startTamperingProxy } from '../helpers/tampering-proxy.ts';

/** Whatever a run was about and however it ended: every output is set, the summary says what happened. */

let world: Previews;
beforeEach(async () => {
  world = await startPreviews();
});
afterEach(() => world.stop());

async function leavePreview(pullRequest: number, lastDeployedAt: string): Promise<void> {
  await world.set(pullRequest, { state: 'closed' });
  const tags = {
    'managed-by': 'deploy-express',
    'deploy-express:repository-id': REPOSITORY_ID,
    'deploy-express:pull-request': String(pullRequest),
    'deploy-express:preview-of': 'web',
    'deploy-express:created-at': lastDeployedAt,
    'deploy-express:last-deployed-at': lastDeployedAt,
  };
  await world.ecs.send(
    new CreateExpressGatewayServiceCommand({
      serviceName: `web-pr-${pullRequest}`,
      executionRoleArn: EXECUTION_ROLE,
      infrastructureRoleArn: INFRASTRUCTURE_ROLE,
      primaryContainer: { image: 'public.ecr.aws/example/web:1' },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  );
}

const outputCount = 17;

function expectFailed(run: ActionRun, code: string, outputs: Readonly<Record<string, string>> = {}): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`[${code}]`);
  expect(Object.keys(run.outputs)).toHaveLength(outputCount);
  expect(run.outputs).toMatchObject({
    outcome: 'failed',
    changed: 'false',
    'deleted-services': '',
    ...outputs,
  });
  expect(run.summary).toContain(`(<code>${code}</code>)`);
}

describe('a sweep', () => {
  test('that may not ask GitHub', async () => {
    await leavePreview(1, '2026-01-01T00:00:00Z');
    await world.emulator.post('github', { token: { permissions: { contents: 'read' } } });
    const run = await world.sweep();
    expectFailed(run, 'github-refused');
    expect(run.summary).toMatch(/^## Previews\n/);
  });

  test('that is told nonsense', async () => {
    expectFailed(await world.sweep({ 'max-deletions': 'many' }), 'input-invalid');
  });

  test('that cannot delete one of two', async () => {
    await leavePreview(1, '2026-01-01T00:00:00Z');
    await leavePreview(2, '2026-01-02T00:00:00Z');
    await world.addFault('ecs', 'DeleteExpressGatewayService', 'denied');
    const run = await world.sweep();
    expectFailed(run, 'access-denied', { changed: 'true', 'deleted-services': 'web-pr-2' });
    expect(run.summary).toContain('| <code>web-pr-2</code> | pull request 2 is closed |');
    expect(run.summary).toContain('### Could not be deleted');
  });

  test('that is cancelled while AWS thinks about the second', async () => {
    await leavePreview(1, '2026-01-01T00:00:00Z');
    await leavePreview(2, '2026-01-02T00:00:00Z');
    const call = { service: 'ecs', operation: 'DeleteExpressGatewayService', after: 1 };
    const held = await world.emulator.hold(call);
    const job = world.sweepJob();
    const running = world.start(job.inputs, { env: job.env });
    await held.arrived();
    running.kill('SIGINT');
    const run = await running.finished;
    await held.release();
    expectFailed(run, 'cancelled', { changed: 'true', 'deleted-services': 'web-pr-1' });
    expect(run.log).toContain(
      'AWS had not answered yet. AWS may still have done this: delete web-pr-2: pull request 2 is closed',
    );
    expect(run.summary).toContain('| <code>web-pr-1</code> | pull request 1 is closed |');
  });

  test('that is cancelled before AWS says which previews there are', async () => {
    const held = await world.emulator.hold({ service: 'ecs', operation: 'ListServices' });
    const job = world.sweepJob();
    const running = world.start(job.inputs, { env: job.env });
    await held.arrived();
    running.kill('SIGINT');
    const run = await running.finished;
    await held.release();
    expectFailed(run, 'cancelled');
  });
});

describe('a migration plan', () => {
  const migration = { operation: 'plan-migration', 'apprunner-service': 'nowhere', 'service-name': '' };

  test('of a service that is not there', async () => {
    const run = await world.deploy(migration);
    expectFailed(run, 'plan-refused');
    expect(run.summary).toMatch(/^## Migration plan\n/);
  });

  test('that is cancelled before App Runner answers', async () => {
    const held = await world.emulator.hold({ service: 'apprunner', operation: '*' });
    const running = world.start(migration);
    await held.arrived();
    running.kill('SIGINT');
    const run = await running.finished;
    await held.release();
    expectFailed(run, 'cancelled');
  });
});

/** What AWS never says, and so nothing here is made for: each is met as a bug of ours. */
describe('a bug of ours', () => {
  type Answer = Record<string, unknown>;

  async function deployThrough(change: (operation: string, answer: Answer) => Answer): Promise<ActionRun> {
    const proxy = await startTamperingProxy(world.emulator.url, change);
    const token = world.emulator.env['GITHUB_TOKEN'] ?? '';
    const inputs = { 'github-token': token, 'github-deployment': 'always' };
    return world
      .start(inputs, { env: { AWS_ENDPOINT_URL: proxy.url, GITHUB_SHA: 'a'.repeat(40) } })
      .finished.finally(() => proxy.stop());
  }

  function expectBug(run: ActionRun): void {
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('This is a bug in the action');
    expect(run.log).toContain('TypeError');
    expect(Object.keys(run.outputs)).toHaveLength(outputCount);
    expect(run.outputs['outcome']).toBe('failed');
    expect(run.summary).toContain('<code>web</code>: failed');
    expect(run.summary).toContain('bug in this action');
  }

  test('at the first look', async () => {
    await world.deploy();
    const run = await deployThrough((operation, answer) =>
      operation === 'DescribeExpressGatewayService' ? { service: { activeConfigurations: [null] } } : answer,
    );
    expectBug(run);
    expect(run.outputs['service-name']).toBe('web');
    expect(run.outputs['changed']).toBe('false');
    expect((await world.deployments('web')).map(({ states }) => states)).toEqual([['failure']]);
  });

  test('in the middle of a rollout: the deployment on GitHub is closed, and learns nothing of the stack', async () => {
    const run = await deployThrough((operation, answer) =>
      operation === 'DescribeServiceDeployments' ? { serviceDeployments: [null] } : answer,
    );
    expectBug(run);
    expect(run.outputs['changed']).toBe('true');
    const [shown] = await world.deployments('web');
    expect(shown?.states).toEqual(['in_progress', 'failure']);
    expect(shown?.description).not.toContain('TypeError');
  });
});
