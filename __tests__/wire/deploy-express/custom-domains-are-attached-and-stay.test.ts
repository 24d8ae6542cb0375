import type { LoggedCall } from '../../../emulator/control/request-log.ts';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { getHttps } from '../../helpers/https.ts';
import {
  addCertificate,
  type EmulatedListener,
  hostCondition,
  openListener,
} from '../../helpers/listener.ts';

const app = 'app.shop.example';
const other = 'other.shop.example';

let world: Deployments;
let listener: EmulatedListener;
let certificate: string;
let endpoint: string;

beforeAll(async () => {
  world = await startDeployments();
  listener = openListener(world.emulator);
  const run = await world.deploy();
  expect(run.exitCode).toBe(0);
  endpoint = run.outputs['endpoint'] ?? '';
  await addCertificate(world.emulator, ['*.elsewhere.example']);
  certificate = await addCertificate(world.emulator, ['*.shop.example']);
});
afterAll(() => world.stop());

function expectConditionsOnly(calls: readonly LoggedCall[]): void {
  const modifications = callsTo(calls, 'ModifyRule');
  expect(modifications).toHaveLength(1);
  expect(Object.keys(modifications[0]?.input ?? {}).sort()).toEqual(['Conditions', 'RuleArn']);
}

test('before, the load balancer neither knows the name nor has a certificate for it', async () => {
  await expect(getHttps(world.emulator, app, endpoint)).rejects.toThrow(/altnames/);
});

test('a dry run says what would be added, and adds nothing', async () => {
  const run = await world.deploy({ 'custom-domains': app, 'dry-run': 'true' });
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run).slice(0, 3)).toEqual([
    `custom-domains: not set → ${app}`,
    `certificate-arn: not set → ${certificate}`,
    `Would add ${app} to the listener rule of the service, and add certificate ${certificate} to its listener`,
  ]);
  expect(run.outputs).toMatchObject({ outcome: 'planned', changed: 'false', 'custom-domains': '' });
});

test('certificate and name are added though nothing else has changed, and the name answers over TLS', async () => {
  const before = await listener.certificates();
  expect(before).toMatchObject([{ isDefault: true }, { isDefault: false }]);

  const run = await world.deploy({ 'custom-domains': `App.SHOP.example.\n${app}` });
  expect(run.exitCode).toBe(0);
  expect(operationsOf(changesOf(run.calls))).toEqual(['AddListenerCertificates', 'ModifyRule']);
  expectConditionsOnly(run.calls);
  expect(callsTo(run.calls, 'AddListenerCertificates')[0]?.input).toMatchObject({
    Certificates: [{ CertificateArn: certificate }],
  });
  expect(await listener.hosts('we')).toEqual([endpoint, app]);
  expect(await listener.certificates()).toEqual([...before, { arn: certificate, isDefault: false }]);

  expect(run.outputs).toMatchObject({ outcome: 'updated', changed: 'true', 'custom-domains': app });
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      `Added certificate ${certificate} to the listener of the service`,
      `Added ${app} to the listener rule of the service`,
      `Custom domains: ${app}`,
    ]),
  );
  expect(run.summary).toContain(`| Custom domains | <code>${app}</code> |`);
  expect(run.summary).toContain(`| custom-domains | – | <code>${app}</code> |`);
  expect(await getHttps(world.emulator, app, endpoint)).toMatchObject({ status: 200 });
});

