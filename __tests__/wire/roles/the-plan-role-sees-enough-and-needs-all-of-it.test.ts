import {
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { WEB_ARN } from '../../helpers/express-service.ts';
import { type PolicyDocument, policyOf, readPolicy } from '../../helpers/policies.ts';
import { createPusher } from '../../helpers/push-to-ecr.ts';
import {
  dnsPlanRole,
  dnsRole,
  expectToAskFor,
  type Inputs,
  type ShiftRoles,
  startShiftRoles,
  without,
} from '../../helpers/shift-roles.ts';
import { appDomain } from '../../helpers/shift-world.ts';

let roles: ShiftRoles;
let plan: PolicyDocument;
beforeAll(async () => {
  roles = await startShiftRoles();
  plan = roles.policyOf('plan');
});
afterAll(() => roles.stop());

const migration = {
  operation: 'plan-migration',
  'apprunner-service': 'shop',
  'service-name': '',
  'execution-role-arn': '',
  'dry-run': '',
};

const everything = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }],
};

const toShift: Inputs = { 'plan-for': 'shift', 'green-percent': '10' };

const needsOfDeployments: readonly (readonly [string, () => Inputs])[] = [
  ['ReadServices', () => ({})],
  ['ReadImages', () => ({})],
  ['FindListenersAndCertificates', () => ({ 'custom-domains': appDomain })],
  ['ReadCertificates', () => ({ 'custom-domains': appDomain, 'certificate-arn': roles.certificate })],
];

const needsOfShifts: readonly (readonly [string, () => Inputs])[] = [
  ['ReadRecords', () => ({ 'hosted-zone-id': roles.world.zoneId })],
  ['LookAround', () => ({})],
  ['ReadBlue', () => ({ 'apprunner-service': roles.world.blueArn })],
  ['ReadRevisions', () => ({})],
  ['ReadAlarms', () => ({ ...toShift, alarms: 'errors' })],
  ['AssumeTheDnsRole', () => ({ 'dns-role-arn': dnsPlanRole })],
];

const needsOfMigrations = ['FindAppRunnerServices', 'ReadAppRunnerServices', 'ReadWhatTheyUse'];

/** What a plan does without, and what it then leaves out. */
const optional: Readonly<Record<string, string>> = {
  ListServices: 'whether a further load balancer will be billed',
  ReadTrustOfInstanceRoles: 'whether its instance role can be used by tasks',
  AskWhatTheExecutionRoleMayRead: 'whether its secrets can be read by the execution role',
};

test('there is a plan for every statement', () => {
  const known = [...needsOfDeployments, ...needsOfShifts]
    .map(([sid]) => sid)
    .concat(needsOfMigrations, Object.keys(optional), 'ReadHealthChecks', 'ReadImageTags');
  const statements = policyOf('plan').Statement.map(({ Sid }) => Sid);
  expect([...new Set(known)].toSorted()).toEqual([...new Set(statements)].toSorted());
});

describe('without', () => {
  test.each(needsOfDeployments)('%s a dry run fails, and names an action to allow', async (sid, inputs) => {
    expectToAskFor(plan, sid, await roles.planDeployment(without(plan, sid), inputs()));
  });

  test.each(needsOfShifts)(
    '%s a plan of a shift fails, and names an action to allow',
    async (sid, inputs) => {
      const shifts = roles.policyOf('plan', ['plan', 'plan-shift', 'dns-plan-role']);
      expectToAskFor(shifts, sid, await roles.shift(without(shifts, sid), inputs()));
    },
  );

  test.each(needsOfMigrations)('%s no migration is planned, and an action to allow is named', async (sid) => {
    const migrations = roles.policyOf('plan', ['plan', 'read-app-runner']);
    expectToAskFor(migrations, sid, await roles.planDeployment(without(migrations, sid), migration));
  });

  test.each(Object.keys(optional))('%s a plan says what it can', async (sid) => {
    const inputs = sid === 'ListServices' ? {} : migration;
    expect(await roles.planDeployment(without(plan, sid), inputs)).toMatchObject({ exitCode: 0 });
  });
});

