import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { getHttps } from '../../helpers/https.ts';
import {
  addCertificate,
  type EmulatedListener,
  hostCondition,
  openListener,
} from '../../helpers/listener.ts';

/** Each case has names of its own, so that no certificate of another will do. */
let world: Deployments;
let acm: ACMClient;
let route53: Route53Client;
let zoneId: string;
let listener: EmulatedListener;
let endpoint: string;
let own: readonly string[];
beforeAll(async () => {
  world = await startDeployments();
  acm = new ACMClient(world.emulator.client);
  route53 = new Route53Client(world.emulator.client);
  zoneId = await createZone('shop.example');
  listener = openListener(world.emulator);
  endpoint = (await world.deploy()).outputs['endpoint'] ?? '';
  own = (await listener.certificates()).map(({ arn }) => arn);
});
beforeEach(async () => {
  await world.clearFaults();
  await freeListener();
});
afterAll(() => world.stop());

async function createZone(Name: string): Promise<string> {
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name, CallerReference: `${Name}-${Math.random()}` }),
  );
  return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
}

let serial = 0;
const freshNames = (...labels: readonly string[]) => {
  serial += 1;
  return { names: labels.map((label) => `${label}${serial}.shop.example`) };
};

/** The rule has room for four names, and the listener for 25 certificates: those of the case before go. */
async function freeListener(): Promise<void> {
  await listener.setConditions('we', [hostCondition(endpoint)]);
  const added = (await listener.certificates()).filter(({ arn }) => !own.includes(arn));
  for (const { arn } of added) await listener.removeCertificate(arn);
}

const asked = (names: readonly string[], more: Readonly<Record<string, string>> = {}) => ({
  'custom-domains': names.join(','),
  'request-certificate': 'true',
  ...more,
});
const describe_ = async (CertificateArn: string | undefined) =>
  (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
const certificatesFor = async (name: string) => {
  const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}));
  return CertificateSummaryList.filter(({ SubjectAlternativeNameSummaries = [] }) =>
    SubjectAlternativeNameSummaries.includes(name),
  );
};
const recordsIn = async (id: string) => {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: id, MaxItems: 300 }),
  );
  return ResourceRecordSets.filter(({ Type }) => Type === 'CNAME');
};
const nameServersOf = async (id: string) => {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: id, MaxItems: 300 }),
  );
  return ResourceRecordSets.find(({ Type }) => Type === 'NS')?.ResourceRecords;
};
const change = (id: string, changes: Change[]) =>
  route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes: changes } }));

/** What ACM will ask for: the record of a name is the same for each certificate. */
async function recordOf(name: string): Promise<{ readonly Name: string; readonly Value: string }> {
  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({ DomainName: name, ValidationMethod: 'DNS' }),
  );
  await world.emulator.advance(10);
  const record = (await describe_(CertificateArn))?.DomainValidationOptions?.[0]?.ResourceRecord;
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  return { Name: record?.Name ?? '', Value: record?.Value ?? '' };
}
const cname = (Name: string, Value: string): Change => ({
  Action: 'CREATE',
  ResourceRecordSet: { Name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value }] },
});

test('a dry run says what would be done, and does nothing', async () => {
  const { names } = freshNames('app', 'www');
  const run = await world.deploy(asked(names, { 'dry-run': 'true' }));
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 0 });
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run)).toContain(
    `Would request a certificate for ${names.join(', ')}, make its records in Route 53, and wait up to 15 min until it is issued`,
  );
  expect(linesOf(run)).toContain(
    `Would add ${names.join(', ')} to the listener rule of the service, and add that certificate to its listener`,
  );
});

