import { join } from 'node:path';
import {
  AppRunnerClient,
  AssociateCustomDomainCommand,
  CreateServiceCommand,
  DescribeCustomDomainsCommand,
} from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type AliasTarget,
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { type EmulatorHandle, startEmulator } from './emulator.ts';
import { createWeb } from './express-service.ts';
import { type ActionRun, type RunningAction, runAction, startAction } from './run-action.ts';

export const appDomain = 'app.example.com';

/** An App Runner service that owns `app.example.com`, and an Express service `web` that is to take it over. */
export type ShiftWorld = {
  readonly emulator: EmulatorHandle;
  readonly zoneId: string;
  readonly blueHost: string;
  readonly blueArn: string;
  /** The addresses of the name, or of the first of several. */
  readonly records: (name?: string) => Promise<readonly ResourceRecordSet[]>;
  readonly change: (changes: readonly Change[]) => Promise<void>;
  /** Gives green that share of each pair, as the console would, and waits until Route 53 answers so. */
  readonly giveGreen: (percent: number) => Promise<void>;
  /** Runs shift-traffic with the inputs of a quick job beside those given. */
  readonly run: (
    inputs: Readonly<Record<string, string>>,
    env?: Record<string, string>,
    /** `host:port` of another DNS server than the emulator's. */
    dns?: string,
  ) => Promise<ActionRun>;
  readonly start: (inputs: Readonly<Record<string, string>>, env?: Record<string, string>) => RunningAction;
  /** Runs the post step with the state that the main step left. */
  readonly runPost: (
    inputs: Readonly<Record<string, string>>,
    state: Readonly<Record<string, string>>,
  ) => Promise<ActionRun>;
  /** Hosts of Express's own listener rule, as the console would edit them. */
  readonly setHosts: (edit: (hosts: readonly string[]) => readonly string[]) => Promise<void>;
  /** Operations asked for since the last time, as `route53:GetChange`. */
  readonly calls: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

/** App Runner's own zone in eu-west-1 (AWS General Reference). */
const appRunnerZoneId = 'Z087551914Z2PCAU0QHMW';

/** A job that does not wait for longer than it must. */
const quickJob = {
  'apprunner-service': 'shop',
  'express-service': 'web',
  'bake-minutes': '0.01',
  'drain-seconds': '0.1',
  'poll-interval-seconds': '0.1',
  gate: 'off',
};

export type ShiftWorldOptions = {
  /** The record that leads to blue: `alias`, as App Runner makes it in Route 53, a `cname`, or none. */
  readonly record?: 'alias' | 'cname' | 'none';
  /** The names that move, unless it is `app.example.com` alone. */
  readonly domains?: readonly string[];
  /** What is linked to blue, and known to green's load balancer; a wildcard, where the names are more than it takes. */
  readonly known?: readonly string[];
  /** Whether green's load balancer has the domain and its certificate; it has unless told. */
  readonly greenKnowsDomain?: boolean;
  /** How green's container behaves, as `POST /_emulator/stub` takes it. */
  readonly stubs?: readonly object[];
};

export async function startShiftWorld(options: ShiftWorldOptions = {}): Promise<ShiftWorld> {
  const emulator = await startEmulator('--speed', '120');
  const route53 = new Route53Client(emulator.client);
  const zoneId = await createZone(route53);
  const change = async (changes: readonly Change[]) => {
    await route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes: [...changes] } }),
    );
  };
  const domains = options.domains ?? [appDomain];
  const known = options.known ?? domains;
  const blue = await createBlue(emulator, change, known);
  if (options.stubs !== undefined) await emulator.post('stub', options.stubs);
  await createWeb(new ECSClient(emulator.client));
  await emulator.advance(600);
  await emulator.post('acm', { certificates: [{ arn: certificateArn, domainNames: known }] });
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const setHosts = (edit: HostEdit) => editHosts(elb, edit);
  if (options.greenKnowsDomain !== false) {
    await setHosts((hosts) => [...hosts, ...known]);
    await addCertificate(elb);
  }
  const record = options.record ?? 'alias';
  if (record !== 'none')
    await change(
      domains.map((name) => ({ Action: 'CREATE', ResourceRecordSet: recordToBlue(record, name, blue.host) })),
    );
  await emulator.advance(120);
  await emulator.forgetRequests();
  const optionsFor = (inputs: Readonly<Record<string, string>>, env: Record<string, string> = {}) => ({
    action: 'shift-traffic' as const,
    inputs: { ...quickJob, domain: domains.join(), ...inputs },
    env: { ...emulator.env, ...env },
    dns: emulator.dns,
  });
  return {
    emulator,
    zoneId,
    blueHost: blue.host,
    blueArn: blue.arn,
    records: (name = domains[0]) => listAddresses(route53, zoneId, name ?? appDomain),
    change,
    giveGreen: async (percent) => {
      const all = await Promise.all(domains.map((name) => listAddresses(route53, zoneId, name)));
      const changes = all.flat().flatMap((record): readonly Change[] => {
        if (record.SetIdentifier === undefined) return [];
        const Weight = isToBlue(record) ? 100 - percent : percent;
        return Weight === record.Weight
          ? []
          : [{ Action: 'UPSERT', ResourceRecordSet: { ...record, Weight } }];
      });
      if (changes.length > 0) await change(changes);
      await emulator.advance(120);
    },
    run: (inputs, env, dns) => runAction({ ...optionsFor(inputs, env), ...(dns !== undefined && { dns }) }),
    start: (inputs, env) => startAction(optionsFor(inputs, env)),
    runPost: (inputs, state) =>
      runAction({
        ...optionsFor(inputs, stateVariables(state)),
        bundle: join(process.cwd(), 'shift-traffic', 'post.cjs'),
      }),
    setHosts,
    calls: async () => {
      const calls = await emulator.requests();
      await emulator.forgetRequests();
      return calls.map(({ service, operation }) => `${service}:${operation}`);
    },
    stop: async () => void (await emulator.stop()),
  };
}

