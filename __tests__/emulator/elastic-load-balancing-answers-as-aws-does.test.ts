import {
  AddListenerCertificatesCommand,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  DeleteRuleCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type IpAddressType,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type ModifyRuleCommandInput,
  RemoveListenerCertificatesCommand,
  type RuleCondition,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ACCOUNT, REGION } from '../helpers/emulated-apis.ts';
import {
  type EmulatedBalancer,
  type ExpressService,
  PLACEMENT,
  startBalancer,
} from '../helpers/emulated-balancer.ts';

const HOST = 'we-0123.ecs.eu-west-1.on.aws';
const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012`;

let balancer: EmulatedBalancer;
let service: ExpressService;

beforeEach(async () => {
  balancer = await startBalancer({ speed: 1 });
  service = balancer.addService(HOST);
});

afterEach(() => balancer.close());

const modify = (change: Omit<ModifyRuleCommandInput, 'RuleArn'>) =>
  balancer.elb.send(new ModifyRuleCommand({ RuleArn: service.ruleArn, ...change }));
const hosts = (...Values: string[]) => [{ Field: 'host-header', HostHeaderConfig: { Values } }];

describe('what Express made can be described', () => {
  test('the load balancer, by ARN and by name', async () => {
    const byArn = await balancer.elb.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [service.loadBalancerArn] }),
    );
    expect(byArn.LoadBalancers).toEqual([
      expect.objectContaining({
        LoadBalancerName: expect.stringMatching(/^ecs-express-gateway-alb-[0-9a-f]{8}$/),
        DNSName: service.dnsName,
        // Ireland's, from the AWS General Reference.
        CanonicalHostedZoneId: 'Z32O12XQLNTSW2',
        Scheme: 'internet-facing',
        State: { Code: 'active' },
        CreatedTime: expect.any(Date),
      }),
    ]);
    const name = byArn.LoadBalancers?.[0]?.LoadBalancerName ?? '';
    const byName = await balancer.elb.send(new DescribeLoadBalancersCommand({ Names: [name] }));
    expect(byName.LoadBalancers).toEqual(byArn.LoadBalancers);
  });

  test('its only listener: HTTPS on 443, answering 404 by default', async () => {
    const input = { LoadBalancerArn: service.loadBalancerArn };
    const { Listeners } = await balancer.elb.send(new DescribeListenersCommand(input));
    expect(Listeners).toMatchObject([
      {
        ListenerArn: service.listenerArn,
        Port: 443,
        Protocol: 'HTTPS',
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      },
    ]);
  });

  test('its rules, with the default rule last', async () => {
    const input = { ListenerArn: service.listenerArn };
    const { Rules } = await balancer.elb.send(new DescribeRulesCommand(input));
    expect(Rules).toMatchObject([
      {
        RuleArn: service.ruleArn,
        Priority: expect.stringMatching(/^[1-6]\d\d$/),
        Conditions: [{ Field: 'host-header', Values: [HOST], HostHeaderConfig: { Values: [HOST] } }],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: service.first, Weight: 100 },
                { TargetGroupArn: service.second, Weight: 0 },
              ],
            },
          },
        ],
        IsDefault: false,
      },
      { Priority: 'default', IsDefault: true },
    ]);
  });

  test('its target groups, page by page, and their tag', async () => {
    const read = async (Marker?: string) =>
      balancer.elb.send(new DescribeTargetGroupsCommand({ PageSize: 1, ...(Marker && { Marker }) }));
    const first = await read();
    const second = await read(first.NextMarker);
    expect(second.NextMarker).toBeUndefined();
    const groups = [...(first.TargetGroups ?? []), ...(second.TargetGroups ?? [])];
    expect(groups.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([service.first, service.second]);
    expect(groups[0]).toMatchObject({
      TargetGroupName: expect.stringMatching(/^ecs-gateway-tg-[0-9a-f]{17}$/),
      TargetType: 'ip',
      HealthCheckPath: '/',
      HealthCheckIntervalSeconds: 30,
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: [service.loadBalancerArn],
    });
    const { TagDescriptions } = await balancer.elb.send(
      new DescribeTagsCommand({ ResourceArns: [service.first] }),
    );
    expect(TagDescriptions).toEqual([
      { ResourceArn: service.first, Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }] },
    ]);
  });
});

describe('ModifyRule', () => {
  test('replaces the conditions as a whole and leaves the weights alone', async () => {
    const { Rules } = await modify({ Conditions: hosts(HOST, 'app.example.com') });
    expect(Rules?.[0]?.Conditions?.[0]?.Values).toEqual([HOST, 'app.example.com']);
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups).toHaveLength(2);
    expect(balancer.balancing.serves('app.example.com')).toBe(true);
    await modify({ Conditions: hosts('app.example.com') });
    expect(balancer.balancing.serves(HOST)).toBe(false);
  });

  test('replaces the actions as a whole and leaves the conditions alone', async () => {
    const TargetGroups = [{ TargetGroupArn: service.second, Weight: 7 }];
    const { Rules } = await modify({ Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
    expect(Rules?.[0]?.Actions?.[0]).toMatchObject({
      TargetGroupArn: service.second,
      ForwardConfig: { TargetGroups },
    });
    expect(balancer.balancing.serves(HOST)).toBe(true);
  });

  test('takes the older Values alone, but not both', async () => {
    await modify({ Conditions: [{ Field: 'host-header', Values: ['old.example.com'] }] });
    expect(balancer.balancing.serves('old.example.com')).toBe(true);
    const both = [{ Field: 'host-header', Values: [HOST], HostHeaderConfig: { Values: [HOST] } }];
    await expect(modify({ Conditions: both })).rejects.toMatchObject({
      name: 'ValidationError',
      message: "You cannot provide both Values and 'HostHeaderConfig' for a condition of type 'host-header'",
    });
  });

  test('takes five condition values, and not a sixth', async () => {
    const values = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${letter}.example.com`);
    await modify({ Conditions: hosts(...values.slice(0, 5)) });
    await expect(modify({ Conditions: hosts(...values) })).rejects.toMatchObject({
      name: 'ValidationError',
      message: "A rule can only have '5' condition values and regex values",
    });
  });

  test('keeps, shows and counts conditions that let every request pass', async () => {
    const open: RuleCondition[] = [
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['0.0.0.0/0', '::/0'] } },
    ];
    const answer = await modify({ Conditions: [...hosts(HOST, 'shop.example.com'), ...open] });
    expect(answer.Rules?.[0]?.Conditions).toEqual([
      {
        Field: 'host-header',
        Values: [HOST, 'shop.example.com'],
        HostHeaderConfig: { Values: [HOST, 'shop.example.com'] },
      },
      { Field: 'path-pattern', Values: ['/*'], PathPatternConfig: { Values: ['/*'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['0.0.0.0/0', '::/0'] } },
    ]);
    await expect(
      modify({ Conditions: [...hosts(HOST, 'shop.example.com', 'www.example.com'), ...open] }),
    ).rejects.toMatchObject({ message: expect.stringContaining("only have '5' condition values") });
  });

  test.each<[string, Omit<ModifyRuleCommandInput, 'RuleArn'>, RegExp]>([
    ['a host without a dot', { Conditions: hosts('my-app-1') }, /contains a character that is not valid/],
    [
      'a host with a port',
      { Conditions: hosts('app.example.com:8443') },
      /contains a character that is not valid/,
    ],
    ['no condition', { Conditions: [] }, /condition must be specified/],
    [
      'a weight above 999',
      {
        Actions: [
          { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:x', Weight: 1000 }] } },
        ],
      },
      /weight.*less than or equal to 999/,
    ],
    [
      'a path condition',
      { Conditions: [...hosts(HOST), { Field: 'path-pattern', Values: ['/a'] }] },
      /does not model/,
    ],
    ['no host', { Conditions: [{ Field: 'path-pattern', Values: ['*'] }] }, /does not model/],
    [
      'a redirect',
      { Actions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }] },
      /does not model/,
    ],
  ])('refuses %s, and nothing has changed', async (_what, change, message) => {
    await expect(modify(change)).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(balancer.balancing.serves(HOST)).toBe(true);
  });
});

