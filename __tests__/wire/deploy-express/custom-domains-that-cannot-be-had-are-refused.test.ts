import {
  changesOf,
  type DeploymentRun,
  type Deployments,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import {
  addCertificate,
  type EmulatedListener,
  hostCondition,
  openListener,
} from '../../helpers/listener.ts';

const app = 'app.shop.example';
const update = { image: 'public.ecr.aws/example/web:2', 'custom-domains': app };

let world: Deployments;
let listener: EmulatedListener;
let endpoint: string;

beforeAll(async () => {
  world = await startDeployments();
  listener = openListener(world.emulator);
  const run = await world.deploy();
  expect(run.exitCode).toBe(0);
  endpoint = run.outputs['endpoint'] ?? '';
});
afterAll(() => world.stop());

/** Before anything is built or sent. */
function expectRefused(run: DeploymentRun, message: RegExp): void {
  expect(run.log).toMatch(message);
  expect(run.exitCode).toBe(1);
  expect(changesOf(run.calls)).toEqual([]);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
}

describe('the certificate', () => {
  test('is missing: how to request one', async () => {
    await addCertificate(world.emulator, ['app.elsewhere.example']);
    expectRefused(
      await world.deploy(update),
      /no issued certificate for app\.shop\.example[\s\S]*\[plan-refused\][\s\S]*aws acm request-certificate --validation-method DNS --domain-name app\.shop\.example/,
    );
  });

  test('is missing: also before a first deployment', async () => {
    expectRefused(await world.deploy({ ...update, 'service-name': 'never' }), /no issued certificate/);
  });

  test('waits for its validation: which record to make', async () => {
    const arn = await addCertificate(world.emulator, ['waiting.shop.example'], 'PENDING_VALIDATION');
    const pending = { ...update, 'custom-domains': 'waiting.shop.example' };
    const record =
      /record _[0-9a-f]{32}\.waiting\.shop\.example CNAME _[0-9a-f]{32}\.\w+\.acm-validations\.aws\. /;
    const run = await world.deploy(pending);
    expectRefused(run, record);
    expect(run.log).toContain(`${arn} for waiting.shop.example waits for its validation`);
    expectRefused(await world.deploy({ ...pending, 'certificate-arn': arn }), record);
  });

  test('that waits is reported also where it may not be described', async () => {
    await world.addFault('acm', 'DescribeCertificate', 'denied');
    const pending = { ...update, 'custom-domains': 'waiting.shop.example' };
    expectRefused(await world.deploy(pending), /no issued certificate for waiting\.shop\.example/);
  });

  test('is of another Region', async () => {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
    const run = await world.deploy({ ...update, 'certificate-arn': arn });
    expectRefused(run, /certificate-arn: an ARN of Region us-east-1, while the service runs in eu-west-1/);
    expect(run.calls).toEqual([]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'is not there',
      async () => 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
      /there is no certificate arn:/,
    ],
    [
      'timed out',
      () => addCertificate(world.emulator, [app], 'VALIDATION_TIMED_OUT'),
      /is in status VALIDATION_TIMED_OUT/,
    ],
    [
      'is for another name',
      () => addCertificate(world.emulator, ['www.shop.example']),
      /is for www\.shop\.example, not for app\.shop\.example/,
    ],
  ])('that is given %s', async (_case, make, message) => {
    expectRefused(await world.deploy({ ...update, 'certificate-arn': await make() }), message);
  });
});

describe('with a certificate', () => {
  beforeAll(async () => {
    await addCertificate(world.emulator, ['*.shop.example']);
    await addCertificate(world.emulator, ['*.fresh.example']);
    expect((await world.deploy({ 'custom-domains': app })).exitCode).toBe(0);
  });
  beforeEach(() => listener.setConditions('we', [hostCondition(endpoint)]));

  test('a rule takes five values', async () => {
    const old = ['a', 'b', 'c'].map((label) => `${label}.shop.example`);
    await listener.setConditions('we', [
      hostCondition(endpoint, ...old),
      { Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } },
    ]);
    expectRefused(
      await world.deploy(update),
      /no room for app\.shop\.example.*takes 5 values, and has .*a\.shop\.example, b\.shop\.example, c\.shop\.example, and 1 values/,
    );
    const present = await world.deploy({
      ...update,
      image: 'public.ecr.aws/example/web:1',
      'custom-domains': old.join(),
    });
    expect(present.outputs['outcome']).toBe('unchanged');
  });

  test.each([
    ['acm', 'ListCertificates', 'acm:ListCertificates'],
    ['elbv2', 'DescribeRules', 'elasticloadbalancing:DescribeRules'],
    ['elbv2', 'DescribeListenerCertificates', 'elasticloadbalancing:DescribeListenerCertificates'],
  ])('%s %s denied: the action to allow is named, before anything is sent', async (service, call, action) => {
    await world.addFault(service, call, 'denied');
    expectRefused(await world.deploy(update), new RegExp(`\\[access-denied\\][\\s\\S]*Allow ${action}`));
  });

  test('a revision that may not be read is not passed over', async () => {
    await world.addFault('ecs', 'DescribeServiceRevisions', 'denied', { times: 2 });
    expectRefused(await world.deploy(update), /Allow ecs:DescribeServiceRevisions/);
  });

  test.each([
    ['AddListenerCertificates', 'false'],
    ['ModifyRule', 'true'],
  ])('%s denied: named, and what was done before is told', async (operation, changed) => {
    await world.addFault('elbv2', operation, 'denied');
    const run = await world.deploy({ 'custom-domains': 'app.fresh.example' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`Allow elasticloadbalancing:${operation}`);
    expect(run.outputs).toMatchObject({ outcome: 'failed', changed });
    expect(await listener.hosts('we')).toEqual([endpoint]);
  });

  test('another service behind the same load balancer has the name', async () => {
    const shop = { 'service-name': 'shop', 'custom-domains': app };
    expect((await world.deploy(shop)).exitCode).toBe(0);
    const [theirs] = await listener.hosts('sh');
    const run = await world.deploy(update);
    expectRefused(run, /app\.shop\.example belongs to another service/);
    expect(run.log).toContain(`${theirs}, ${app}`);
  });

  test('which a first deployment can only find out when it is done: red, and the service runs', async () => {
    const run = await world.deploy({ 'service-name': 'late', 'custom-domains': app });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(
      /could not be added: app\.shop\.example belongs to another service.*\[domain-not-attached\]/,
    );
    expect(operationsOf(changesOf(run.calls))).toEqual(['CreateExpressGatewayService']);
    expect(run.outputs).toMatchObject({
      outcome: 'failed',
      changed: 'true',
      'deployment-status': 'SUCCESSFUL',
      'custom-domains': '',
    });
  });
});
