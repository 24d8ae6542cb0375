import {
  AppRunnerClient,
  AssociateCustomDomainCommand,
  type CertificateValidationRecord,
  CreateAutoScalingConfigurationCommand,
  CreateServiceCommand,
  CreateVpcConnectorCommand,
  DeleteServiceCommand,
  DescribeAutoScalingConfigurationCommand,
  DescribeCustomDomainsCommand,
  DescribeServiceCommand,
  DescribeVpcConnectorCommand,
  DisassociateCustomDomainCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  PauseServiceCommand,
  ResumeServiceCommand,
  StartDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-apprunner';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { createBlue } from '../helpers/blue-service.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { getHttps } from '../helpers/https.ts';
import { until } from '../helpers/until.ts';

let emulator: EmulatorHandle;
let runner: AppRunnerClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  runner = new AppRunnerClient(emulator.client);
});
afterAll(() => emulator.stop());

const serviceOf = async (ServiceArn: string) =>
  (await runner.send(new DescribeServiceCommand({ ServiceArn }))).Service;

/** Lets an operation end: virtual time is advanced, what really starts or stops takes its real time. */
async function settle(arn: string): Promise<string | undefined> {
  await emulator.advance(130);
  return until(
    async () => (await serviceOf(arn))?.Status,
    (status) => status !== 'OPERATION_IN_PROGRESS',
  );
}

const image = (more: object = {}) => ({
  ImageRepository: {
    ImageIdentifier: 'public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0',
    ImageRepositoryType: 'ECR_PUBLIC' as const,
    ...more,
  },
});