test('ModifyListener points the default action at a target group, and no rule changes', async () => {
  const { elb } = balancer;
  const before = await elb.send(new DescribeRulesCommand({ ListenerArn: service.listenerArn }));
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: service.second }];
  await elb.send(new ModifyListenerCommand({ ListenerArn: service.listenerArn, DefaultActions }));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: service.listenerArn }));
  expect(Rules.at(-1)).toMatchObject({
    IsDefault: true,
    Actions: [{ Type: 'forward', TargetGroupArn: service.second }],
  });
  expect(Rules.slice(0, -1)).toEqual(before.Rules?.slice(0, -1));
  // No target is registered in it, which is told from "no rule for this host".
  expect(balancer.balancing.route('nobody.example.com')).toMatchObject({ status: 503 });
});

describe('CreateRule and DeleteRule', () => {
  const create = (Priority: number, more: Partial<CreateRuleCommandInput> = {}) =>
    balancer.elb.send(
      new CreateRuleCommand({
        ListenerArn: service.listenerArn,
        Priority,
        Conditions: hosts('app.example.com'),
        Actions: [{ Type: 'forward', TargetGroupArn: service.second }],
        ...more,
      }),
    );
  const priorities = async () => {
    const { Rules = [] } = await balancer.elb.send(
      new DescribeRulesCommand({ ListenerArn: service.listenerArn }),
    );
    return Rules.map(({ Priority }) => Priority);
  };

  /** Of Express's own rule. */
  const own = async () => (await priorities())[0] ?? '';

  test('rules are tried by priority, whenever they were made', async () => {
    const between = await own();
    await create(50_000);
    const { Rules } = await create(7);
    expect(Rules).toMatchObject([{ Priority: '7', Actions: [{ TargetGroupArn: service.second }] }]);
    expect(await priorities()).toEqual(['7', between, '50000', 'default']);
    await balancer.elb.send(new DeleteRuleCommand({ RuleArn: Rules?.[0]?.RuleArn }));
    expect(await priorities()).toEqual([between, '50000', 'default']);
    expect(balancer.balancing.serves('app.example.com')).toBe(true);
  });

  test.each<[string, number, Partial<CreateRuleCommandInput>, object]>([
    ['a priority above 50000', 50_001, {}, { message: expect.stringContaining('50000') }],
    ['no condition', 2, { Conditions: [] }, { message: expect.stringContaining('must be specified') }],
    [
      'a target group that is not there',
      2,
      {
        Actions: [
          { Type: 'forward', TargetGroupArn: `arn:aws:elasticloadbalancing:${REGION}:1:targetgroup/x/1` },
        ],
      },
      { name: 'TargetGroupNotFoundException' },
    ],
  ])('%s is refused', async (_what, priority, more, error) => {
    const before = await priorities();
    await expect(create(priority, more)).rejects.toMatchObject(error);
    expect(await priorities()).toEqual(before);
  });

  test('a priority that is taken is refused', async () => {
    await expect(create(Number(await own()))).rejects.toMatchObject({ name: 'PriorityInUseException' });
  });

  test('the default rule cannot be deleted', async () => {
    const { Rules = [] } = await balancer.elb.send(
      new DescribeRulesCommand({ ListenerArn: service.listenerArn }),
    );
    const RuleArn = Rules.find(({ IsDefault }) => IsDefault)?.RuleArn;
    await expect(balancer.elb.send(new DeleteRuleCommand({ RuleArn }))).rejects.toMatchObject({
      name: 'OperationNotPermittedException',
    });
  });
});