test('one certificate for all names is requested, validated and attached, and the names answer over TLS', async () => {
  const { names } = freshNames('app', 'www');
  const run = await world.deploy(asked(names));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(operationsOf(changesOf(run.calls))).toEqual([
    'RequestCertificate',
    'ChangeResourceRecordSets',
    'AddListenerCertificates',
    'ModifyRule',
  ]);
  const [request] = callsTo(run.calls, 'RequestCertificate');
  expect(request?.input).toMatchObject({
    DomainName: names[0],
    SubjectAlternativeNames: [names[1]],
    ValidationMethod: 'DNS',
    IdempotencyToken: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  // The records of one zone are made in one batch.
  const create = { Action: 'CREATE', ResourceRecordSet: { Type: 'CNAME', TTL: '300' } };
  expect(callsTo(run.calls, 'ChangeResourceRecordSets').map(({ input }) => input)).toMatchObject([
    { ChangeBatch: { Changes: [create, create] } },
  ]);
  const [certificate] = await certificatesFor(names[0] ?? '');
  expect(certificate).toMatchObject({ Status: 'ISSUED', InUse: true });
  const { Tags } = await acm.send(
    new ListTagsForCertificateCommand({ CertificateArn: certificate?.CertificateArn }),
  );
  expect(Tags).toEqual([{ Key: 'managed-by', Value: 'deploy-express' }]);
  expect(linesOf(run)).toContain(`Certificate ${certificate?.CertificateArn} is issued`);
  for (const name of names)
    expect(await getHttps(world.emulator, name, run.outputs['endpoint'])).toMatchObject({ status: 200 });

  const again = await world.deploy(asked(names));
  expect(changesOf(again.calls)).toEqual([]);
  expect(again.outputs['outcome']).toBe('unchanged');
});

test('an issued one that covers is used, and nothing is requested', async () => {
  const { names } = freshNames('covered');
  await addCertificate(world.emulator, names);
  const run = await world.deploy(asked(names));
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'RequestCertificate')).toEqual([]);
  expect(run.calls.filter(({ service: of }) => of === 'route53')).toEqual([]);
});

test('a name and its wildcard share a record, which is made once', async () => {
  const {
    names: [name = ''],
  } = freshNames('wild');
  const run = await world.deploy(asked([name, `*.${name}`]));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(run.calls, 'ChangeResourceRecordSets')).toHaveLength(1);
});

test('a record that is there already is left as it is', async () => {
  const {
    names: [name = ''],
  } = freshNames('equal');
  const record = await recordOf(name);
  await change(zoneId, [cname(record.Name, record.Value.toUpperCase().replace(/\.$/, ''))]);
  const before = await recordsIn(zoneId);
  const run = await world.deploy(asked([name]));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(run.calls, 'ChangeResourceRecordSets')).toEqual([]);
  expect(await recordsIn(zoneId)).toEqual(before);
});

test('one with another value is refused with both values, before anything is deployed', async () => {
  const {
    names: [name = ''],
  } = freshNames('taken');
  const record = await recordOf(name);
  await change(zoneId, [cname(record.Name, 'somebody.acm-validations.aws.')]);
  const before = await recordsIn(zoneId);
  const run = await world.deploy(asked([name]));
  expect(run.exitCode).toBe(1);
  const bare = (text: string) => text.replace(/\.$/, '');
  expect(run.log).toContain(
    `was not made: ${bare(record.Name)} CNAME ${bare(record.Value)} in hosted zone ${zoneId} (the zone has CNAME somebody.acm-validations.aws. there)`,
  );
  expect(operationsOf(changesOf(run.calls))).toEqual(['RequestCertificate']);
  expect(await recordsIn(zoneId)).toEqual(before);
});

test('of several names each conflict is told, and nothing is written for any of them', async () => {
  const { names } = freshNames('first', 'second', 'free');
  const [first = '', second = ''] = names;
  const taken = [await recordOf(first), await recordOf(second)];
  await change(
    zoneId,
    taken.map(({ Name }, index) => cname(Name, `somebody-${index}.acm-validations.aws.`)),
  );
  const before = await recordsIn(zoneId);
  const run = await world.deploy(asked(names));
  expect(run.exitCode).toBe(1);
  const bare = (text: string) => text.replace(/\.$/, '');
  for (const [index, record] of taken.entries()) {
    expect(run.log).toContain(
      `${bare(record.Name)} CNAME ${bare(record.Value)} in hosted zone ${zoneId} (the zone has CNAME somebody-${index}.acm-validations.aws. there)`,
    );
  }
  expect(run.log).toContain('3 records of certificate ');
  expect(run.log).toContain('(nothing is written while another one cannot be made)');
  expect(operationsOf(changesOf(run.calls))).toEqual(['RequestCertificate']);
  expect(await recordsIn(zoneId)).toEqual(before);
});

test('somebody who makes one of two at the same moment: the other one is made, too', async () => {
  const { names } = freshNames('mine', 'theirs');
  const record = await recordOf(names[1] ?? '');
  await world.emulator.forgetRequests();
  const held = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
  const running = world.start(asked(names));
  await held.arrived();
  await change(zoneId, [cname(record.Name, record.Value)]);
  await held.release();
  expect((await running.finished).exitCode).toBe(0);
  const sent = callsTo(await world.emulator.requests(), 'ChangeResourceRecordSets');
  // The test's own is one of them.
  expect(sent.map(({ status }) => status)).toEqual([200, 400, 200]);
});