/** Where a record to green's load balancer leads. */
export async function findGreen({ emulator }: ShiftWorld): Promise<AliasTarget> {
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { DNSName, CanonicalHostedZoneId } = LoadBalancers[0] ?? {};
  return { DNSName, HostedZoneId: CanonicalHostedZoneId, EvaluateTargetHealth: false };
}

/** Asks green by AWS's own host of it, unless told; returns its id. */
export async function createHealthCheck(
  { emulator }: ShiftWorld,
  FullyQualifiedDomainName = 'web.ecs.eu-west-1.on.aws',
): Promise<string> {
  const { HealthCheck } = await new Route53Client(emulator.client).send(
    new CreateHealthCheckCommand({
      CallerReference: FullyQualifiedDomainName,
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName, ResourcePath: '/' },
    }),
  );
  return HealthCheck?.Id ?? '';
}

/** What the runner hands a post step of what the main step saved. */
function stateVariables(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

export const certificateArn =
  'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000001';

async function findListener(elb: ElasticLoadBalancingV2Client): Promise<string> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  return Listeners[0]?.ListenerArn ?? '';
}

type HostEdit = (hosts: readonly string[]) => readonly string[];

async function editHosts(elb: ElasticLoadBalancingV2Client, edit: HostEdit): Promise<void> {
  const ListenerArn = await findListener(elb);
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  const rule = Rules.find(({ IsDefault }) => IsDefault !== true);
  const hosts = rule?.Conditions?.[0]?.HostHeaderConfig?.Values ?? [];
  await elb.send(
    new ModifyRuleCommand({
      RuleArn: rule?.RuleArn,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [...edit(hosts)] } }],
    }),
  );
}

async function addCertificate(elb: ElasticLoadBalancingV2Client): Promise<void> {
  const ListenerArn = await findListener(elb);
  await elb.send(
    new AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn: certificateArn }] }),
  );
}

async function createZone(route53: Route53Client): Promise<string> {
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'shift-world' }),
  );
  return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
}

async function createBlue(emulator: EmulatorHandle, change: ShiftWorld['change'], links: readonly string[]) {
  const appRunner = new AppRunnerClient(emulator.client);
  const { Service } = await appRunner.send(
    new CreateServiceCommand({
      ServiceName: 'shop',
      SourceConfiguration: {
        ImageRepository: {
          ImageIdentifier: 'public.ecr.aws/example/shop:1',
          ImageRepositoryType: 'ECR_PUBLIC',
          ImageConfiguration: { Port: '8080' },
        },
      },
    }),
  );
  const arn = Service?.ServiceArn ?? '';
  await emulator.advance(300);
  for (const DomainName of links) {
    await appRunner.send(
      new AssociateCustomDomainCommand({ ServiceArn: arn, DomainName, EnableWWWSubdomain: false }),
    );
  }
  await emulator.advance(60);
  const { CustomDomains = [] } = await appRunner.send(new DescribeCustomDomainsCommand({ ServiceArn: arn }));
  const validation = CustomDomains.flatMap((domain) => domain.CertificateValidationRecords ?? []);
  await change(
    validation.map(({ Name, Value }) => ({
      Action: 'CREATE',
      ResourceRecordSet: { Name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value }] },
    })),
  );
  await emulator.advance(900);
  return { arn, host: Service?.ServiceUrl ?? '' };
}

function isToBlue({ AliasTarget, ResourceRecords }: ResourceRecordSet): boolean {
  return /\.awsapprunner\.com\.?$/.test(AliasTarget?.DNSName ?? ResourceRecords?.[0]?.Value ?? '');
}

function recordToBlue(kind: 'alias' | 'cname', name: string, host: string): ResourceRecordSet {
  if (kind === 'cname') return { Name: name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: host }] };
  return {
    Name: name,
    Type: 'A',
    AliasTarget: { HostedZoneId: appRunnerZoneId, DNSName: host, EvaluateTargetHealth: true },
  };
}

async function listAddresses(
  route53: Route53Client,
  zoneId: string,
  name: string,
): Promise<readonly ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 10 }),
  );
  const addresses = ['A', 'AAAA', 'CNAME'];
  return ResourceRecordSets.filter(({ Name, Type = '' }) => Name === `${name}.` && addresses.includes(Type));
}
