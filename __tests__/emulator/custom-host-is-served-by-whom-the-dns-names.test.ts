import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import {
  AppRunnerClient,
  AssociateCustomDomainCommand,
  DescribeCustomDomainsCommand,
} from '@aws-sdk/client-apprunner';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { createBlue, makeDualStack } from '../helpers/blue-service.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, untilStage } from '../helpers/express-service.ts';
import { getHttps } from '../helpers/https.ts';

const HOST = 'app.shop.example';
const BLUE_IMAGE = 'public.ecr.aws/example/blue:1';
const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/shop';

let emulator: EmulatorHandle;
let elb: ElasticLoadBalancingV2Client;
let route53: Route53Client;
let green: {
  readonly dnsName: string;
  readonly zoneId: string;
  readonly listener: string;
  readonly rule: string;
  readonly host: string;
};
let blue: { readonly ServiceArn: string; readonly ServiceUrl: string; readonly ServiceId: string };

beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  elb = new ElasticLoadBalancingV2Client(emulator.client);
  route53 = new Route53Client(emulator.client);
  const ecs = new ECSClient(emulator.client);
  await createWeb(ecs);
  await untilStage(emulator, ecs, 'CLEAN_UP');
  green = await findGreen();
  blue = await blueWithDomain();
});
afterAll(() => emulator.stop());

async function findGreen() {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { LoadBalancerArn, DNSName = '', CanonicalHostedZoneId = '' } = LoadBalancers[0] ?? {};
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const ListenerArn = Listeners[0]?.ListenerArn ?? '';
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  const own = Rules.find(({ IsDefault }) => !IsDefault);
  return {
    dnsName: DNSName,
    zoneId: CanonicalHostedZoneId,
    listener: ListenerArn,
    rule: own?.RuleArn ?? '',
    host: own?.Conditions?.[0]?.HostHeaderConfig?.Values?.[0] ?? '',
  };
}

async function blueWithDomain() {
  const service = await createBlue(emulator, 'shop', BLUE_IMAGE);
  const runner = new AppRunnerClient(emulator.client);
  const { ServiceArn } = service;
  await runner.send(
    new AssociateCustomDomainCommand({ ServiceArn, DomainName: HOST, EnableWWWSubdomain: false }),
  );
  await emulator.advance(20);
  const { CustomDomains = [] } = await runner.send(new DescribeCustomDomainsCommand({ ServiceArn }));
  const validation = CustomDomains[0]?.CertificateValidationRecords?.map(({ Name, Type, Value }) => ({
    Name,
    Type,
    TTL: 300,
    ResourceRecords: [{ Value }],
  }));
  await emulator.post('route-53', { zones: [{ id: 'ZSHOP', name: 'shop.example', records: validation }] });
  await emulator.advance(31 + 61);
  return service;
}

const member = (id: 'blue' | 'green', weight: number) => ({
  Name: HOST,
  Type: 'A' as const,
  SetIdentifier: id,
  Weight: weight,
  AliasTarget: {
    HostedZoneId: id === 'blue' ? 'Z087551914Z2PCAU0QHMW' : green.zoneId,
    DNSName: id === 'blue' ? blue.ServiceUrl : green.dnsName,
    EvaluateTargetHealth: false,
  },
});

async function setWeights(blueWeight: number, greenWeight: number): Promise<void> {
  const records = [member('blue', blueWeight), member('green', greenWeight)];
  const Changes = records.map((ResourceRecordSet) => ({ Action: 'UPSERT' as const, ResourceRecordSet }));
  await route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: 'ZSHOP', ChangeBatch: { Changes } }),
  );
  await emulator.advance(31);
}

test('the certificate is missing until the listener has one for the host', async () => {
  await expect(getHttps(emulator, HOST, green.dnsName)).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await emulator.post('acm', { certificates: [{ arn: CERTIFICATE, domainNames: ['*.shop.example'] }] });
  const added = { ListenerArn: green.listener, Certificates: [{ CertificateArn: CERTIFICATE }] };
  await elb.send(new AddListenerCertificatesCommand(added));
  expect(await getHttps(emulator, HOST, green.dnsName)).toMatchObject({ status: 404 });
});

test('the host is unknown until its rule has it', async () => {
  const HostHeaderConfig = { Values: [green.host, HOST] };
  await elb.send(
    new ModifyRuleCommand({ RuleArn: green.rule, Conditions: [{ Field: 'host-header', HostHeaderConfig }] }),
  );
  expect(await getHttps(emulator, HOST, green.dnsName)).toMatchObject({ status: 200 });
});

test('clients are led by the weights, every request answered by the side that the DNS named', async () => {
  await setWeights(90, 10);
  const bodies: string[] = [];
  for (let count = 0; count < 20; count += 1) bodies.push((await getHttps(emulator, HOST)).body);
  expect(bodies.filter((body) => body.includes(BLUE_IMAGE))).toHaveLength(18);
  expect(bodies.filter((body) => body.includes('web:1'))).toHaveLength(2);
});

test('without TLS each side has the address that its names resolve to', async () => {
  const [, port] = emulator.http.split(':');
  const ask = (host: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host, port, headers: { host: HOST }, agent: false }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve(body));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  expect(await ask('127.0.0.3')).toContain(BLUE_IMAGE);
  expect(await ask('127.0.0.2')).toContain('web:1');
});

describe('CloudWatch', () => {
  let cloudwatch: CloudWatchClient;
  beforeAll(() => {
    cloudwatch = new CloudWatchClient(emulator.client);
  });

  /** All data points of a metric as one sum, by the client's own clock. */
  async function total(Namespace: string, MetricName: string, wanted: string): Promise<number | undefined> {
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace, MetricName }));
    const Metric = Metrics.find(
      ({ Dimensions = [] }) =>
        wanted ===
        Dimensions.map(({ Name }) => Name)
          .sort()
          .join(' '),
    );
    if (!Metric) return undefined;
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 3 * 3_600_000),
        EndTime: new Date(),
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
      }),
    );
    return MetricDataResults[0]?.Values?.reduce((sum, value) => sum + value, 0);
  }

  test('has counted what each side carried, once the minute is over and some time has passed', async () => {
    expect(await total('AWS/AppRunner', 'Requests', 'ServiceID ServiceName')).toBe(0);
    await emulator.advance(121);
    expect(await total('AWS/AppRunner', 'Requests', 'ServiceID ServiceName')).toBe(19);
    expect(await total('AWS/AppRunner', '2xxStatusResponses', 'ServiceID ServiceName')).toBe(19);
    const group = 'LoadBalancer TargetGroup';
    expect(await total('AWS/ApplicationELB', 'RequestCount', group)).toBe(4);
    expect(await total('AWS/ApplicationELB', 'HTTPCode_Target_2XX_Count', group)).toBe(4);
    expect(await total('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', group)).toBeUndefined();
  });
});

test('a side has IPv6 when it was given it, and an alias of type AAAA only then', async () => {
  const alias = { ...member('blue', 0).AliasTarget, EvaluateTargetHealth: false };
  const ResourceRecordSet = { Name: `six.${HOST}`, Type: 'AAAA' as const, AliasTarget: alias };
  const create = () =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: 'ZSHOP',
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
      }),
    );
  await expect(create()).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
  await makeDualStack(emulator, blue.ServiceArn);
  await create();
  await emulator.advance(31);
  const dns = new Resolver();
  dns.setServers([emulator.dns]);
  expect(await dns.resolve6(`six.${HOST}`)).toEqual(['::ffff:127.0.0.3']);
  await expect(dns.resolve6(green.dnsName)).rejects.toMatchObject({ code: 'ENODATA' });
});