/** Two names, each in a zone of its own: the second zone is delegated to by the first. */
async function twoZones() {
  const { names } = freshNames('outer', 'inner');
  const [outer = '', inner = ''] = names;
  const innerZone = await createZone(inner);
  await change(zoneId, [
    {
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: inner,
        Type: 'NS',
        TTL: 60,
        ResourceRecords: await nameServersOf(innerZone),
      },
    },
  ]);
  const wanted = [
    { record: await recordOf(outer), zone: zoneId },
    { record: await recordOf(inner), zone: innerZone },
  ].map(({ record, zone }) => ({
    zone,
    text: `${record.Name.slice(0, -1)} CNAME ${record.Value.slice(0, -1)}`,
    isThere: async () => (await recordsIn(zone)).some(({ Name }) => Name === record.Name),
  }));
  return { outer, inner, innerZone, wanted };
}

test('names of two zones get their records in both', async () => {
  const { outer, inner, innerZone } = await twoZones();
  const run = await world.deploy(asked([outer, `*.${inner}`]));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(run.calls, 'ChangeResourceRecordSets')).toHaveLength(2);
  expect(await recordsIn(innerZone)).toHaveLength(1);
});

describe('of two zones', () => {
  test.each([
    ['first', 0],
    ['second', 1],
  ])(
    'the %s may not be written: its record is named, the other one is made, and both are said',
    async (_which, after) => {
      const { outer, inner, wanted } = await twoZones();
      await world.addFault('route53', 'ChangeResourceRecordSets', 'denied', { after });
      const run = await world.deploy(asked([outer, inner]));
      expect(run.exitCode).toBe(1);
      const [denied, made] = after === 0 ? wanted : wanted.toReversed();
      expect(run.log).toContain('[access-denied]');
      expect(run.log).toContain(
        `a record of certificate ${(await certificatesFor(outer))[0]?.CertificateArn} was not made: ${denied?.text} in hosted zone ${denied?.zone} (could not change the records: `,
      );
      expect(run.log).toContain('Allow route53:ChangeResourceRecordSets');
      expect(run.log).toContain(`These records are there: ${made?.text} in hosted zone ${made?.zone}.`);
      expect(linesOf(run)).toContain(`Made the record ${made?.text} in hosted zone ${made?.zone}`);
      expect(await denied?.isThere()).toBe(false);
      expect(await made?.isThere()).toBe(true);
      expect(run.outputs['changed']).toBe('true');
      expect(run.summary).toMatch(/\*\*not made\*\*/);
      expect(run.summary).toContain(denied?.zone);

      const next = await world.deploy(asked([outer, inner]));
      expect({ exitCode: next.exitCode, log: next.exitCode === 0 ? '' : next.log }).toEqual({
        exitCode: 0,
        log: '',
      });
      expect(callsTo(next.calls, 'RequestCertificate')).toEqual([]);
      expect(callsTo(next.calls, 'ChangeResourceRecordSets')).toHaveLength(1);
    },
  );

  test('neither may be written: both records are named with their zones', async () => {
    const { outer, inner, wanted } = await twoZones();
    await world.addFault('route53', 'ChangeResourceRecordSets', 'denied', { times: 2 });
    const run = await world.deploy(asked([outer, inner]));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('2 records of certificate ');
    for (const { text, zone } of wanted)
      expect(run.log).toContain(`${text} in hosted zone ${zone} (could not`);
    expect(run.log).not.toContain('These records are there');
  });

  test('one may not be read: nothing is written, and each record is named with the reason', async () => {
    const { outer, inner, wanted } = await twoZones();
    await world.addFault('route53', 'ListResourceRecordSets', 'denied', { after: 1 });
    const run = await world.deploy(asked([outer, inner]));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Allow route53:ListResourceRecordSets');
    for (const { text, zone } of wanted) expect(run.log).toContain(`${text} in hosted zone ${zone} (`);
    expect(run.log).toContain('(nothing is written while another one cannot be made)');
    expect(operationsOf(changesOf(run.calls))).toEqual(['RequestCertificate']);
  });

  test('one of another account beside one that may not be written: both records are named', async () => {
    const { outer, wanted } = await twoZones();
    await world.addFault('route53', 'ChangeResourceRecordSets', 'denied');
    const run = await world.deploy(asked([outer, 'app.nowhere.example']));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`${wanted[0]?.text} in hosted zone ${wanted[0]?.zone} (could not`);
    const record = await recordOf('app.nowhere.example');
    expect(run.log).toContain(
      `${record.Name.slice(0, -1)} CNAME ${record.Value.slice(0, -1)} (no public hosted zone of this account holds the name)`,
    );
  });

  test('one is written, and the answer is lost with all that follows: that it may be there is said', async () => {
    const { outer, inner, wanted } = await twoZones();
    await world.addFault('route53', 'ChangeResourceRecordSets', 'lost-reply');
    await world.addFault('route53', 'ListResourceRecordSets', 'denied', { after: 3 });
    const run = await world.deploy(asked([outer, inner]));
    expect(run.exitCode).toBe(1);
    const [first] = wanted;
    expect(run.log).toContain(
      `${first?.text} in hosted zone ${first?.zone} (Route 53 was asked to make it, and afterwards: could not`,
    );
    expect(run.log).toContain(' may not be there: ');
    expect(run.outputs['changed']).toBe('true');
  });
});

