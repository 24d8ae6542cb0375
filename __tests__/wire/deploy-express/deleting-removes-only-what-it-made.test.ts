import {
  CreateServiceCommand,
  DeleteExpressGatewayServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { createWeb } from '../../helpers/express-service.ts';
import type { ActionRun } from '../../helpers/run-action.ts';

const arn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/default/${name}`;
/** Nothing of what a deployment needs. */
const deletion = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  operation: 'delete',
  'service-name': name,
  image: '',
  'execution-role-arn': '',
  'infrastructure-role-arn': '',
  'health-check-path': '',
  cpu: '',
  memory: '',
  ...more,
});

let world: Deployments;
/** Time passes here only when a case says so. */
let still: Deployments;
let impatient: Promise<ActionRun>;
beforeAll(async () => {
  [world, still] = await Promise.all([startDeployments(), startDeployments('--speed', '1')]);
  await createWeb(still.ecs, { tags: [{ key: 'managed-by', value: 'deploy-express' }] });
  const brief = { 'wait-for-deletion': 'true', 'wait-for-minutes': '0.1' };
  impatient = still.start(deletion('web', brief)).finished;
  await createWeb(world.ecs, {
    serviceName: 'ours',
    tags: [{ key: 'managed-by', value: 'deploy-express' }],
  });
  await createWeb(world.ecs, { serviceName: 'theirs' });
  await world.emulator.advance(600);
});
afterAll(() => Promise.all([world.stop(), still.stop()]));

test('a service that this action did not create is refused, and force is the way out', async () => {
  const refused = await world.deploy(deletion('theirs'));
  expect(refused.exitCode).toBe(1);
  expect(refused.log).toContain(
    'theirs was not created by this action: it lacks the tag managed-by=deploy-express [plan-refused]',
  );
  expect(refused.log).toContain('Set force: true');
  expect(changesOf(refused.calls)).toEqual([]);
  const forced = await world.deploy(deletion('theirs', { force: 'true' }));
  expect(forced.exitCode).toBe(0);
  expect(changesOf(forced.calls).map(({ operation, input }) => ({ operation, ...input }))).toEqual([
    { operation: 'DeleteExpressGatewayService', serviceArn: arn('theirs') },
  ]);
});

test('a dry run of it deletes nothing', async () => {
  const run = await world.deploy(deletion('ours', { 'dry-run': 'true' }));
  expect(linesOf(run)).toContain('Would delete service ours');
  expect(run.outputs).toMatchObject({ outcome: 'planned', changed: 'false' });
  expect(changesOf(run.calls)).toEqual([]);
});

test('its own is deleted, without waiting unless asked to', async () => {
  const run = await world.deploy(deletion('ours'));
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({
    outcome: 'deleted',
    changed: 'true',
    'service-arn': arn('ours'),
    image: '',
    endpoint: '',
    url: '',
  });
  expect(linesOf(run)).toContain(`Deleted service ${arn('ours')}: ECS drains it`);
  expect(operationsOf(run.calls).at(-1)).toBe('DeleteExpressGatewayService');
  expect(run.summary).toContain('## <code>ours</code>: deleted');
});

test('when it takes longer than allowed, that is red', async () => {
  const run = await impatient;
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/is not gone yet: the service is DRAINING \[deployment-timed-out\]/);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
});

test('when nobody can see whether it is gone, that is said', async () => {
  const tags = [{ key: 'managed-by', value: 'deploy-express' }];
  await createWeb(world.ecs, { serviceName: 'hidden', tags });
  const deleting = { service: 'ecs', operation: 'DeleteExpressGatewayService', when: 'after' as const };
  const deleted = await world.emulator.hold(deleting);
  const running = world.start(deletion('hidden', { 'wait-for-deletion': 'true', 'wait-for-minutes': '0.1' }));
  await deleted.arrived();
  const look = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServices' });
  await deleted.release();
  const run = await running.finished;
  await look.release();
  expect(run.log).toContain('it is not known whether service hidden is gone: there was no answer');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'true' } });
});

describe('again', () => {
  test('while it drains, changes nothing; asked to, it waits until the name is free', async () => {
    const run = await still.deploy(deletion('web'));
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'deleted', changed: 'false' });
    expect(changesOf(run.calls)).toEqual([]);
    await still.emulator.forgetRequests();
    const waiting = still.start(deletion('web', { 'wait-for-deletion': 'true' }));
    await waiting.sawInLog('Will wait until the name web is free');
    await still.emulator.advance(100);
    const waited = await waiting.finished;
    expect(waited.exitCode).toBe(0);
    expect(linesOf(waited)).toContain('Service web is gone');
    expect(operationsOf(await still.emulator.requests())).toEqual(['DescribeServices']);
  });

  test.each(['web', 'never-there'])('when there is none (%s), it was gone already', async (name) => {
    const run = await still.deploy(deletion(name, { 'wait-for-deletion': 'true' }));
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'deleted', changed: 'false' });
    expect(operationsOf(run.calls)).toEqual(['DescribeServices']);
    expect(run.summary).toContain('was gone already');
  });
});

test('so it is in a cluster that is not there', async () => {
  const run = await world.deploy(deletion('web', { cluster: 'nowhere' }));
  expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({
    exitCode: 0,
    outcome: 'deleted',
  });
});

test('an ordinary service is refused, also with force', async () => {
  const definition = { family: 'plain', containerDefinitions: [{ name: 'app', image: 'app:1' }] };
  await world.ecs.send(new RegisterTaskDefinitionCommand(definition));
  await world.ecs.send(new CreateServiceCommand({ serviceName: 'plain', taskDefinition: 'plain' }));
  const run = await world.deploy(deletion('plain', { force: 'true' }));
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[plan-refused]');
  expect(changesOf(run.calls)).toEqual([]);
});

test('a reply that is lost is no failure', async () => {
  await createSettled('unheard');
  await world.addFault('ecs', 'DeleteExpressGatewayService', 'lost-reply');
  const run = await world.deploy(deletion('unheard', { force: 'true' }));
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted', changed: 'true' });
});

test('deploying over a service that still drains waits for the name, and creates then, once', async () => {
  const serviceArn = arn('phoenix');
  await createWeb(still.ecs, { serviceName: 'phoenix' });
  await still.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
  await still.emulator.forgetRequests();
  const running = still.start({ 'service-name': 'phoenix' });
  await running.sawInLog('Will wait until the former service phoenix is gone');
  await still.emulator.advance(100);
  await running.sawInLog('Created service');
  await still.emulator.advance(900);
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining(['Service phoenix is gone', `Created service ${serviceArn}`]),
  );
  expect(run.outputs['outcome']).toBe('created');
  // Not tried until it went well: sent when it could.
  const changes = changesOf(await still.emulator.requests());
  expect(changes.map(({ operation, status }) => [operation, status])).toEqual([
    ['CreateExpressGatewayService', 200],
  ]);
});

describe('a service of the same name that somebody makes meanwhile', () => {
  const tags = [{ key: 'managed-by', value: 'deploy-express' }];

  /** Held at its first look for the end of the former one, of which `before` looks were made; another one is there then. */
  async function replaceMeanwhile(before: number): Promise<ActionRun> {
    const held = await still.emulator.hold({ service: 'ecs', operation: 'DescribeServices', after: before });
    const waiting = still.start(
      deletion('reborn', { 'wait-for-deletion': 'true', 'wait-for-minutes': '0.2' }),
    );
    await held.arrived();
    await still.emulator.advance(600);
    await createWeb(still.ecs, { serviceName: 'reborn', tags });
    await held.release();
    return waiting.finished;
  }

  test.each([
    ['is deleted by this job', true],
    ['drained already', false],
  ])('is not waited for: the one that %s is gone, which is said', async (_which, isOurs) => {
    await createWeb(still.ecs, { serviceName: 'reborn', tags });
    await still.emulator.advance(600);
    if (!isOurs) await still.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: arn('reborn') }));
    await still.emulator.forgetRequests();
    const run = await replaceMeanwhile(1);
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'deleted', changed: String(isOurs) });
    expect(linesOf(run)).toContainEqual(
      expect.stringMatching(
        /^notice: Somebody else created another service reborn at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: .* is gone, and the name is taken\.$/,
      ),
    );
    expect(linesOf(run)).not.toContain('Service reborn is gone');
    const deletions = callsTo(await still.emulator.requests(), 'DeleteExpressGatewayService');
    expect(deletions).toHaveLength(isOurs ? 1 : 0);
    await still.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: arn('reborn') }));
    await still.emulator.advance(600);
  });
});

async function createSettled(name: string): Promise<string> {
  await createWeb(world.ecs, { serviceName: name });
  await world.emulator.advance(600);
  return arn(name);
}
