import type { LoggedCall } from '../../../emulator/control/request-log.ts';
import {
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';

const latencyMs = 150;
const given = {
  'environment-variables': 'LOG_LEVEL=info\nREGION=eu',
  secrets: '{"DB":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"}',
  subnets: 'subnet-0a1b2c3d4e5f60001,subnet-0a1b2c3d4e5f60002',
  'security-groups': 'sg-0a1b2c3d,sg-0e4f5a6b',
  tags: 'team=web',
};

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--latency-ms', String(latencyMs));
  expect((await world.deploy(given)).exitCode).toBe(0);
});
afterAll(() => world.stop());

/** A call that arrives before the answer to another cannot have waited for it; the longest chain of those that could. */
function roundTrips(calls: readonly LoggedCall[]): number {
  const arrivals = calls.map(({ receivedAtMs }) => receivedAtMs).toSorted((a, b) => a - b);
  let [trips, answeredAt] = [0, Number.NEGATIVE_INFINITY];
  for (const at of arrivals) {
    if (at < answeredAt) continue;
    trips += 1;
    answeredAt = at + latencyMs;
  }
  return trips;
}

test('no mutating call, at most seven calls, never more than four round trips deep', async () => {
  const run = await world.deploy(given);
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
  expect(run.calls.length).toBeLessThanOrEqual(7);
  expect(roundTrips(run.calls)).toBeLessThanOrEqual(4);
  expect(run.outputs).toMatchObject({
    outcome: 'unchanged',
    changed: 'false',
    'deployment-status': 'SUCCESSFUL',
    image: 'public.ecr.aws/example/web:1',
    'service-arn': 'arn:aws:ecs:eu-west-1:123456789012:service/default/web',
    'deployment-arn': expect.stringContaining(':service-deployment/default/web/'),
    'service-revision-arn': expect.stringContaining(':service-revision/default/web/'),
    url: expect.stringMatching(/^https:\/\/we-/),
  });
  expect(run.summary).toContain('## <code>web</code>: up to date, nothing was sent');
});

test('it proves that the URL answers all the same', async () => {
  const run = await world.deploy(given);
  expect(linesOf(run)).toContain(`${run.outputs['url']}/ answered 200`);
});

test.each([
  [
    'order and form of lists',
    {
      ...given,
      'environment-variables': '[{"name":"REGION","value":"eu"},{"name":"LOG_LEVEL","value":"info"}]',
      subnets: 'subnet-0a1b2c3d4e5f60002, subnet-0a1b2c3d4e5f60001',
      'security-groups': 'sg-0e4f5a6b, sg-0a1b2c3d',
    },
  ],
  ['an empty command, which is the one of the image', { ...given, command: '[]' }],
  ['sizes in other units', { ...given, cpu: '0.25 vCPU', memory: '0.5 GB' }],
  ['nothing but the image', {}],
  ['merging what is there already', { 'environment-variables': 'REGION=eu', 'environment-mode': 'merge' }],
  ['tags that are there already', { ...given, 'mutate-tags-on-update': 'true' }],
])('%s makes no change', async (_what, inputs) => {
  const run = await world.deploy({ ...inputs, 'smoke-test': 'false' });
  expect({ changed: run.outputs['changed'], changes: changesOf(run.calls) }).toEqual({
    changed: 'false',
    changes: [],
  });
  expect(linesOf(run)).toContain('Nothing to do');
});

test('a dry run of it says that there is nothing to do', async () => {
  const run = await world.deploy({ ...given, 'smoke-test': 'false', 'dry-run': 'true' });
  expect(linesOf(run)).toContain('Nothing to do');
  expect(operationsOf(run.calls)).toEqual([
    'DescribeServices',
    'DescribeExpressGatewayService',
    expect.stringMatching(/^(ListServiceDeployments|DescribeServiceRevisions)$/),
    expect.stringMatching(/^(ListServiceDeployments|DescribeServiceRevisions)$/),
  ]);
});

test('one setting that differs is sent, and only that is shown as changed', async () => {
  const run = await world.deploy({ ...given, 'health-check-path': '/live' });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run).slice(0, 2)).toEqual([
    'health-check-path: / → /live',
    'Will update service web: 1 change',
  ]);
  expect(operationsOf(changesOf(run.calls))).toEqual(['UpdateExpressGatewayService']);
});