test.each([
  ['the same value', (value: string) => value, 0],
  ['another value', () => 'somebody.acm-validations.aws.', 1],
])('somebody who makes it with %s at the same moment', async (_what, valueFrom, exitCode) => {
  const {
    names: [name = ''],
  } = freshNames('race');
  const record = await recordOf(name);
  const held = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
  const running = world.start(asked([name]));
  await held.arrived();
  await change(zoneId, [cname(record.Name, valueFrom(record.Value))]);
  await held.release();
  const run = await running.finished;
  expect({ exitCode: run.exitCode, log: run.exitCode === exitCode ? '' : run.log }).toEqual({
    exitCode,
    log: '',
  });
  if (exitCode === 1) expect(run.log).toContain('(the zone has CNAME somebody.acm-validations.aws. there)');
});

test.each([
  ['acm', 'RequestCertificate', 'lost-reply'],
  ['acm', 'RequestCertificate', 'throttle'],
  ['acm', 'ListTagsForCertificate', 'error'],
  ['acm', 'DescribeCertificate', 'error'],
  ['route53', 'ChangeResourceRecordSets', 'lost-reply'],
  ['route53', 'ChangeResourceRecordSets', 'throttle'],
  ['route53', 'ListResourceRecordSets', 'reset'],
  ['route53', 'ListHostedZonesByName', 'error'],
])('%s %s: %s is got over, with one certificate and one record', async (service, operation, fault) => {
  const { names } = freshNames('weather');
  await world.addFault(service, operation, fault);
  const run = await world.deploy(asked(names));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(await certificatesFor(names[0] ?? '')).toHaveLength(1);
});

test.each([
  ['before', 'acm', 'RequestCertificate'],
  ['after', 'acm', 'RequestCertificate'],
  ['before', 'route53', 'ChangeResourceRecordSets'],
  ['after', 'route53', 'ChangeResourceRecordSets'],
] as const)(
  'a job that is killed %s %s %s is gone on with: one certificate',
  async (when, service, operation) => {
    const { names } = freshNames('killed');
    const held = await world.emulator.hold({ service, operation, when });
    const running = world.start(asked(names));
    await held.arrived();
    running.kill('SIGKILL');
    await running.finished;
    await held.release();
    const run = await world.deploy(asked(names));
    expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
      exitCode: 0,
      log: '',
    });
    expect(await certificatesFor(names[0] ?? '')).toHaveLength(1);
  },
);

