import {
  ChangeResourceRecordSetsCommand,
  CreateResourceRecordSetProtectionsCommand,
  DeleteResourceRecordSetProtectionsCommand,
  ListResourceRecordSetProtectionsCommand,
  ListResourceRecordSetsCommand,
  type RRType,
} from '@aws-sdk/client-route-53';
import { BLUE, type EmulatedNames, GREEN, startNames } from '../helpers/emulated-names.ts';

let names: EmulatedNames;
let HostedZoneId: string;
beforeEach(async () => {
  names = await startNames();
  HostedZoneId = await names.createZone('guard.example');
});
afterEach(() => names.close());

const protection = (RecordName: string, RecordType: RRType = 'A', Comment?: string) => ({
  RecordName,
  RecordType,
  Comment,
});
const protect = (...Protections: ReturnType<typeof protection>[]) =>
  names.route53.send(new CreateResourceRecordSetProtectionsCommand({ HostedZoneId, Protections }));
const unprotect = (...Protections: ReturnType<typeof protection>[]) =>
  names.route53.send(new DeleteResourceRecordSetProtectionsCommand({ HostedZoneId, Protections }));
const weighted = (Name: string, SetIdentifier: string, Weight = 1) => ({
  Name,
  Type: 'A' as const,
  SetIdentifier,
  Weight,
  AliasTarget: SetIdentifier === 'blue' ? BLUE : GREEN,
});
const submit = (Action: 'CREATE' | 'UPSERT' | 'DELETE', record: ReturnType<typeof weighted>) =>
  names.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: {
        Changes: [
          { Action: 'UPSERT', ResourceRecordSet: weighted('free.guard.example', 'blue') },
          { Action, ResourceRecordSet: record },
        ],
      },
    }),
  );
const listed = async () => {
  const { ResourceRecordSets = [] } = await names.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId }),
  );
  return ResourceRecordSets.map(({ Name }) => Name);
};

test('a protected name and type is refused to everybody, and with it all of the batch', async () => {
  await names.change(HostedZoneId, {
    Action: 'CREATE',
    ResourceRecordSet: weighted('app.guard.example', 'blue'),
  });
  await protect(protection('App.guard.example', 'A', 'ask the platform team'));
  const refusal = {
    name: 'InvalidChangeBatch',
    message: expect.stringMatching(/app\.guard\.example\., type A is protected .*: ask the platform team/),
  };
  await expect(submit('CREATE', weighted('app.guard.example', 'green'))).rejects.toMatchObject(refusal);
  await expect(submit('UPSERT', weighted('app.guard.example', 'blue', 9))).rejects.toMatchObject(refusal);
  await expect(submit('DELETE', weighted('app.guard.example', 'blue'))).rejects.toMatchObject(refusal);
  expect(await listed()).not.toContain('free.guard.example.');
  await submit('CREATE', weighted('other.guard.example', 'green'));
  await unprotect(protection('app.guard.example'));
  await submit('DELETE', weighted('app.guard.example', 'blue'));
});

test('protections are listed in the order of records, from a name and type on, and in pages', async () => {
  await protect(
    protection('b.guard.example'),
    protection('guard.example', 'MX', 'mail'),
    protection('a.guard.example'),
  );
  const list = async (more: object = {}) =>
    names.route53.send(new ListResourceRecordSetProtectionsCommand({ HostedZoneId, ...more }));
  const namesOf = ({ ResourceRecordSetProtections = [] }: Awaited<ReturnType<typeof list>>) =>
    ResourceRecordSetProtections.map(({ RecordName, RecordType }) => `${RecordName} ${RecordType}`);
  expect((await list()).ResourceRecordSetProtections?.[0]).toEqual({
    RecordName: 'guard.example.',
    RecordType: 'MX',
    Comment: 'mail',
  });
  expect(namesOf(await list({ StartRecordName: 'a.guard.example' }))).toEqual([
    'a.guard.example. A',
    'b.guard.example. A',
  ]);
  expect(namesOf(await list({ StartRecordName: 'a.guard.example', StartRecordType: 'AAAA' }))).toEqual([
    'b.guard.example. A',
  ]);
  const first = await list({ MaxResults: 2 });
  expect(namesOf(first)).toHaveLength(2);
  const rest = await list({ MaxResults: 2, NextToken: first.NextToken });
  expect(namesOf(rest)).toEqual(['b.guard.example. A']);
  expect(rest.NextToken).toBeUndefined();
});

test('what is protected already, or not at all, is refused as a whole', async () => {
  const [one, other] = [protection('one.guard.example'), protection('other.guard.example')];
  await protect(one);
  await expect(protect(one)).rejects.toMatchObject({
    name: 'ProtectionAlreadyExists',
    $metadata: { httpStatusCode: 409 },
  });
  const batch = { name: 'InvalidResourceRecordSetProtectionBatch' };
  await expect(protect(one, other)).rejects.toMatchObject(batch);
  await expect(unprotect(one, other)).rejects.toMatchObject(batch);
  await expect(unprotect(other)).rejects.toMatchObject(batch);
  await expect(protect(protection('elsewhere.example'))).rejects.toMatchObject({ name: 'InvalidInput' });
  await expect(protect(other, other)).rejects.toMatchObject({ name: 'InvalidInput' });
  await unprotect(one);
});

test('an alias whose target has gone is refused, though its record is there', async () => {
  const DNSName = 'gone.eu-west-1.awsapprunner.com.';
  const record = { ...weighted('app.guard.example', 'blue'), AliasTarget: { ...BLUE, DNSName } };
  names.control({
    zones: [{ id: 'ZGONE', name: 'gone.example', records: [{ ...record, Name: 'app.gone.example' }] }],
    missingTargets: [DNSName],
  });
  await expect(
    names.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: 'ZGONE',
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: { ...record, Name: 'app.gone.example', Weight: 2 },
            },
          ],
        },
      }),
    ),
  ).rejects.toMatchObject({
    name: 'InvalidChangeBatch',
    message: expect.stringContaining('but that target was not found'),
  });
});
