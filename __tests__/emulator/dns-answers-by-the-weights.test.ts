import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type Answer, type DecodedPacket, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import {
  BLUE,
  BLUE_ADDRESS,
  type EmulatedNames,
  GREEN,
  GREEN_ADDRESS,
  GREEN_IPV6,
  startNames,
} from '../helpers/emulated-names.ts';

let names: EmulatedNames;
beforeAll(async () => {
  names = await startNames();
});
afterAll(() => names.close());
beforeEach(() => Object.assign(names.health, { blue: true, green: true }));

const pair = (name: string, weights: readonly [number, number], evaluate = false): ResourceRecordSet[] =>
  [BLUE, GREEN].map((target, index) => ({
    Name: name,
    Type: 'A',
    SetIdentifier: ['blue', 'green'][index],
    Weight: weights[index],
    AliasTarget: { ...target, EvaluateTargetHealth: evaluate },
  }));

async function share(name: string, asked: number): Promise<{ blue: number; green: number }> {
  const seen = { blue: 0, green: 0 };
  for (let count = 0; count < asked; count += 1) {
    const [address] = await names.dns.resolve4(name);
    if (address === BLUE_ADDRESS) seen.blue += 1;
    if (address === GREEN_ADDRESS) seen.green += 1;
  }
  return seen;
}

test.each<[readonly [number, number], { blue: number; green: number }]>([
  [[100, 0], { blue: 22, green: 0 }],
  [[100, 10], { blue: 20, green: 2 }],
  [[50, 50], { blue: 11, green: 11 }],
  [[0, 0], { blue: 11, green: 11 }],
  [[0, 1], { blue: 0, green: 22 }],
])('weights %j give %j of 22 answers', async ([blue, green], expected) => {
  const name = `w${blue}-${green}.example`;
  names.control({ zones: [{ name, records: pair(`app.${name}`, [blue, green]) }] });
  expect(await share(`app.${name}`, 22)).toEqual(expected);
});

test('an alias answers with the TTL of its target', async () => {
  names.control({ zones: [{ name: 'alias.example', records: pair('app.alias.example', [1, 0]) }] });
  expect(await names.dns.resolve4('APP.alias.example', { ttl: true })).toEqual([
    { address: BLUE_ADDRESS, ttl: 60 },
  ]);
  await expect(names.dns.resolve6('app.alias.example')).rejects.toMatchObject({ code: 'ENODATA' });
});

test('an AAAA alias answers with what its target has of IPv6', async () => {
  const alias: ResourceRecordSet = { Name: 'app.six.example', Type: 'AAAA', AliasTarget: GREEN };
  names.control({ zones: [{ name: 'six.example', records: [alias] }] });
  expect(await names.dns.resolve6('app.six.example')).toEqual([GREEN_IPV6]);
  expect(await names.dns.resolve6(`dualstack.${GREEN.DNSName}`)).toEqual([GREEN_IPV6]);
  expect(await names.dns.resolve4(GREEN.DNSName)).toEqual([GREEN_ADDRESS]);
  await expect(names.dns.resolve4('app.six.example')).rejects.toMatchObject({ code: 'ENODATA' });
});

test('EvaluateTargetHealth takes the sick out, and brings zero weights in when no other is left', async () => {
  names.control({ zones: [{ name: 'health.example', records: pair('app.health.example', [100, 0], true) }] });
  expect(await share('app.health.example', 4)).toEqual({ blue: 4, green: 0 });
  names.health.blue = false;
  expect(await share('app.health.example', 4)).toEqual({ blue: 0, green: 4 });
  names.health.green = false;
  expect(await share('app.health.example', 4)).toEqual({ blue: 4, green: 0 });
});

test('without EvaluateTargetHealth nobody looks', async () => {
  names.control({ zones: [{ name: 'blind.example', records: pair('app.blind.example', [100, 0]) }] });
  names.health.blue = false;
  expect(await share('app.blind.example', 4)).toEqual({ blue: 4, green: 0 });
});