test('where the DNS is elsewhere the records are shown, and the next run goes on with the same certificate', async () => {
  const names = ['app.elsewhere.example', 'www.elsewhere.example'];
  const run = await world.deploy(asked(names));
  expect(run.exitCode).toBe(1);
  expect(operationsOf(changesOf(run.calls))).toEqual(['RequestCertificate']);
  expect(run.log).toContain('certificate-pending');
  const [certificate] = await certificatesFor('app.elsewhere.example');
  const options = (await describe_(certificate?.CertificateArn))?.DomainValidationOptions ?? [];
  expect(options).toHaveLength(2);
  for (const { ResourceRecord: { Name = '', Value = '' } = {} } of options) {
    expect(linesOf(run)).toContain(`  ${Name.slice(0, -1)}  CNAME  ${Value.slice(0, -1)}`);
  }
  expect(run.summary.match(/acm-validations\.aws<\/code> \| \*\*to be created where/g)).toHaveLength(2);
  // Somebody makes them there, and ACM sees them.
  const elsewhere = await createZone('elsewhere.example');
  await change(
    elsewhere,
    options.map(({ ResourceRecord: { Name = '', Value = '' } = {} }) => cname(Name, Value)),
  );
  const next = await world.deploy(asked(names));
  expect({ exitCode: next.exitCode, log: next.exitCode === 0 ? '' : next.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(next.calls, 'RequestCertificate')).toEqual([]);
  expect(await certificatesFor('app.elsewhere.example')).toHaveLength(1);
});

test('one that nobody validates is waited for no longer than asked, and goes on next time', async () => {
  // Nobody is led to the zone: a delegation in the parent leads elsewhere.
  const {
    names: [name = ''],
  } = freshNames('slow');
  const inner = await createZone(`inner.${name}`);
  await change(zoneId, [
    {
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: `inner.${name}`,
        Type: 'NS',
        TTL: 60,
        ResourceRecords: [{ Value: 'ns.elsewhere.example.' }],
      },
    },
  ]);
  const run = await world.deploy(asked([`inner.${name}`], { 'certificate-timeout-minutes': '0.1' }));
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/certificate-pending/);
  expect(run.log).toContain('was not issued within 0.1 min');
  expect(run.log).toContain('Check that resolvers reach the hosted zone');
  expect(await recordsIn(inner)).toHaveLength(1);
  expect(operationsOf(changesOf(run.calls))).toEqual(['RequestCertificate', 'ChangeResourceRecordSets']);
}, 90_000);

test('one that ACM refuses is told in words; when the reason is gone another one is requested, and that is said', async () => {
  const {
    names: [name = ''],
  } = freshNames('caa');
  await world.emulator.post('acm', { refusals: { [name]: 'CAA_ERROR' } });
  const run = await world.deploy(asked([name]));
  await world.emulator.post('acm', { refusals: {} });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(
    /will not be issued: a CAA record of a name, or of a domain above it, does not let Amazon issue/,
  );
  expect(run.log).toContain('0 issue "amazon.com"');
  expect(callsTo(run.calls, 'ModifyRule')).toEqual([]);
  const next = await world.deploy(asked([name]));
  expect({ exitCode: next.exitCode, log: next.exitCode === 0 ? '' : next.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(linesOf(next)).toContainEqual(
    expect.stringMatching(
      /^notice: Another certificate is requested, since certificate .* cannot be used any more: a CAA record/,
    ),
  );
});

test.each([
  ['the name itself', ''],
  ['a name above it', 'deep.'],
])('%s is delegated to another zone: nothing is requested, also in a dry run', async (_what, below) => {
  const {
    names: [delegated = ''],
  } = freshNames('away');
  const away = { Name: delegated, Type: 'NS' as const, TTL: 60 };
  const ResourceRecords = [{ Value: 'ns1.elsewhere.example.' }];
  await change(zoneId, [{ Action: 'CREATE', ResourceRecordSet: { ...away, ResourceRecords } }]);
  for (const more of [{}, { 'dry-run': 'true' }, { 'hosted-zone-id': zoneId }]) {
    const run = await world.deploy(asked([`${below}${delegated}`], more));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `${delegated} is delegated to ns1.elsewhere.example., so the records in this zone are never asked for`,
    );
    expect(run.log).toContain('Set hosted-zone-id to the zone that it is delegated to');
    expect(changesOf(run.calls)).toEqual([]);
  }
});

test('where the role may not read the records, the error is that of making them', async () => {
  const { names } = freshNames('unread');
  await world.addFault('route53', 'ListResourceRecordSets', 'denied', { times: 9 });
  const run = await world.deploy(asked(names));
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('a record of certificate ');
  expect(run.log).toContain('Allow route53:ListResourceRecordSets');
});

test("one of somebody else's that is deleted after it was listed is not ours, and not in the way", async () => {
  const { names } = freshNames('vanishing');
  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({ DomainName: names[0], ValidationMethod: 'DNS' }),
  );
  const held = await world.emulator.hold({ service: 'acm', operation: 'ListTagsForCertificate' });
  const running = world.start(asked(names));
  await held.arrived();
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  await held.release();
  const run = await running.finished;
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
});

test('one that somebody deletes while it is waited for is said to be gone', async () => {
  const { names } = freshNames('deleted');
  const held = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
  const running = world.start(asked(names));
  await held.arrived();
  const [certificate] = await certificatesFor(names[0] ?? '');
  await acm.send(new DeleteCertificateCommand({ CertificateArn: certificate?.CertificateArn }));
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    `certificate ${certificate?.CertificateArn} is gone: ACM has no such certificate [certificate-failed]`,
  );
  expect(run.log).not.toContain('it continues with the same certificate');
});

