import { ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { WEB_ARN } from '../../helpers/express-service.ts';

const given = { 'environment-variables': 'LOG_LEVEL=info', 'smoke-test': 'false' };
const forced = { ...given, 'force-new-deployment': 'true' };

let world: Deployments;
let firstImage: unknown;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  const first = await world.deploy(given);
  expect(first.exitCode).toBe(0);
  firstImage = first.outputs['image'];
});
afterEach(() => world.emulator.post('ecs', { ignoreIdenticalUpdates: false }));
afterAll(() => world.stop());

const deploymentsOf = async () => {
  const { serviceDeployments = [] } = await world.ecs.send(
    new ListServiceDeploymentsCommand({ service: WEB_ARN }),
  );
  return serviceDeployments.length;
};

test('without it nothing is sent; with it the complete update is, and its deployment is waited for', async () => {
  expect(changesOf((await world.deploy(given)).calls)).toEqual([]);
  const before = await deploymentsOf();
  const run = await world.deploy(forced);
  expect(run.exitCode).toBe(0);
  // Never UpdateService, which was seen to leave deployments that do not end.
  expect(operationsOf(changesOf(run.calls))).toEqual(['UpdateExpressGatewayService']);
  expect(callsTo(run.calls, 'UpdateExpressGatewayService')[0]?.input).toMatchObject({
    primaryContainer: { image: firstImage, environment: [{ name: 'LOG_LEVEL', value: 'info' }] },
  });
  expect(await deploymentsOf()).toBe(before + 1);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'force-new-deployment: nothing differs → deployed again, as asked',
      'Will update service web with what it runs',
    ]),
  );
  expect(run.outputs).toMatchObject({
    outcome: 'updated',
    changed: 'true',
    'deployment-status': 'SUCCESSFUL',
  });
});

test('a dry run says so, and sends nothing', async () => {
  const run = await world.deploy({ ...forced, 'dry-run': 'true' });
  expect(linesOf(run)).toContain('Would update service web with what it runs');
  expect(changesOf(run.calls)).toEqual([]);
});

test('an ECS that finds nothing to do is red, with what makes it do something', async () => {
  await world.emulator.post('ecs', { ignoreIdenticalUpdates: true });
  const run = await world.deploy({ ...forced, 'wait-for-minutes': '0.1' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    'ECS accepted the request, but began no deployment within 6 s [deployment-failed]',
  );
  expect(run.log).toContain('The settings are identical, so ECS had nothing to do. Change one');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true', 'deployment-arn': '' });
});
