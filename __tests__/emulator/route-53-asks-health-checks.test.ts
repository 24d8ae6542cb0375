import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  type HealthCheckConfig,
  type ResourceRecordSet,
  Route53Client,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

let emulator: EmulatorHandle;
let route53: Route53Client;
let zoneId: string;
beforeAll(async () => {
  emulator = await startEmulator('--route-53-rate', '0');
  route53 = new Route53Client(emulator.client);
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }),
  );
  zoneId = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
});
afterAll(() => emulator.stop());

async function createCheck(
  CallerReference: string,
  FullyQualifiedDomainName = 'example.net',
  more: Partial<HealthCheckConfig> = {},
): Promise<string> {
  const HealthCheckConfig = { Type: 'HTTPS' as const, FullyQualifiedDomainName, ...more };
  const { HealthCheck } = await route53.send(
    new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }),
  );
  return HealthCheck?.Id ?? '';
}

const create = (...records: readonly Partial<ResourceRecordSet>[]) =>
  route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: {
        Changes: records.map((record) => ({
          Action: 'UPSERT',
          ResourceRecordSet: { Name: 'app.example.com', Type: 'A', TTL: 60, ...record },
        })),
      },
    }),
  );

test('the same caller reference makes one of the same settings, and none of others', async () => {
  const first = await createCheck('twice');
  expect(await createCheck('twice')).toBe(first);
  await expect(createCheck('twice', 'example.org')).rejects.toMatchObject({
    name: 'HealthCheckAlreadyExists',
  });
});

test('one that is not there is found by nobody, and stands in no new record', async () => {
  const HealthCheckId = await createCheck('gone');
  const record = { SetIdentifier: 'a', Weight: 1, ResourceRecords: [{ Value: '192.0.2.9' }], HealthCheckId };
  await create(record);
  await route53.send(new DeleteHealthCheckCommand({ HealthCheckId }));
  await expect(route53.send(new GetHealthCheckCommand({ HealthCheckId }))).rejects.toMatchObject({
    name: 'NoSuchHealthCheck',
  });
  await expect(create({ ...record, Weight: 2 })).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
});

test.each([
  ['100 and 0', [100, 0], ['unhealthy', 'healthy'], ['192.0.2.2']],
  ['100 and 0', [100, 0], ['healthy', 'unhealthy'], ['192.0.2.1']],
  ['100 and 0', [100, 0], ['unhealthy', 'unhealthy'], ['192.0.2.1']],
  ['50 and 50', [50, 50], ['unhealthy', 'healthy'], ['192.0.2.2']],
  ['50 and 50', [50, 50], ['unhealthy', 'unhealthy'], ['192.0.2.1', '192.0.2.2']],
])('with weights %s %j and checks %j the answers are %j', async (_what, weights, verdicts, answers) => {
  const ids = [await createCheck('blue'), await createCheck('green')];
  const name = `w${weights.join('-')}-${verdicts.join('-')}.example.com`;
  await create(
    ...ids.map((HealthCheckId, index) => ({
      Name: name,
      SetIdentifier: String(index),
      Weight: weights[index],
      ResourceRecords: [{ Value: `192.0.2.${index + 1}` }],
      HealthCheckId,
    })),
  );
  await emulator.advance(60);
  const healthChecks = Object.fromEntries(ids.map((id, index) => [id, verdicts[index]]));
  await emulator.post('route-53', { healthChecks });
  const seen = new Set<string>();
  for (let asked = 0; asked < 4; asked += 1) {
    const { RecordData = [] } = await route53.send(
      new TestDNSAnswerCommand({ HostedZoneId: zoneId, RecordName: name, RecordType: 'A' }),
    );
    seen.add(RecordData.join());
  }
  expect([...seen].toSorted()).toEqual(answers);
});

describe('what its checkers report', () => {
  const report = async (HealthCheckId: string) => {
    const { HealthCheckObservations = [] } = await route53.send(
      new GetHealthCheckStatusCommand({ HealthCheckId }),
    );
    return HealthCheckObservations;
  };
  const words = async (id: string) =>
    (await report(id)).map(({ StatusReport }) => StatusReport?.Status?.split(':')[0]);
  const says = (id: string, verdict: unknown) =>
    emulator.post('route-53', { healthChecks: { [id]: verdict } });

  test('is one line of each, with its Region, address and time', async () => {
    const id = await createCheck('reports');
    const all = await report(id);
    expect(all).toHaveLength(16);
    expect(all[0]).toMatchObject({
      Region: 'us-east-1',
      IPAddress: expect.any(String),
      StatusReport: { Status: expect.stringMatching(/^Success: /), CheckedTime: expect.any(Date) },
    });
    await says(id, 5);
    expect((await words(id)).filter((word) => word === 'Failure')).toHaveLength(5);
    await says(id, 'no report yet');
    expect(await report(id)).toEqual([]);
  });

  test('comes from the Regions that were asked for, and from nobody while it is disabled', async () => {
    const id = await createCheck('regions', 'example.net', {
      Regions: ['eu-west-1', 'us-east-1', 'sa-east-1'],
    });
    expect(new Set((await report(id)).map(({ Region }) => Region))).toEqual(
      new Set(['eu-west-1', 'us-east-1', 'sa-east-1']),
    );
    expect(await report(await createCheck('off', 'example.net', { Disabled: true }))).toEqual([]);
  });

  test('is not to be had of one that is calculated, or not there', async () => {
    const id = await createCheck('sum', 'example.net', { Type: 'CALCULATED' });
    await expect(report(id)).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(report('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      name: 'NoSuchHealthCheck',
    });
  });

  /** Two records of 50 and 50, of which the first has the check: whether it is in the answers. */
  test.each<[unknown, Partial<HealthCheckConfig>, boolean]>([
    [13, {}, true],
    [14, {}, false],
    ['no report yet', {}, true],
    ['healthy', { Inverted: true }, false],
    ['unhealthy', { Inverted: true }, true],
    ['unhealthy', { Disabled: true }, true],
    ['unhealthy', { Disabled: true, Inverted: true }, false],
  ])('counts: with %j failing and %j the record answers: %j', async (verdict, config, isThere) => {
    const name = `c${Object.keys(config).join('')}${String(verdict).replaceAll(' ', '')}`.toLowerCase();
    const id = await createCheck(name, 'example.net', config);
    await says(id, verdict);
    await create(
      ...['192.0.2.1', '192.0.2.2'].map((Value, index) => ({
        Name: `${name}.example.com`,
        SetIdentifier: String(index),
        Weight: 50,
        ResourceRecords: [{ Value }],
        ...(index === 0 && { HealthCheckId: id }),
      })),
    );
    await emulator.advance(60);
    const seen: string[] = [];
    for (let asked = 0; asked < 4; asked += 1) {
      const { RecordData = [] } = await route53.send(
        new TestDNSAnswerCommand({
          HostedZoneId: zoneId,
          RecordName: `${name}.example.com`,
          RecordType: 'A',
        }),
      );
      seen.push(...RecordData);
    }
    expect(seen.includes('192.0.2.1')).toBe(isThere);
  });
});
