import { ACMClient, DeleteCertificateCommand } from '@aws-sdk/client-acm';
import { AppRunnerClient, PauseServiceCommand, ResumeServiceCommand } from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { createWeb, updateWeb } from '../../helpers/express-service.ts';
import { getHttps } from '../../helpers/https.ts';
import { appDomain, certificateArn, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

type Inputs = Readonly<Record<string, string>>;

let world: ShiftWorld;
let elb: ElasticLoadBalancingV2Client;
let ListenerArn: string;
beforeAll(async () => {
  world = await startShiftWorld();
  elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  ListenerArn = Listeners[0]?.ListenerArn ?? '';
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.giveGreen(0);
});

const weights = async () => (await world.records()).map(({ Weight }) => Weight);
const toTen: Inputs = { mode: 'shift', 'green-percent': '10' };
const toHalf: Inputs = { mode: 'shift', steps: '10,50' };

/** The plan asks this, then the beginning of each watch, its end, and each look before and after it. */
const look = { service: 'ecs', operation: 'ListServiceDeployments' };

async function expectRefused(because: string, inputs: Inputs = {}, env: Record<string, string> = {}) {
  const run = await world.run({ ...toTen, ...inputs }, env);
  expect(run.log).toContain(because);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(await weights()).toEqual([100, 0]);
  return run;
}

test('a rule of somebody else for the host does not do, though green answers by it today', async () => {
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  const own = Rules.find(({ IsDefault }) => IsDefault !== true);
  const TargetGroups = own?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const made = await elb.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 40,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [appDomain] } }],
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  const green = (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.[0]?.DNSName ?? '';
  expect(await getHttps(world.emulator, appDomain, green)).toMatchObject({ status: 200 });
  const run = await expectRefused("Express's own listener rule does not have the host app.example.com");
  expect(run.log).toContain('would lead to a 503 on each deployment');
  await elb.send(new DeleteRuleCommand({ RuleArn: made.Rules?.[0]?.RuleArn }));
  await world.setHosts((hosts) => [...hosts, appDomain]);
});

test('without a certificate on the listener nobody is sent to it, and the way to one is told', async () => {
  const Certificates = [{ CertificateArn: certificateArn }];
  await elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
  const available = await expectRefused('green does not answer for app.example.com/ as it should');
  expect(available.log).toContain(`Certificate ${certificateArn} is issued but not on green's listener`);
  await new ACMClient(world.emulator.client).send(
    new DeleteCertificateCommand({ CertificateArn: certificateArn }),
  );
  const missing = await expectRefused('green does not answer for app.example.com/ as it should');
  expect(missing.log).toContain('Request a certificate for app.example.com in ACM');
  await world.emulator.post('acm', { certificates: [{ arn: certificateArn, domainNames: [appDomain] }] });
  await elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
});

test('a certificate that is missing is seen by a role that may not look for one, too', async () => {
  const Certificates = [{ CertificateArn: certificateArn }];
  await elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
  const denied = { service: 'acm', operation: 'ListCertificates', times: 9, fault: 'denied' };
  await world.emulator.addFaults([denied]);
  const refused = await expectRefused('green does not answer for app.example.com/ as it should');
  expect(refused.log).toContain('The role may not read them (acm:ListCertificates');
  await world.emulator.clearFaults();
  await elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
});

test('a certificate that is gone when a watch ends has the step taken back, whatever the role may not see', async () => {
  const Certificates = [{ CertificateArn: certificateArn }];
  const ending = await world.emulator.hold({ ...look, after: 2 });
  const running = world.start(toHalf);
  await ending.arrived();
  await elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
  const denied = { service: 'acm', operation: 'ListCertificates', times: 99, fault: 'denied' };
  await world.emulator.addFaults([denied]);
  await ending.release();
  const run = await running.finished;
  await world.emulator.clearFaults();
  await elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(await weights()).toEqual([100, 0]);
});

test('a green that fails in one look, and does well in the next two, keeps what it has and gets more', async () => {
  const ending = await world.emulator.hold({ ...look, after: 2 });
  const secondLook = await world.emulator.hold({ ...look, after: 4 });
  const running = world.start(toHalf);
  await ending.arrived();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await ending.release();
  await secondLook.arrived();
  await world.setHosts((hosts) => [...hosts, appDomain]);
  await secondLook.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '50' } });
});

test('a green that answers with an error gets nothing', async () => {
  await expectRefused('green does not answer for app.example.com/ as it should: it answered 200', {
    'probe-status': '204',
  });
});

test('a load balancer that visitors cannot reach gets nothing', async () => {
  const ecs = new ECSClient(world.emulator.client);
  await world.emulator.post('ecs', { privateSubnets: ['subnet-0a', 'subnet-0b'] });
  const networkConfiguration = { subnets: ['subnet-0a', 'subnet-0b'] };
  await createWeb(ecs, { serviceName: 'inside', networkConfiguration });
  await world.emulator.advance(600);
  const [blue] = await world.records();
  const { SetIdentifier: _id, Weight: _weight, ...simple } = blue ?? {};
  const ResourceRecordSet = { ...simple, Name: 'inside.example.com' } as ResourceRecordSet;
  await world.change([{ Action: 'CREATE', ResourceRecordSet }]);
  const run = await world.run({ mode: 'adopt', 'express-service': 'inside', domain: 'inside.example.com' });
  expect(run.log).toContain('is internal: visitors of a public name cannot reach it');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
});