describe('SetIpAddressType', () => {
  const set = (LoadBalancerArn: string, IpAddressType: IpAddressType) =>
    balancer.elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType }));

  test('is shown from then on', async () => {
    const { loadBalancerArn } = service;
    expect(await set(loadBalancerArn, 'dualstack')).toMatchObject({ IpAddressType: 'dualstack' });
    const { LoadBalancers } = await balancer.elb.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toMatchObject([{ IpAddressType: 'dualstack' }]);
  });

  test('is refused for an internal one, and for a type that is none', async () => {
    const { loadBalancerArn } = balancer.balancing.ensureLoadBalancer({ ...PLACEMENT, scheme: 'internal' });
    await expect(set(loadBalancerArn, 'dualstack')).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
    });
    await expect(set(service.loadBalancerArn, 'ipv6' as IpAddressType)).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('certificates of the listener', () => {
  const ListenerArn = () => service.listenerArn;
  const list = async () => {
    const answer = await balancer.elb.send(
      new DescribeListenerCertificatesCommand({ ListenerArn: ListenerArn() }),
    );
    return (answer.Certificates ?? []).map(({ CertificateArn, IsDefault }) => ({
      CertificateArn,
      IsDefault,
    }));
  };
  const add = (CertificateArn: string) =>
    balancer.elb.send(
      new AddListenerCertificatesCommand({ ListenerArn: ListenerArn(), Certificates: [{ CertificateArn }] }),
    );

  test('adding one twice is adding it once; removing it leaves the default one', async () => {
    const before = await list();
    expect(before).toEqual([{ CertificateArn: expect.any(String), IsDefault: true }]);
    await add(CERTIFICATE);
    await add(CERTIFICATE);
    expect(await list()).toEqual([...before, { CertificateArn: CERTIFICATE, IsDefault: false }]);
    const Certificates = [{ CertificateArn: CERTIFICATE }];
    const input = { ListenerArn: ListenerArn(), Certificates };
    await balancer.elb.send(new RemoveListenerCertificatesCommand(input));
    expect(await list()).toEqual(before);
  });

  test('one of another Region is CertificateNotFound', async () => {
    const elsewhere = CERTIFICATE.replace(REGION, 'us-east-1');
    await expect(add(elsewhere)).rejects.toMatchObject({
      name: 'CertificateNotFoundException',
      message: `Certificate '${elsewhere}' not found`,
    });
  });

  test('the 26th beside the default one is TooManyCertificates', async () => {
    for (let index = 0; index < 25; index += 1) await add(`${CERTIFICATE}-${index}`);
    await expect(add(CERTIFICATE)).rejects.toMatchObject({ name: 'TooManyCertificatesException' });
    await add(`${CERTIFICATE}-7`);
  });
});