test('a second time nothing is sent, for three calls more than without custom domains', async () => {
  const without = await world.deploy();
  expect(without.calls.filter(({ service }) => ['acm', 'elbv2'].includes(service))).toEqual([]);
  expect(without.calls.length).toBeLessThanOrEqual(7);
  const run = await world.deploy({ 'custom-domains': app });
  expect(changesOf(run.calls)).toEqual([]);
  expect(run.calls).toHaveLength(without.calls.length + 3);
  expect(run.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false', 'custom-domains': app });
});

test('a name that somebody removed is added again; other names and conditions stay as they are', async () => {
  const open = { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } };
  await listener.setConditions('we', [hostCondition(endpoint, other), open]);
  const { Actions } = await listener.rule('we');

  const run = await world.deploy({ 'custom-domains': app });
  expect(run.outputs['outcome']).toBe('updated');
  expectConditionsOnly(run.calls);
  const rule = await listener.rule('we');
  expect(rule.Conditions).toMatchObject([hostCondition(endpoint, other, app), open]);
  expect(rule.Actions).toEqual(Actions);
  expect(linesOf(run)).toContainEqual(
    expect.stringMatching(/^notice: .*also has other\.shop\.example.*stays/),
  );
  expect(run.outputs['custom-domains']).toBe(`${other},${app}`);
});

test('a deployment with its canary keeps them, and one that is removed meanwhile is put there again', async () => {
  await world.emulator.forgetRequests();
  const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServiceDeployments' });
  const running = world.start({ image: 'public.ecr.aws/example/web:2', 'custom-domains': `${app},${other}` });
  await held.arrived();
  await listener.setConditions('we', [hostCondition(endpoint, other)]);
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain(
    `Will check that ${app}, ${other} are still in the listener rule of the service`,
  );
  expect(linesOf(run)).toContain(`Added ${app} to the listener rule of the service`);
  const rule = await listener.rule('we');
  expect(rule.Conditions).toMatchObject([hostCondition(endpoint, other, app)]);
  const weights = rule.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight);
  expect(weights).toEqual([0, 100]);
  expect(await getHttps(world.emulator, app, endpoint)).toMatchObject({ status: 200 });
});

test('a deployment that finds them in place afterwards changes the service alone', async () => {
  const run = await world.deploy({ image: 'public.ecr.aws/example/web:3', 'custom-domains': app });
  expect(operationsOf(changesOf(run.calls))).toEqual(['UpdateExpressGatewayService']);
  const lastRead = run.calls.findLastIndex(({ operation }) => operation === 'DescribeRules');
  const lastLook = run.calls.findLastIndex(({ operation }) => operation === 'DescribeServiceDeployments');
  expect(lastRead).toBeGreaterThan(lastLook);
});

test('a name that is not given any more stays, and the log says so', async () => {
  const image = { image: 'public.ecr.aws/example/web:3' };
  const run = await world.deploy({ ...image, 'custom-domains': other });
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run)).toContainEqual(expect.stringMatching(/^notice: .*also has app\.shop\.example/));
  expect(changesOf((await world.deploy(image)).calls)).toEqual([]);
  expect(await listener.hosts('we')).toEqual([endpoint, other, app]);
});

test.each(['throttle', 'lost-reply', 'error'])('%s at the change of the rule is got over', async (fault) => {
  await listener.setConditions('we', [hostCondition(endpoint)]);
  await world.addFault('elbv2', 'ModifyRule', fault);
  const run = await world.deploy({ image: 'public.ecr.aws/example/web:3', 'custom-domains': app });
  expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({
    exitCode: 0,
    outcome: 'updated',
  });
  expect(await listener.hosts('we')).toEqual([endpoint, app]);
});

test('a first deployment adds them as soon as there is a listener', async () => {
  const inputs = { 'service-name': 'shop', 'custom-domains': '*.fresh.example' };
  const arn = await addCertificate(world.emulator, ['fresh.example', '*.fresh.example']);
  const run = await world.deploy(inputs);
  expect(run.exitCode).toBe(0);
  expect(operationsOf(changesOf(run.calls))).toEqual([
    'CreateExpressGatewayService',
    'AddListenerCertificates',
    'ModifyRule',
  ]);
  expect(callsTo(run.calls, 'AddListenerCertificates')[0]?.input).toMatchObject({
    Certificates: [{ CertificateArn: arn }],
  });
  expect(run.outputs).toMatchObject({ outcome: 'created', 'custom-domains': '*.fresh.example' });
  const host = 'any.fresh.example';
  expect(await getHttps(world.emulator, host, run.outputs['endpoint'])).toMatchObject({ status: 200 });
});