test('credentials that end before the steps and a rollback do forbid the first of them', async () => {
  const env = { AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 30.5 * 60_000).toISOString() };
  const run = await expectRefused('the credentials end in 30 min', { 'bake-minutes': '60' }, env);
  expect(run.log).toContain('may take 67 min');
  expect(run.log).toContain('role-duration-seconds');
});

test('a session that does not say when it ends is asked about where an hour may not do', async () => {
  const session = { AWS_SESSION_TOKEN: 'of-a-role' };
  const words = 'When the credentials end is not known';
  const heed = async (minutes: string, env: Record<string, string> = {}) => {
    const held = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
    const running = world.start({ ...toTen, 'bake-minutes': minutes }, env);
    await held.arrived();
    await world.emulator.addFaults([
      { service: 'route53', operation: 'ChangeResourceRecordSets', fault: 'denied' },
    ]);
    await held.release();
    return (await running.finished).log;
  };
  expect(await heed('60', session)).toContain(words);
  expect(await heed('30', session)).not.toContain(words);
  expect(await heed('60')).not.toContain(words);
});

test('how long a step and a rollback take to have effect is part of the plan', async () => {
  const run = await world.run({ mode: 'plan', 'green-percent': '10', 'drain-seconds': '' });
  const words = 'A step takes effect within about 2 min, and so does a rollback';
  expect(run.log).toContain(words);
  expect(run.summary).toContain(words);
});

test('that nothing listens on port 80 of green is said', async () => {
  const run = await world.run({ mode: 'plan', 'green-percent': '10' });
  expect(run.log).toContain("Green's load balancer does not listen on port 80");
});

describe('between two steps', () => {
  /** When the first of two steps has been watched. */
  async function meanwhile(happens: () => Promise<unknown>) {
    const ending = await world.emulator.hold({ ...look, after: 2 });
    const running = world.start(toHalf);
    await ending.arrived();
    await happens();
    await ending.release();
    return running.finished;
  }

  test('a deployment of green that began holds the rest', async () => {
    const run = await meanwhile(async () => {
      await updateWeb(new ECSClient(world.emulator.client), 'web:2');
      // Until it is listed.
      await world.emulator.advance(12);
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
    expect(run.log).toMatch(/a deployment of green (?:started in the meantime|was under way)/);
    expect(await weights()).toEqual([90, 10]);
    await world.emulator.advance(1200);
  });

  test('a blue that went holds the rest: it could not be gone back to', async () => {
    const appRunner = new AppRunnerClient(world.emulator.client);
    const run = await meanwhile(async () => {
      await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
      await world.emulator.advance(120);
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
    expect(run.log).toContain('so a rollback would not help');
    await appRunner.send(new ResumeServiceCommand({ ServiceArn: world.blueArn }));
    await world.emulator.advance(300);
  });

  test('a stranger who changed the weights is not overwritten, and said', async () => {
    const run = await meanwhile(async () => {
      const [blue] = await world.records();
      if (blue === undefined) throw new Error('no record');
      await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 77 } }]);
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'rolled-back': 'false' } });
    expect(run.log).toContain('somebody else changed the records of app.example.com');
    expect(run.log).toContain('weight 77');
    expect(await weights()).toEqual([77, 10]);
  });
});

describe('Route 53', () => {
  const set = (settings: object) => world.emulator.post('route-53', { settings });

  test('that does not bring a change to all its servers has it taken back', async () => {
    await set({ inSyncSeconds: 1e6 });
    const run = await world.run({ ...toTen, 'wait-for-minutes': '0.1' });
    await set({ inSyncSeconds: 30 });
    expect(run).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'rolled-back', 'rolled-back': 'true', 'green-percent': '0' },
    });
    expect(run.log).toContain("did not reach all of Route 53's servers within");
    expect(await weights()).toEqual([100, 0]);
  });

  test('that is busy with an earlier change is asked again', async () => {
    await set({ priorRequestSeconds: 120 });
    const [blue] = await world.records();
    if (blue === undefined) throw new Error('no record');
    const held = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
    const running = world.start(toTen);
    await held.arrived();
    await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue } }]);
    await world.emulator.forgetRequests();
    await held.release();
    const run = await running.finished;
    await set({ priorRequestSeconds: 0 });
    expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '10' } });
    const changes = (await world.emulator.requests()).filter(
      ({ operation }) => operation === 'ChangeResourceRecordSets',
    );
    expect(changes.map(({ error }) => error)).toEqual([
      ...changes.slice(1).map(() => 'PriorRequestNotComplete'),
      undefined,
    ]);
    expect(changes.length).toBeGreaterThan(1);
  });
});
