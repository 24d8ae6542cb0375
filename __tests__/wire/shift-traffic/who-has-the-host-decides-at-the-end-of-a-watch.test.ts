import { ECSClient } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RemoveListenerCertificatesCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createWeb, image } from '../../helpers/express-service.ts';
import { appDomain, certificateArn, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** A watch asks green by its address. Who has the host, and the certificate, is looked at when it ends, whatever its inputs are. */

type Inputs = Readonly<Record<string, string>>;

let world: ShiftWorld;
let elb: ElasticLoadBalancingV2Client;
let ListenerArn: string | undefined;
beforeAll(async () => {
  world = await startShiftWorld();
  elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const neighbour = { serviceName: 'other', primaryContainer: image('other:1') };
  await createWeb(new ECSClient(world.emulator.client), neighbour);
  await world.emulator.advance(900);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  ListenerArn = Listeners[0]?.ListenerArn;
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.emulator.clearFaults();
  await putIn();
  await world.giveGreen(0);
});

const hostsOf = ({ Conditions }: Rule) => Conditions?.[0]?.HostHeaderConfig?.Values ?? [];

async function findRules() {
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  const all = Rules.filter(({ IsDefault }) => IsDefault !== true);
  const isOfGreen = (rule: Rule) => hostsOf(rule).some((host) => /^we(?:b\.|-)/.test(host));
  return { green: all.find(isOfGreen), other: all.find((rule) => !isOfGreen(rule)) };
}

async function editHosts(edit: (hosts: readonly string[]) => readonly string[]): Promise<void> {
  const { green } = await findRules();
  const Values = [...edit(green === undefined ? [] : hostsOf(green))];
  const Conditions = [{ Field: 'host-header', HostHeaderConfig: { Values } }];
  await elb.send(new ModifyRuleCommand({ RuleArn: green?.RuleArn, Conditions }));
}

const takeOut = () => editHosts((hosts) => hosts.filter((host) => host !== appDomain));
const putIn = () => editHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const back = {
  exitCode: 1,
  outputs: { outcome: 'rolled-back', 'rolled-back': 'true', 'green-percent': '0' },
};
const quick = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };

/** Another service's rule, which comes first, takes the host. */
async function whileTaken<Done>(act: (take: () => Promise<void>) => Promise<Done>): Promise<Done> {
  let RuleArn: string | undefined;
  const take = async () => {
    const { other } = await findRules();
    const TargetGroups = other?.Actions?.[0]?.ForwardConfig?.TargetGroups;
    const rule = new CreateRuleCommand({
      ListenerArn,
      Priority: 1,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [appDomain] } }],
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    });
    RuleArn = (await elb.send(rule)).Rules?.[0]?.RuleArn;
  };
  try {
    return await act(take);
  } finally {
    await elb.send(new DeleteRuleCommand({ RuleArn }));
  }
}

/** Lets something happen when the watch has gone well, and what is asked after it has not been asked yet. */
async function atEndOfWatch(inputs: Inputs, happens: () => Promise<unknown>) {
  const operation = { service: 'ecs', operation: 'ListServiceDeployments' };
  const ending = await world.emulator.hold({ ...operation, after: 'attach-domain' in inputs ? 3 : 2 });
  const running = world.start({ mode: 'shift', 'green-percent': '10', ...inputs });
  await ending.arrived();
  await happens();
  await ending.release();
  return running.finished;
}

describe('with attach-domain, as without it,', () => {
  beforeEach(takeOut);
  const attaching = { 'attach-domain': 'true' };

  test('a host that another service took in the watch takes the step back', async () => {
    const run = await whileTaken((take) => atEndOfWatch(attaching, take));
    expect(run).toMatchObject(back);
    expect(run.log).toContain('belongs to another service');
    expect(await shares()).toEqual([100, 0]);
  });

  test('a host that is taken between two steps takes them back', async () => {
    const steps = { ...attaching, 'green-percent': '', steps: '10,50' };
    const run = await whileTaken((take) => atEndOfWatch(steps, take));
    expect(run).toMatchObject(back);
    expect(await shares()).toEqual([100, 0]);
  });

  test('a host that is gone and cannot be added again takes the step back', async () => {
    const run = await atEndOfWatch(attaching, async () => {
      await takeOut();
      const denied = { service: 'elbv2', operation: 'ModifyRule', fault: 'denied', times: 50 };
      await world.emulator.addFaults([denied]);
    });
    expect(run).toMatchObject(back);
    expect(run.log).toContain('does not have the host');
    expect(await shares()).toEqual([100, 0]);
  });
});

describe('at 100 %, as at any share,', () => {
  const all = { 'green-percent': '100' };
  const change = { Certificates: [{ CertificateArn: certificateArn }] };
  const withoutCertificate = async (happens: () => Promise<unknown> = async () => undefined) => {
    const run = await atEndOfWatch(all, async () => {
      await elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, ...change }));
      await happens();
    });
    await elb.send(new AddListenerCertificatesCommand({ ListenerArn, ...change }));
    return run;
  };

  test('a green that lost its certificate in the watch is rolled back', async () => {
    expect(await withoutCertificate()).toMatchObject(back);
    expect(await shares()).toEqual([100, 0]);
  });

  test('a look at certificates that fails hides no rule that was seen to be gone', async () => {
    const run = await withoutCertificate(async () => {
      await takeOut();
      const broken = { service: 'acm', operation: 'ListCertificates', fault: 'throttle', times: 200 };
      await world.emulator.addFaults([broken]);
    });
    expect(run).toMatchObject(back);
    expect(run.log).toContain('does not have the host');
  });
});

describe('a monitor', () => {
  beforeEach(() => world.giveGreen(50));

  test('takes back a green whose host another service has', async () => {
    const run = await whileTaken(async (take) => {
      await take();
      return world.run(quick);
    });
    expect(run).toMatchObject(back);
    expect(run.log).toContain('belongs to another service');
    expect(await shares()).toEqual([100, 0]);
  });

  test('that may not see the rules says so, and is red', async () => {
    const denied = { service: 'elbv2', operation: 'DescribeRules', fault: 'denied', times: 50 };
    await world.emulator.addFaults([denied]);
    const run = await world.run(quick);
    expect(run).toMatchObject({ exitCode: 1, outputs: { 'green-percent': '50' } });
    expect(run.log).toContain('elasticloadbalancing:DescribeRules');
  });

  test('that may not see its alarms watches all the rest, and is red in the end', async () => {
    const denied = { service: 'cloudwatch', operation: 'DescribeAlarms', fault: 'denied', times: 50 };
    await world.emulator.addFaults([denied]);
    const run = await world.run({ ...quick, alarms: 'web-5xx' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { 'green-percent': '50' } });
    expect(run.log).toContain('not all was watched');
    expect(run.log).toContain('cloudwatch:DescribeAlarms');
    await takeOut();
    expect(await world.run({ ...quick, alarms: 'web-5xx' })).toMatchObject(back);
  });
});
