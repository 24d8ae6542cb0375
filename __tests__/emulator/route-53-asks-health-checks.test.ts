import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
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
): Promise<string> {
  const HealthCheckConfig = { Type: 'HTTPS' as const, FullyQualifiedDomainName };
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