describe('names', () => {
  beforeAll(() => {
    const values = (...all: string[]) => all.map((Value) => ({ Value }));
    names.control({
      zones: [
        {
          name: 'names.example',
          records: [
            { Name: 'app.names.example', Type: 'A', TTL: 30, ResourceRecords: values('192.0.2.1') },
            { Name: '*.names.example', Type: 'CNAME', TTL: 30, ResourceRecords: values('app.names.example') },
            { Name: 'deep.er.names.example', Type: 'TXT', TTL: 30, ResourceRecords: values('"a \\" b" "c"') },
            { Name: 'names.example', Type: 'MX', TTL: 30, ResourceRecords: values('10 mail.names.example') },
            { Name: 'sub.names.example', Type: 'NS', TTL: 30, ResourceRecords: values('ns.sub.example') },
          ],
        },
        {
          name: 'sub.names.example',
          nameServers: ['ns.sub.example'],
          records: [
            { Name: 'www.sub.names.example', Type: 'A', TTL: 30, ResourceRecords: values('192.0.2.2') },
          ],
        },
        {
          name: 'lost.names.example',
          records: [
            { Name: 'www.lost.names.example', Type: 'A', TTL: 30, ResourceRecords: values('192.0.2.3') },
          ],
        },
      ],
    });
  });

  test('that do not exist are answered by the wildcard, CNAMEs are followed', async () => {
    expect(await names.dns.resolveCname('any.names.example')).toEqual(['app.names.example']);
    expect(await names.dns.resolve4('any.names.example')).toEqual(['192.0.2.1']);
  });

  test('that have names below them exist, without records and without the wildcard', async () => {
    await expect(names.dns.resolve4('er.names.example')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  test('have records of other types too', async () => {
    expect(await names.dns.resolveTxt('deep.er.names.example')).toEqual([['a " b', 'c']]);
    expect(await names.dns.resolveMx('names.example')).toEqual([
      expect.objectContaining({ priority: 10, exchange: 'mail.names.example' }),
    ]);
    expect(await names.dns.resolveNs('names.example')).toHaveLength(4);
  });

  test('of a zone are found only when the parent zone delegates to it', async () => {
    expect(await names.dns.resolve4('www.sub.names.example')).toEqual(['192.0.2.2']);
    expect(await names.dns.resolve4('www.lost.names.example')).toEqual(['192.0.2.1']);
  });

  test('are led to the zone whose name servers the registry has, and to nobody when it has others', async () => {
    const zone = (id: string, server: string, address: string) => ({
      id,
      name: 'twice.example',
      nameServers: [server],
      records: [{ Name: 'www.twice.example', Type: 'A', TTL: 60, ResourceRecords: [{ Value: address }] }],
    });
    names.control({
      zones: [zone('ZFIRST', 'ns.first.test', '192.0.2.1'), zone('ZSECOND', 'ns.second.test', '192.0.2.2')],
    });
    const at = () => names.dns.resolve4('www.twice.example');
    const servers = () => names.dns.resolveNs('twice.example');
    expect(await at()).toEqual(['192.0.2.1']);
    names.control({ registrations: { 'twice.example': ['ns.other.test', 'NS.second.test.'] } });
    expect(await at()).toEqual(['192.0.2.2']);
    expect(await servers()).toEqual(['ns.second.test']);
    names.control({ registrations: { 'twice.example': ['ns.elsewhere.test'] } });
    expect(await servers()).toEqual(['ns.elsewhere.test']);
    await expect(at()).rejects.toThrow();
    names.control({ registrations: { 'twice.example': null } });
    expect(await servers()).toEqual(['ns.first.test']);
  });

  test('outside all zones are refused', async () => {
    await expect(names.dns.resolve4('www.elsewhere.test')).rejects.toMatchObject({ code: 'EREFUSED' });
  });
});

test('a name that does not exist has the SOA, with the TTL it may be kept for; also over TCP', async () => {
  names.control({ zones: [{ name: 'no.example', records: [] }] });
  const [server = ''] = names.dns.getServers();
  const [host, port] = server.split(':');
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'x.no.example' }] });
  const socket = connect(Number(port), host);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 2 + received.readUInt16BE(0)) break;
  }
  socket.destroy();
  expect(decode(received.subarray(2))).toMatchObject({
    id: 7,
    rcode: 'NXDOMAIN',
    answers: [],
    authorities: [{ type: 'SOA', name: 'no.example', ttl: 900, data: { minimum: 86_400 } }],
  });
});

test('an answer that is too large for UDP is cut, and the client asks again by TCP', async () => {
  const values = Array.from({ length: 60 }, (_, index) => ({ Value: `192.0.2.${index + 1}` }));
  names.control({
    zones: [
      {
        name: 'large.example',
        records: [{ Name: 'large.example', Type: 'A', TTL: 60, ResourceRecords: values }],
      },
    ],
  });
  expect(await names.dns.resolve4('large.example')).toHaveLength(60);
});

describe('what dig shows of an answer', () => {
  beforeAll(() =>
    names.control({
      zones: [
        {
          name: 'head.example',
          records: [
            { Name: 'a.head.example', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
            {
              Name: 'sub.head.example',
              Type: 'NS',
              TTL: 60,
              ResourceRecords: [{ Value: 'ns.other.example' }],
            },
          ],
        },
      ],
    }),
  );

  test('copies the wish for recursion, offers none, and is authoritative', async () => {
    const wish = { flags: RECURSION_DESIRED };
    expect(await ask('a.head.example', wish)).toMatchObject({ flag_rd: true, flag_ra: false, flag_aa: true });
    expect(await ask('a.head.example', {})).toMatchObject({ flag_rd: false });
  });

  test.each([['a.head.example'], ['missing.head.example']])(
    'has EDNS when asked with it: %s',
    async (name) => {
      const asked = await ask(name, { additionals: [EDNS] });
      expect(asked.additionals).toEqual([expect.objectContaining({ type: 'OPT', udpPayloadSize: 4096 })]);
      expect((await ask(name, {})).additionals).toEqual([]);
    },
  );

  test.each(['UNKNOWN_65', 'UNKNOWN_64'] as const)('%s, HTTPS or SVCB, is not there', async (type) => {
    const asked = await ask('a.head.example', { questions: [{ type: type as 'A', name: 'a.head.example' }] });
    expect(asked).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
  });

  test.each([
    ['a referral', 'www.sub.head.example', 'NOERROR'],
    ['a refusal', 'www.elsewhere.test', 'REFUSED'],
  ])('%s is not authoritative', async (_what, name, rcode) => {
    expect(await ask(name, {})).toMatchObject({ flag_aa: false, rcode });
  });
});

const EDNS: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** The whole message, of which `node:dns` gives the records only. */
async function ask(name: string, query: Packet): Promise<DecodedPacket> {
  const [server = ''] = names.dns.getServers();
  const [host, port] = server.split(':');
  const socket = createSocket('udp4');
  const answered = once(socket, 'message');
  socket.send(
    encode({ type: 'query', id: 9, questions: [{ type: 'A', name }], ...query }),
    Number(port),
    host,
  );
  const [message] = await answered;
  socket.close();
  return decode(message);
}
