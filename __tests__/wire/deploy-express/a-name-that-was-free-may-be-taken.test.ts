import { CreateExpressGatewayServiceCommand, UpdateExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { createWeb, EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';
import { startPreviews } from '../../helpers/previews.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

/** Between the look at a name and the create of its service somebody else may create it. */

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
});
afterAll(() => world.stop());

/** A first deployment whose create is on its way while `act` is done, then the requests that it makes from there on. */
async function whileCreateIsOnItsWay(
  inputs: Readonly<Record<string, string>>,
  act: () => Promise<unknown>,
  at = world,
) {
  const held = await at.emulator.hold({
    service: 'ecs',
    operation: 'CreateExpressGatewayService',
    when: 'before',
  });
  const running = at.start(inputs);
  await held.arrived();
  await act();
  await at.emulator.forgetRequests();
  await held.release();
  return { ...(await running.finished), calls: await at.emulator.requests() };
}

async function deploymentsOf(name: string): Promise<readonly string[]> {
  const state = (await world.emulator.get('state')) as {
    ecs: { services: { name: string; deployments: { status: string }[] }[] };
  };
  return state.ecs.services
    .filter((service) => service.name === name)
    .flatMap(({ deployments }) => deployments.map(({ status }) => status));
}

test('two first deployments of one name at once: the second updates what the first made', async () => {
  const name = { 'service-name': 'raced' };
  const run = await whileCreateIsOnItsWay({ ...name, 'environment-variables': 'COLOUR=teal' }, async () => {
    const first = await world.start({
      ...name,
      image: 'public.ecr.aws/example/web:2',
      'environment-variables': 'COLOUR=plum',
    }).finished;
    expect(first.outputs['outcome']).toBe('created');
  });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'updated', 'deployment-status': 'SUCCESSFUL' });
  expect(linesOf(run)).toContain('Will update service raced: 2 changes');
  expect(callsTo(run.calls, 'UpdateExpressGatewayService').map(({ input }) => input)).toMatchObject([
    {
      primaryContainer: {
        image: 'public.ecr.aws/example/web:1',
        environment: [{ name: 'COLOUR', value: 'teal' }],
      },
    },
  ]);
  expect(await deploymentsOf('raced')).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
});

test('two that are equal make one service of one deployment', async () => {
  const inputs = { 'service-name': 'equal', 'environment-variables': 'COLOUR=teal' };
  const run = await whileCreateIsOnItsWay(inputs, () => world.start(inputs).finished);
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'created', 'deployment-status': 'SUCCESSFUL' });
  expect(await deploymentsOf('equal')).toEqual(['SUCCESSFUL']);
});

test('an equal service whose tags are not ours is not said to be created', async () => {
  const run = await whileCreateIsOnItsWay({ 'service-name': 'theirs' }, async () => {
    await world.ecs.send(
      new CreateExpressGatewayServiceCommand({
        serviceName: 'theirs',
        executionRoleArn: EXECUTION_ROLE,
        infrastructureRoleArn: INFRASTRUCTURE_ROLE,
        healthCheckPath: '/',
        cpu: '256',
        memory: '512',
        primaryContainer: { image: 'public.ecr.aws/example/web:1' },
      }),
    );
    // Which image runs is known as soon as its deployment has ended: until then the tag would be sent anew.
    await world.emulator.advance(3600);
  });
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'unchanged', 'deployment-status': 'SUCCESSFUL' });
  expect(changesOf(run.calls).map(({ operation }) => operation)).toEqual(['CreateExpressGatewayService']);
});

test("a service of a preview's name that somebody makes meanwhile is not the preview", async () => {
  const previews = await startPreviews();
  try {
    await previews.set(1, { labels: ['preview'] });
    const { inputs, env } = await previews.jobOf({ action: 'opened', number: 1 });
    const start = () => previews.start(inputs, { env });
    const run = await whileCreateIsOnItsWay({}, () => createWeb(previews.ecs, { serviceName: 'web-pr-1' }), {
      ...previews,
      start,
    });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'its tags do not say that it is the preview of pull request 1 of this repository [plan-refused]',
    );
    const changes = changesOf(run.calls).filter(({ service }) => service === 'ecs');
    expect(changes.map(({ operation }) => operation)).toEqual(['CreateExpressGatewayService']);
  } finally {
    await previews.stop();
  }
});

test('a revision that is not what was sent is a failure, whatever ECS says of its deployment', async () => {
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    if (operation !== 'DescribeExpressGatewayService') return answer;
    const text = JSON.stringify(answer).replaceAll('the-value', 'tampered');
    return JSON.parse(text) as unknown;
  });
  const inputs = { 'service-name': 'changed', 'environment-variables': 'COLOUR=the-value' };
  const { finished } = world.start(inputs, { env: { AWS_ENDPOINT_URL: proxy.url } });
  const run = await finished.finally(() => proxy.stop());
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    'the service does not run what was sent. It runs something else for environment-variables: COLOUR [deployment-failed]',
  );
  expect(run.log).not.toContain('tampered');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test.each<[string, object[], string]>([
  ['none', [], 'does not show that service unseen-0 runs its revision'],
  [
    "somebody else's",
    [{ serviceRevisionArn: 'arn:aws:ecs:eu-west-1:123456789012:service-revision/default/web/999' }],
    'a newer deployment replaced it: service unseen-1 runs revision 999',
  ],
])('a success that ECS shows with %s of the revisions that run is not ours', async (_which, shown, said) => {
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    if (operation !== 'DescribeExpressGatewayService') return answer;
    const { service, ...rest } = answer as { service: object };
    return { ...rest, service: { ...service, activeConfigurations: shown } };
  });
  const name = `unseen-${shown.length}`;
  const { finished } = world.start({ 'service-name': name }, { env: { AWS_ENDPOINT_URL: proxy.url } });
  const run = await finished.finally(() => proxy.stop());
  expect(run.log).toContain(said);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'true' } });
});

test('a success whose place a stranger took at once is not told as what serves', async () => {
  const held = await world.emulator.hold({
    service: 'ecs',
    operation: 'DescribeServiceDeployments',
    when: 'after',
  });
  const running = world.start({ 'service-name': 'followed' });
  await held.arrived();
  const last = await world.emulator.hold({
    service: 'ecs',
    operation: 'DescribeExpressGatewayService',
    when: 'before',
  });
  await world.emulator.advance(3600);
  await held.release();
  await last.arrived();
  await world.ecs.send(
    new UpdateExpressGatewayServiceCommand({
      serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/default/followed',
      primaryContainer: { image: 'public.ecr.aws/example/stranger:9' },
    }),
  );
  await world.emulator.advance(7200);
  await last.release();
  const run = await running.finished;
  expect(run.log).toContain('a newer deployment replaced it');
  expect(run).toMatchObject({ exitCode: 1, outputs: { image: 'public.ecr.aws/example/web:1' } });
});