describe('what is not there', () => {
  const gone = (arn: string): string => arn.replace(/[0-9a-f]{16}$/, '0000000000000000');

  test('is told by kind', async () => {
    const { elb } = balancer;
    const refused = async (call: Promise<unknown>, name: string, message: string): Promise<void> =>
      expect(call).rejects.toMatchObject({ name, message });
    await refused(
      elb.send(new DescribeRulesCommand({ RuleArns: [gone(service.ruleArn)] })),
      'RuleNotFoundException',
      'One or more rules not found',
    );
    await refused(
      elb.send(new DescribeRulesCommand({ ListenerArn: gone(service.listenerArn) })),
      'ListenerNotFoundException',
      'One or more listeners not found',
    );
    await refused(
      elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: gone(service.first) })),
      'TargetGroupNotFoundException',
      'One or more target groups not found',
    );
    await refused(
      elb.send(new DescribeLoadBalancersCommand({ Names: ['nobody'] })),
      'LoadBalancerNotFoundException',
      "Load balancers '[nobody]' not found",
    );
    await refused(
      elb.send(new DescribeRulesCommand({ RuleArns: ['web'] })),
      'ValidationError',
      "'web' is not a valid rule ARN",
    );
  });

  test('a group that a rule forwards to cannot be deleted under it', () => {
    expect(() => balancer.balancing.deleteTargetGroup(service.first)).toThrow(
      /in use by a listener or a rule/,
    );
    balancer.balancing.deleteRule(service.ruleArn);
    balancer.balancing.deleteTargetGroup(service.first);
  });
});