test('without ReadHealthChecks a plan of a shift says what it could not see, and with it nothing', async () => {
  const shifts = roles.policyOf('plan', ['plan', 'plan-shift']);
  const inputs = { 'green-health-check-id': await roles.createHealthCheck() };
  const unseen = 'the role may not call route53:GetHealthCheck';
  const run = await roles.shift(without(shifts, 'ReadHealthChecks'), inputs);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).toContain(unseen);
  expect((await roles.shift(shifts, inputs)).log).not.toContain(unseen);
});

describe('with all of them', () => {
  test.each([
    [
      'a new service',
      { 'service-name': 'web-new', 'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/infra' },
    ],
    ['a build', {}],
    ['a custom domain', { 'custom-domains': appDomain }],
    ['another image', { image: 'public.ecr.aws/example/web:2' }],
    ['an App Runner service', migration],
  ])('a dry run tells of %s', async (_what, inputs) => {
    const run = await roles.planDeployment(plan, inputs);
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
    expect(run.log).not.toContain('not authorized');
  });

  test('a dry run tells of a deployment under way', async () => {
    const { emulator } = roles.world;
    // Whatever the case before left: this is not the plan's doing.
    await emulator.post('policy', everything);
    const ecs = new ECSClient(emulator.client);
    const image = 'public.ecr.aws/example/web:3';
    const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';
    await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, primaryContainer: { image } }));
    // AWS names a deployment in its service after a while, and never at the first look.
    await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
    ecs.destroy();
    await emulator.advance(60);
    const run = await roles.planDeployment(plan, { image: 'public.ecr.aws/example/web:4' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
    expect(run.log).toContain('A deployment was under way');
    // To its end, for the cases to come.
    await emulator.advance(3600);
  });

  test.each([
    ['an adoption', {}],
    ['a rollback', { 'plan-for': 'rollback' }],
    ['a status', { mode: 'status' }],
    ['a verification', { mode: 'verify' }],
    ['a zone of another account', { 'dns-role-arn': dnsPlanRole }],
  ])('%s is seen', async (_what, inputs) => {
    const run = await roles.shift(plan, inputs);
    expect(run.exitCode).toBe(0);
    expect(run.log).not.toContain('not authorized');
  });
});

test('the end of a move can be planned', async () => {
  const everything = roles.policyOf('shift');
  await roles.shift(everything, { mode: 'adopt' });
  await roles.shift(everything, { mode: 'shift', 'green-percent': '100', 'attach-domain': 'true' });
  await roles.world.emulator.advance(3 * 3600);
  const run = await roles.shift(plan, { 'plan-for': 'finalize', 'hold-hours': '1', 'retire-blue': 'pause' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).not.toContain('not authorized');
});

test('without ReadImageTags a plan says that the commit is not known, and with it which one it is', async () => {
  const { emulator } = roles.world;
  await emulator.post('policy', everything);
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const push = await createPusher(emulator, 'web-app');
  const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/web-app@${await push(commit, 'one')}`;
  const ecs = new ECSClient(emulator.client);
  await ecs.send(
    new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN, primaryContainer: { image } }),
  );
  ecs.destroy();
  await emulator.advance(3 * 3600);
  const end = { 'plan-for': 'finalize', 'hold-hours': '1', 'retire-blue': 'pause' };
  const unseen = await roles.shift(without(plan, 'ReadImageTags'), end);
  expect(unseen).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(unseen.summary).toContain('not known (the role may not call ecr:DescribeImages)');
  expect((await roles.shift(plan, end)).summary).toContain(`| Commit | <code>${commit}</code> |`);
});

test('nor can it be the role that changes records of another account', async () => {
  const run = await roles.shift(plan, { 'dns-role-arn': dnsRole });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`not authorized to perform: sts:AssumeRole on resource: ${dnsRole}`);
});

test('nothing that the role may do changes anything', () => {
  const actions = ['plan', 'plan-shift', 'read-app-runner'].flatMap((name) =>
    readPolicy(name).Statement.flatMap(({ Action }) => Action),
  );
  expect(actions.filter((action) => !/:(Describe|List|Get|BatchGet|Simulate|TestDNS)/.test(action))).toEqual(
    [],
  );
});
