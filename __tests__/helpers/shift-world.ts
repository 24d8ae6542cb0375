import {
  AppRunnerClient,
  AssociateCustomDomainCommand,
  CreateServiceCommand,
  DescribeCustomDomainsCommand,
} from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
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
  readonly records: () => Promise<readonly ResourceRecordSet[]>;
  readonly change: (changes: readonly Change[]) => Promise<void>;
  /** Runs shift-traffic with the inputs of a quick job beside those given. */
  readonly run: (
    inputs: Readonly<Record<string, string>>,
    env?: Record<string, string>,
  ) => Promise<ActionRun>;
  readonly start: (inputs: Readonly<Record<string, string>>, env?: Record<string, string>) => RunningAction;
  readonly stop: () => Promise<void>;
};

/** App Runner's own zone in eu-west-1 (AWS General Reference). */
const appRunnerZoneId = 'Z087551914Z2PCAU0QHMW';

export async function startShiftWorld(
  options: {
    /** The record that leads to blue: `alias`, as App Runner makes it in Route 53, a `CNAME`, or none. */
    readonly record?: 'alias' | 'cname' | 'none';
    readonly args?: readonly string[];
  } = {},
): Promise<ShiftWorld> {
  const emulator = await startEmulator('--speed', '120', ...(options.args ?? []));
  const route53 = new Route53Client(emulator.client);
  const zoneId = await createZone(route53);
  const change = async (changes: readonly Change[]) => {
    await route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes: [...changes] } }),
    );
  };
  const blue = await createBlue(emulator, change);
  await createWeb(new ECSClient(emulator.client));
  await emulator.advance(600);
  const record = options.record ?? 'alias';
  if (record !== 'none')
    await change([{ Action: 'CREATE', ResourceRecordSet: recordToBlue(record, blue.host) }]);
  await emulator.advance(120);
  await emulator.forgetRequests();
  const world = {
    inputs: {
      domain: appDomain,
      'apprunner-service': 'shop',
      'express-service': 'web',
      cluster: 'default',
      'bake-minutes': '0.02',
      'drain-seconds': '0.1',
      'poll-interval-seconds': '0.1',
      gate: 'off',
    },
    env: { ...emulator.env },
  };
  const optionsFor = (inputs: Readonly<Record<string, string>>, env: Record<string, string> = {}) => ({
    action: 'shift-traffic' as const,
    inputs: { ...world.inputs, ...inputs },
    env: { ...world.env, ...env },
  });
  return {
    emulator,
    zoneId,
    blueHost: blue.host,
    blueArn: blue.arn,
    records: () => listAddresses(route53, zoneId),
    change,
    run: (inputs, env) => runAction(optionsFor(inputs, env)),
    start: (inputs, env) => startAction(optionsFor(inputs, env)),
    stop: async () => void (await emulator.stop()),
  };
}

async function createZone(route53: Route53Client): Promise<string> {
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'shift-world' }),
  );
  return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
}

async function createBlue(emulator: EmulatorHandle, change: ShiftWorld['change']) {
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
  await appRunner.send(
    new AssociateCustomDomainCommand({ ServiceArn: arn, DomainName: appDomain, EnableWWWSubdomain: false }),
  );
  await emulator.advance(60);
  const { CustomDomains = [] } = await appRunner.send(new DescribeCustomDomainsCommand({ ServiceArn: arn }));
  const validation = CustomDomains[0]?.CertificateValidationRecords ?? [];
  await change(
    validation.map(({ Name, Value }) => ({
      Action: 'CREATE',
      ResourceRecordSet: { Name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value }] },
    })),
  );
  await emulator.advance(900);
  return { arn, host: Service?.ServiceUrl ?? '' };
}

function recordToBlue(kind: 'alias' | 'cname', host: string): ResourceRecordSet {
  if (kind === 'cname')
    return { Name: appDomain, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: host }] };
  return {
    Name: appDomain,
    Type: 'A',
    AliasTarget: { HostedZoneId: appRunnerZoneId, DNSName: host, EvaluateTargetHealth: true },
  };
}

async function listAddresses(route53: Route53Client, zoneId: string): Promise<readonly ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: appDomain, MaxItems: 10 }),
  );
  return ResourceRecordSets.filter(({ Name }) => Name === `${appDomain}.`);
}
