import { callsTo, changesOf, type Deployments, startDeployments } from '../../helpers/deployments.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

type Answer = Record<string, unknown>;

let world: Deployments;
/** For faults, which would meet whatever runs beside. */
let calm: Deployments;
beforeAll(async () => {
  [world, calm] = await Promise.all([startDeployments('--speed', '2000'), startDeployments('--speed', '60')]);
});
afterAll(() => Promise.all([world.stop(), calm.stop()]));

const brief = { 'wait-for-minutes': '0.1' };

/** A first deployment while AWS answers in a way of its own. Started together: each lasts the six seconds it may. */
async function startThrough(
  change: (operation: string, answer: Answer) => unknown,
  inputs: Readonly<Record<string, string>>,
): Promise<() => Promise<ActionRun>> {
  const proxy = await startTamperingProxy(world.emulator.url, change);
  const { finished } = world.start(inputs, { env: { AWS_ENDPOINT_URL: proxy.url } });
  void finished.finally(() => proxy.stop());
  return () => finished;
}

let frozen: () => Promise<ActionRun>;
let silent: () => Promise<ActionRun>;
beforeAll(async () => {
  frozen = await startThrough(
    (operation, answer) => {
      for (const deployment of (answer['serviceDeployments'] as Answer[] | undefined) ?? [])
        if (operation === 'DescribeServiceDeployments') deployment['status'] = 'FROZEN';
      return answer;
    },
    { 'service-name': 'frozen', ...brief },
  );
  silent = await startThrough(
    (operation, answer) => (operation === 'ListServiceDeployments' ? { serviceDeployments: [] } : answer),
    { 'service-name': 'silent', ...brief },
  );
});

test('when the time is up it is red, with the health of the targets and what to do', async () => {
  await calm.emulator.post('stub', [{ imageContains: 'sick', healthStatus: 503, logLines: ['warming up'] }]);
  const image = 'public.ecr.aws/example/sick:1';
  const run = await calm.deploy({ image, 'health-check-path': '/ready', ...brief });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[deployment-timed-out]');
  expect(run.log).toContain('raise wait-for-minutes');
  expect(run.log).toContain('IN_PROGRESS, SCALE_UP, 1 of 1 tasks run');
  for (const text of [run.log, run.summary]) {
    expect(text).toContain('Targets that are not healthy');
    expect(text).toMatch(
      /\d+\.\d+\.\d+\.\d+:80 unhealthy: Target\.ResponseCodeMismatch, Health checks failed with/,
    );
    expect(text).toContain('warming up');
    expect(text).toContain('The health check path answers with a server error');
  }
  expect(run.outputs).toMatchObject({ outcome: 'failed', 'deployment-status': 'IN_PROGRESS' });
  // Left as it is: nobody asked to stop it.
  expect(callsTo(run.calls, 'StopServiceDeployment')).toEqual([]);
});

test('credentials that expire while waiting are red at once, with how to make them last', async () => {
  await calm.addFault('ecs', 'DescribeServiceDeployments', 'expired', { after: 1, times: 100 });
  const run = await calm.deploy({ 'service-name': 'expiring' });
  await calm.clearFaults();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[credentials-expired]');
  expect(run.log).toContain('role-duration-seconds');
  expect(run.log).toContain('The deployment continues in ECS, and this job does not watch it any more');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
  expect(run.summary).toContain('<code>credentials-expired</code>');
  expect(
    callsTo(run.calls, 'DescribeServiceDeployments').filter(({ status }) => status !== 200),
  ).toHaveLength(1);
});

test('a missing permission to watch is red at once, and names the action', async () => {
  await calm.addFault('ecs', 'DescribeServiceDeployments', 'denied', { times: 100 });
  const run = await calm.deploy({ 'service-name': 'unwatched' });
  await calm.clearFaults();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[access-denied]');
  expect(run.log).toContain('Allow ecs:DescribeServiceDeployments in the policy');
  expect(run.summary).toContain('ecs:DescribeServiceDeployments');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
  expect(callsTo(run.calls, 'DescribeServiceDeployments')).toHaveLength(1);
  expect(changesOf(run.calls).map(({ operation }) => operation)).toEqual(['CreateExpressGatewayService']);
});

test('a status that nobody knows yet is waited on, and is not success when the time is up', async () => {
  const run = await frozen();
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(
    /no verdict within 6 s: the deployment is FROZEN, which this action does not know \[deployment-timed-out\]/,
  );
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true', 'deployment-status': 'FROZEN' });
  expect(run.summary).toContain('<code>deployment-timed-out</code>');
});

test('a deployment that never appears is a failure', async () => {
  const run = await silent();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    'ECS accepted the request, but began no deployment within 6 s [deployment-failed]',
  );
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
  expect(run.summary).toContain('began no deployment within 6 s');
});

test('whether a deployment began, nobody knows when the last look for it had no answer', async () => {
  await calm.addFault('ecs', 'ListServiceDeployments', 'throttle', { times: 100 });
  const run = await calm.deploy({ 'service-name': 'throttled', ...brief });
  await calm.clearFaults();
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain('began no deployment');
  expect(run.log).toMatch(
    /ECS accepted the request, but it is not known whether a deployment began within 6 s: .*Rate exceeded.*\[deployment-timed-out\]/,
  );
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test('that ECS could not show the deployment is no word of its being too new to be seen', async () => {
  const reason = { arn: 'deployment', reason: 'UNAVAILABLE', detail: 'come again' };
  const finished = await startThrough(
    (operation, answer) =>
      operation === 'DescribeServiceDeployments' ? { serviceDeployments: [], failures: [reason] } : answer,
    { 'service-name': 'unshown', ...brief },
  );
  const run = await finished();
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain('not visible yet');
  expect(run.log).toMatch(
    /could not describe deployment arn:\S+: UNAVAILABLE, come again \[aws-refused\]%0AThe deployment continues in ECS, and this job does not watch it any more/,
  );
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test('where the revision is not shown after the end, it is said that the image was not compared', async () => {
  let isOver = false;
  const finished = await startThrough(
    (operation, answer) => {
      const [seen] = (answer['serviceDeployments'] as Answer[] | undefined) ?? [];
      if (operation === 'DescribeServiceDeployments') isOver = seen?.['status'] === 'SUCCESSFUL';
      if (operation !== 'DescribeServiceRevisions' || !isOver) return answer;
      return { serviceRevisions: [], failures: [{ arn: 'revision', reason: 'MISSING' }] };
    },
    { 'service-name': 'unrevised', 'smoke-test': 'false' },
  );
  const run = await finished();
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
  expect(run.log).toContain(
    'Could not compare the running image with the deployed one: ECS does not show the revision',
  );
});
