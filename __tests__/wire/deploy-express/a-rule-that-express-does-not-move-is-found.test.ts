import {
  AddListenerCertificatesCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { getHttps } from '../../helpers/https.ts';
import { addCertificate, hostCondition, openListener } from '../../helpers/listener.ts';

const app = 'app.shop.example';

let world: Deployments;
let elb: ElasticLoadBalancingV2Client;
let listenerArn: string;
let version = 0;
beforeAll(async () => {
  world = await startDeployments('--speed', '1500');
  elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const run = await world.deploy();
  expect(run.exitCode).toBe(0);
  listenerArn = ((await openListener(world.emulator).rule('we')).RuleArn ?? '')
    .replace(':listener-rule/', ':listener/')
    .replace(/\/[0-9a-f]+$/, '');
  const CertificateArn = await addCertificate(world.emulator, ['*.shop.example']);
  await elb.send(
    new AddListenerCertificatesCommand({ ListenerArn: listenerArn, Certificates: [{ CertificateArn }] }),
  );
});
afterAll(async () => {
  elb.destroy();
  await world.stop();
});

/** The action of Express's own rule, fixed to the group that serves now. */
async function pinnedAction() {
  const { Actions = [] } = await openListener(world.emulator).rule('we');
  const groups = Actions[0]?.ForwardConfig?.TargetGroups ?? [];
  const serving = groups.toSorted((one, other) => Number(other.Weight) - Number(one.Weight))[0];
  return [{ Type: 'forward' as const, TargetGroupArn: serving?.TargetGroupArn }];
}

async function pin(...hosts: readonly string[]): Promise<string> {
  const { Rules = [] } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 1,
      Conditions: [hostCondition(...hosts)],
      Actions: await pinnedAction(),
    }),
  );
  return Rules[0]?.RuleArn ?? '';
}

const deployNext = (inputs = {}) => {
  version += 1;
  return world.deploy({ image: `public.ecr.aws/example/web:next-${version}`, ...inputs });
};
const warningsOf = (run: Awaited<ReturnType<typeof deployNext>>) =>
  linesOf(run).filter((line) => line.startsWith('warning: '));

test('a rule for a host is warned of before anything is sent, and red where the host answers 503 after', async () => {
  const rule = await pin(app);
  expect(await getHttps(world.emulator, app)).toMatchObject({ status: 200 });
  const run = await deployNext();
  await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`${app} answered before the deployment, and answers 503 now`);
  expect(run.log).toContain('[domain-not-attached]');
  expect(warningsOf(run)).toEqual([
    expect.stringContaining(`Listener rule ${rule} (${app}) leads to a target group of this service`),
  ]);
  expect(run.log.indexOf('::warning')).toBeLessThan(run.log.indexOf('Updated service'));
  expect(run.outputs['deployment-status']).toBe('SUCCESSFUL');
});

test('a dry run warns of it, too', async () => {
  const rule = await pin(app);
  const run = await deployNext({ 'dry-run': 'true' });
  await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
  expect(run.exitCode).toBe(0);
  expect(run.outputs['outcome']).toBe('planned');
  expect(warningsOf(run)).toEqual([expect.stringContaining(`Listener rule ${rule} (${app})`)]);
});

test('a wildcard is warned of only', async () => {
  const rule = await pin('*.shop.example');
  const run = await deployNext();
  await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
  expect(run.exitCode).toBe(0);
  expect(warningsOf(run)).toEqual([expect.stringContaining('(*.shop.example)')]);
});

test('a host that answered 503 already is not blamed on the deployment', async () => {
  const rule = await pin(app);
  expect((await deployNext({ 'smoke-test': 'false' })).exitCode).toBe(0);
  expect(await getHttps(world.emulator, app)).toMatchObject({ status: 503 });
  // The groups alternate: what leads nowhere now leads to the service after the next one, and nowhere after that.
  expect((await deployNext()).exitCode).toBe(0);
  await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
});

test('where the listener may not be read, nothing is said, and nothing fails', async () => {
  const rule = await pin(app);
  await world.addFault('elbv2', 'DescribeRules', 'denied', { times: 10 });
  const run = await deployNext();
  await world.clearFaults();
  await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'DescribeRules')).toHaveLength(1);
  expect(warningsOf(run)).toEqual([]);
});

test('the default action is warned of only', async () => {
  const DefaultActions = await pinnedAction();
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions }));
  const run = await deployNext();
  expect(run.exitCode).toBe(0);
  expect(warningsOf(run)).toEqual([
    expect.stringContaining('The default action of the listener leads to a target group of this service'),
  ]);
});

test('a deployment that sends nothing does not look', async () => {
  const run = await world.deploy({ image: `public.ecr.aws/example/web:next-${version}` });
  expect(run.outputs['outcome']).toBe('unchanged');
  expect(callsTo(run.calls, 'DescribeRules')).toEqual([]);
});
