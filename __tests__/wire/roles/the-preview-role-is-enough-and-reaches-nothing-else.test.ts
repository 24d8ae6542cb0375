import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentRun } from '../../helpers/deployments.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { policyOf } from '../../helpers/policies.ts';
import { type Previews, type PullRequestEvent, startPreviews } from '../../helpers/previews.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';

let world: Previews;
let docker: FakeDocker;
let workspace: string;
beforeAll(async () => {
  docker = installPushingDocker();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
  world = await startPreviews();
  await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 3, logLines: ['no database'] }]);
  // Production runs beside, and was not deployed by this role.
  expect(await world.deploy({ 'service-name': 'web' })).toMatchObject({ exitCode: 0 });
  await world.emulator.post('policy', policyOf('preview'));
});
afterAll(async () => {
  await world.stop();
  docker.remove();
  rmSync(workspace, { recursive: true });
});

async function on(
  number: number,
  action: string,
  more: Partial<PullRequestEvent> = {},
): Promise<DeploymentRun> {
  const env = { GITHUB_WORKSPACE: workspace, ...more.env };
  const run = await world.on({
    number,
    action,
    ...more,
    inputs: { 'preview-trigger': 'all', image: '', ...more.inputs },
    env,
  });
  expect(run.log).not.toContain('not authorized');
  return run;
}

test('a pull request is built, pushed, deployed again, and deleted with its images', async () => {
  await world.set(7);
  const expiring = { 'repository-expire-untagged-days': '30' };
  expect(await on(7, 'opened', { inputs: expiring })).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'created' },
  });
  await world.set(7, { headSha: 'b'.repeat(40) });
  expect(await on(7, 'synchronize')).toMatchObject({ exitCode: 0, outputs: { outcome: 'updated' } });
  await world.set(7, { state: 'closed' });
  expect(await on(7, 'closed')).toMatchObject({ exitCode: 0, outputs: { outcome: 'deleted' } });
});

test('a command runs before a preview is deployed', async () => {
  await world.set(10);
  const command = {
    image: 'public.ecr.aws/example/web:1',
    subnets: 'subnet-0a1b2c3d4e5f60001',
    'pre-deploy-command': 'npm run migrate',
  };
  const run = await on(10, 'opened', { inputs: command });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
  expect(run.log).toContain('pre-deploy-command ended with exit code 0');
  expect(run.log).toContain('give previews variables and secrets of a database of their own');
  await world.set(10, { state: 'closed' });
  expect(await on(10, 'closed')).toMatchObject({ outputs: { outcome: 'deleted' } });
});

test('a failure is explained', async () => {
  await world.set(8);
  const run = await on(8, 'opened', { inputs: { image: 'public.ecr.aws/example/broken:1' } });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('no database');
});

test('what is left behind is swept', async () => {
  await world.set(8, { state: 'closed' });
  const run = await world.sweep();
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'swept', 'deleted-services': 'web-pr-8' } });
});

test.each([
  ['deployed', { image: 'public.ecr.aws/example/web:2' }, 'ecs:UpdateExpressGatewayService'],
  ['deleted', { operation: 'delete', force: 'true' }, 'ecs:DeleteExpressGatewayService'],
])('production cannot be %s with it', async (_what, inputs, action) => {
  const run = await world.deploy({ 'service-name': 'web', ...inputs });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/service\/default\/web because no identity-based policy allows/);
  expect(
    run.calls.filter(({ operation, status }) => `ecs:${operation}` === action && status === 200),
  ).toEqual([]);
  expect(await world.statusOf('web')).toBe('ACTIVE');
});

test('nor can its images be pushed to', async () => {
  await world.set(9);
  const run = await world.on({
    number: 9,
    action: 'opened',
    inputs: { 'preview-trigger': 'all', image: '', repository: 'web' },
    env: { GITHUB_WORKSPACE: workspace },
  });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('repository/web because no identity-based policy allows');
});