test('a service is described with all defaults, in units, while it comes up', async () => {
  const { Service, OperationId } = await runner.send(
    new CreateServiceCommand({
      ServiceName: 'defaults',
      SourceConfiguration: image(),
      InstanceConfiguration: { Cpu: '0.25 vCPU', Memory: '0.5 GB' },
    }),
  );
  expect(OperationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(Service).toMatchObject({
    Status: 'OPERATION_IN_PROGRESS',
    ServiceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    ServiceUrl: expect.stringMatching(/^[0-9a-z]{10}\.eu-west-1\.awsapprunner\.com$/),
    SourceConfiguration: {
      AutoDeploymentsEnabled: false,
      ImageRepository: { ImageConfiguration: { Port: '8080' } },
    },
    InstanceConfiguration: { Cpu: '256', Memory: '512' },
    HealthCheckConfiguration: {
      Protocol: 'TCP',
      Path: '/',
      Interval: 5,
      Timeout: 2,
      HealthyThreshold: 1,
      UnhealthyThreshold: 5,
    },
    AutoScalingConfigurationSummary: { AutoScalingConfigurationName: 'DefaultConfiguration' },
    NetworkConfiguration: {
      EgressConfiguration: { EgressType: 'DEFAULT' },
      IngressConfiguration: { IsPubliclyAccessible: true },
      IpAddressType: 'IPV4',
    },
  });
});

test('it runs, answers under its own name, pauses, resumes and is deleted', async () => {
  const { ServiceArn, ServiceUrl } = await createBlue(emulator, 'lifecycle');
  expect((await getHttps(emulator, ServiceUrl)).body).toContain('stand-in');
  await runner.send(new PauseServiceCommand({ ServiceArn }));
  await expect(runner.send(new ResumeServiceCommand({ ServiceArn }))).rejects.toMatchObject({
    name: 'InvalidStateException',
    message: 'Service cannot be resumed in the current state: OPERATION_IN_PROGRESS.',
  });
  expect(await settle(ServiceArn)).toBe('PAUSED');
  expect((await getHttps(emulator, ServiceUrl)).status).toBe(503);
  await runner.send(new ResumeServiceCommand({ ServiceArn }));
  expect(await settle(ServiceArn)).toBe('RUNNING');
  expect((await getHttps(emulator, ServiceUrl)).status).toBe(200);
  await runner.send(new DeleteServiceCommand({ ServiceArn }));
  expect(await settle(ServiceArn)).toBe('DELETED');
  await expect(getHttps(emulator, ServiceUrl)).rejects.toThrow('the proxy answered 403');
  const { ServiceSummaryList } = await runner.send(new ListServicesCommand({}));
  expect(ServiceSummaryList?.map((one) => one.ServiceName)).not.toContain('lifecycle');
});

test('an update replaces what runs; one that never gets healthy leaves the old one in place', async () => {
  const { ServiceArn, ServiceUrl } = await createBlue(emulator, 'updated');
  await runner.send(
    new UpdateServiceCommand({
      ServiceArn,
      SourceConfiguration: image({ ImageIdentifier: 'public.ecr.aws/aws-containers/next:2' }),
    }),
  );
  await settle(ServiceArn);
  expect((await getHttps(emulator, ServiceUrl)).body).toContain('next:2');
  await emulator.post('stub', [{ imageContains: 'sick:3', exitCode: 1 }]);
  await runner.send(
    new UpdateServiceCommand({
      ServiceArn,
      SourceConfiguration: image({ ImageIdentifier: 'public.ecr.aws/aws-containers/sick:3' }),
    }),
  );
  expect(await settle(ServiceArn)).toBe('RUNNING');
  expect((await getHttps(emulator, ServiceUrl)).body).toContain('next:2');
  await emulator.post('stub', []);
  const { OperationId } = await runner.send(new StartDeploymentCommand({ ServiceArn }));
  expect(OperationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(await settle(ServiceArn)).toBe('RUNNING');
});

test('a service whose program ends at once is CREATE_FAILED', async () => {
  await emulator.post('stub', [{ imageContains: 'broken', exitCode: 1 }]);
  const { ServiceArn } = await createBlue(emulator, 'failing', 'public.ecr.aws/aws-containers/broken:1');
  expect((await serviceOf(ServiceArn))?.Status).toBe('CREATE_FAILED');
  await emulator.post('stub', []);
});

test('a service from source is answered for by the stand-in', async () => {
  const { Service } = await runner.send(
    new CreateServiceCommand({
      ServiceName: 'from-source',
      SourceConfiguration: {
        CodeRepository: {
          RepositoryUrl: 'https://github.com/octo/app',
          SourceCodeVersion: { Type: 'BRANCH', Value: 'main' },
        },
        AuthenticationConfiguration: {
          ConnectionArn: 'arn:aws:apprunner:eu-west-1:123456789012:connection/gh/1234',
        },
      },
    }),
  );
  expect(await settle(Service?.ServiceArn ?? '')).toBe('RUNNING');
  expect((await getHttps(emulator, Service?.ServiceUrl ?? '')).status).toBe(200);
});

test.each([
  [
    'a private image without a role',
    { SourceConfiguration: image({ ImageRepositoryType: 'ECR' }) },
    'Authentication configuration is invalid.',
  ],
  ['a name that is too short', { ServiceName: 'web' }, /at 'serviceName' failed to satisfy constraint/],
  [
    'a CPU that does not exist',
    { InstanceConfiguration: { Cpu: '3 vCPU' } },
    /at 'cpu' failed to satisfy constraint/,
  ],
  [
    'no source at all',
    { SourceConfiguration: {} },
    'Exactly one of CodeRepository and ImageRepository must be specified.',
  ],
])('%s is an InvalidRequestException', async (_, more, message) => {
  const input = { ServiceName: 'never', SourceConfiguration: image(), ...more };
  await expect(runner.send(new CreateServiceCommand(input))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
});

test('tags, scaling configurations and connectors are kept', async () => {
  const { Service } = await runner.send(
    new CreateServiceCommand({
      ServiceName: 'tagged',
      SourceConfiguration: image(),
      Tags: [{ Key: 'b', Value: '2' }],
    }),
  );
  const { Tags } = await runner.send(new ListTagsForResourceCommand({ ResourceArn: Service?.ServiceArn }));
  expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  const names = { AutoScalingConfigurationName: 'high', MaxConcurrency: 50 };
  await runner.send(new CreateAutoScalingConfigurationCommand(names));
  const second = await runner.send(new CreateAutoScalingConfigurationCommand({ ...names, MaxSize: 3 }));
  const arn = second.AutoScalingConfiguration?.AutoScalingConfigurationArn ?? '';
  const { AutoScalingConfiguration } = await runner.send(
    new DescribeAutoScalingConfigurationCommand({ AutoScalingConfigurationArn: arn.replace(/\/2\/.*$/, '') }),
  );
  expect(AutoScalingConfiguration).toMatchObject({
    AutoScalingConfigurationRevision: 2,
    Latest: true,
    MaxConcurrency: 50,
    MinSize: 1,
    MaxSize: 3,
  });
  const made = await runner.send(
    new CreateVpcConnectorCommand({ VpcConnectorName: 'inner', Subnets: ['subnet-1'] }),
  );
  const { VpcConnector } = await runner.send(
    new DescribeVpcConnectorCommand({ VpcConnectorArn: made.VpcConnector?.VpcConnectorArn }),
  );
  expect(VpcConnector).toMatchObject({ VpcConnectorRevision: 1, Subnets: ['subnet-1'], Status: 'ACTIVE' });
});

describe('a custom domain', () => {
  const DOMAIN = 'app.blue.example';
  let arn: string;
  const state = async () =>
    (await runner.send(new DescribeCustomDomainsCommand({ ServiceArn: arn }))).CustomDomains?.[0];

  beforeAll(async () => {
    arn = (await createBlue(emulator, 'with-domain')).ServiceArn;
    await emulator.post('route-53', { zones: [{ id: 'ZBLUE', name: 'blue.example' }] });
  });

  test('waits for its validation records, serves once it is ACTIVE, and is gone after disassociation', async () => {
    const associated = await runner.send(
      new AssociateCustomDomainCommand({ ServiceArn: arn, DomainName: DOMAIN, EnableWWWSubdomain: true }),
    );
    expect(associated).toMatchObject({
      DNSTarget: (await serviceOf(arn))?.ServiceUrl,
      CustomDomain: { Status: 'CREATING', CertificateValidationRecords: [] },
    });
    await emulator.advance(20);
    const pending = await state();
    expect(pending?.Status).toBe('PENDING_CERTIFICATE_DNS_VALIDATION');
    const records = pending?.CertificateValidationRecords ?? [];
    expect(records).toHaveLength(3);
    await emulator.advance(300);
    expect((await state())?.Status).toBe('PENDING_CERTIFICATE_DNS_VALIDATION');
    await expect(getHttps(emulator, DOMAIN, associated.DNSTarget)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });

    await writeRecords(records);
    await emulator.advance(35 + 31);
    expect(await state()).toMatchObject({
      Status: 'BINDING_CERTIFICATE',
      CertificateValidationRecords: [{ Status: 'SUCCESS' }, { Status: 'SUCCESS' }, { Status: 'SUCCESS' }],
    });
    await emulator.advance(61);
    expect((await state())?.Status).toBe('ACTIVE');
    expect((await getHttps(emulator, DOMAIN, associated.DNSTarget)).status).toBe(200);
    expect((await getHttps(emulator, `www.${DOMAIN}`)).status).toBe(200);

    const other = await createBlue(emulator, 'without-domain');
    await expect(
      runner.send(new AssociateCustomDomainCommand({ ServiceArn: other.ServiceArn, DomainName: DOMAIN })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });

    await runner.send(new DisassociateCustomDomainCommand({ ServiceArn: arn, DomainName: DOMAIN }));
    expect((await state())?.Status).toBe('DELETING');
    await emulator.advance(31);
    expect(await state()).toBeUndefined();
  });
});

async function writeRecords(records: readonly CertificateValidationRecord[]): Promise<void> {
  const Changes = records.map(({ Name, Value = '' }) => ({
    Action: 'CREATE' as const,
    ResourceRecordSet: { Name, Type: 'CNAME' as const, TTL: 300, ResourceRecords: [{ Value }] },
  }));
  await new Route53Client(emulator.client).send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: 'ZBLUE', ChangeBatch: { Changes } }),
  );
}