test.each([
  ['RequestCertificate', 'acm', 'request a certificate for'],
  ['ChangeResourceRecordSets', 'route53', 'create _'],
])('cancelled while it waits for %s: what may be done is said', async (operation, service, words) => {
  const { names } = freshNames('cancelled');
  const held = await world.emulator.hold({ service, operation, when: 'after' });
  const running = world.start(asked(names));
  await held.arrived();
  running.kill('SIGINT');
  const run = await running.finished;
  await held.release();
  expect(
    linesOf(run)
      .filter((line) => line.startsWith('error'))
      .join(),
  ).toContain(`AWS may still have done this: ${words}`);
  expect(run.outputs['changed']).toBe('true');
});

test("somebody else's request for the same names is not gone on with", async () => {
  const { names } = freshNames('foreign');
  await acm.send(new RequestCertificateCommand({ DomainName: names[0], ValidationMethod: 'DNS' }));
  const run = await world.deploy(asked(names));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(run.calls, 'RequestCertificate')).toHaveLength(1);
  expect(await certificatesFor(names[0] ?? '')).toHaveLength(2);
});

test.each([
  ['acm', 'RequestCertificate', 'acm:RequestCertificate'],
  ['route53', 'ChangeResourceRecordSets', 'route53:ChangeResourceRecordSets'],
  ['route53', 'ListHostedZonesByName', 'route53:ListHostedZonesByName'],
])('%s %s that AWS denies is red, and nothing is deployed', async (service, operation, action) => {
  const { names } = freshNames('denied');
  await world.addFault(service, operation, 'denied');
  const run = await world.deploy(asked(names));
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`Allow ${action}`);
  expect(callsTo(run.calls, 'ModifyRule')).toEqual([]);
});

test('the zone that is given gets the records', async () => {
  const { names } = freshNames('given');
  const run = await world.deploy(asked(names, { 'hosted-zone-id': zoneId }));
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(callsTo(run.calls, 'ListHostedZonesByName')).toEqual([]);
});

describe('before a certificate is requested, a zone is refused', () => {
  const names = ['app.shop.example', 'www.shop.example', 'app.mall.example'];
  let other: string;
  beforeAll(async () => {
    await createZone('twin.example');
    await createZone('twin.example');
    other = await createZone('mall.example');
  });

  test.each<[string, () => readonly string[], () => Readonly<Record<string, string>>, () => string]>([
    [
      'that does not exist',
      () => names,
      () => ({ 'hosted-zone-id': 'Z0NOBODYS' }),
      () => 'there is no hosted zone Z0NOBODYS in this account',
    ],
    [
      'that does not hold some of the names, with all of them',
      () => names,
      () => ({ 'hosted-zone-id': other }),
      () => `hosted zone ${other} is mall.example, which does not hold app.shop.example, www.shop.example`,
    ],
    [
      'that does not hold what the wildcard stands for',
      () => ['*.shop.example'],
      () => ({ 'hosted-zone-id': other }),
      () => `hosted zone ${other} is mall.example, which does not hold shop.example`,
    ],
    [
      'that is one of two of the same name',
      () => ['app.twin.example', 'app.shop.example'],
      () => ({}),
      () => '2 public hosted zones are named twin.example',
    ],
  ])('%s', async (_what, domains, more, message) => {
    for (const how of [{}, { 'dry-run': 'true' }]) {
      const run = await world.deploy(asked(domains(), { ...more(), ...how }));
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(message());
      expect(run.log).toContain('[plan-refused]');
      expect(changesOf(run.calls)).toEqual([]);
    }
  });

  test.each([
    ['GetHostedZone', 'denied', { 'hosted-zone-id': 'Z0ANY' }, 'Allow route53:GetHostedZone'],
    ['ListHostedZonesByName', 'denied', {}, 'Allow route53:ListHostedZonesByName'],
    ['GetHostedZone', 'error', { 'hosted-zone-id': 'Z0ANY' }, '[aws-unavailable]'],
  ])(
    'that may not be seen: %s %s',
    async (operation, fault, more, message) => {
      await world.addFault('route53', operation, fault, { times: 20 });
      const run = await world.deploy(asked(names, more));
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(message);
      expect(changesOf(run.calls)).toEqual([]);
    },
    60_000,
  );
});
