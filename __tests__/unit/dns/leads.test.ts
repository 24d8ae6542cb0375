import { findOtherNames, type OtherName } from '../../../src/dns/leads.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { alias, blueHost, cname, domain, greenHost, values, weighted } from '../../helpers/records.ts';

const at = (name: string, record: RecordSet): RecordSet => ({ ...record, name: `${name}.` });
const toBlue = alias(blueHost);

function find(records: readonly RecordSet[], linked: readonly string[]): readonly OtherName[] {
  const apex = [
    at('example.com', values('NS', 'ns-1.awsdns-01.com.')),
    at('example.com', values('SOA', '…')),
  ];
  return findOtherNames(
    { name: 'example.com.', records: [...apex, ...records] },
    { linked: [domain, ...linked], moved: [domain], blueHost },
  );
}

const leadsOf = (found: readonly OtherName[]) =>
  Object.fromEntries(
    found.map((other) => [other.name, other.leads === 'unseen' ? other.because : other.leads]),
  );

test.each<[string, readonly string[], readonly RecordSet[], Record<string, string>]>([
  ['nothing is there but the name that moves', [], [at(domain, toBlue)], {}],
  ['a record', ['b.example.com'], [at('b.example.com', toBlue)], { 'b.example.com': 'to-blue' }],
  [
    'a record whose name is not linked',
    [],
    [at('b.example.com', cname(blueHost))],
    { 'b.example.com': 'to-blue' },
  ],
  [
    'a weight of 0 may become more',
    ['b.example.com'],
    [
      at('b.example.com', weighted(toBlue, 'b', 0)),
      at('b.example.com', weighted(alias(greenHost), 'g', 100)),
    ],
    { 'b.example.com': 'to-blue' },
  ],
  [
    'the record of a wildcard, for a linked name without one of its own',
    ['b.example.com'],
    [at('\\052.example.com', toBlue)],
    { 'b.example.com': 'to-blue', '*.example.com': 'to-blue' },
  ],
  [
    'a link of a wildcard, for names that have records',
    ['*.example.com'],
    [at('b.example.com', toBlue)],
    { '*.example.com': 'elsewhere', 'b.example.com': 'to-blue' },
  ],
  [
    'an alias of an alias',
    ['b.example.com'],
    [at('b.example.com', alias('c.example.com')), at('c.example.com', toBlue)],
    { 'b.example.com': 'to-blue', 'c.example.com': 'to-blue' },
  ],
  [
    'a CNAME of a CNAME',
    ['b.example.com'],
    [at('b.example.com', cname('C.example.com.')), at('c.example.com', cname(blueHost))],
    { 'b.example.com': 'to-blue', 'c.example.com': 'to-blue' },
  ],
  [
    'the target of an HTTPS record',
    ['b.example.com'],
    [at('b.example.com', values('HTTPS', `0 ${blueHost}.`))],
    { 'b.example.com': 'to-blue' },
  ],
  [
    'what leads to the name that moves goes along with it',
    ['b.example.com'],
    [at('b.example.com', cname(domain)), at(domain, toBlue)],
    { 'b.example.com': 'along' },
  ],
  [
    'what has moved',
    ['b.example.com', 'c.example.com', 'd.example.com'],
    [at('b.example.com', alias(`dualstack.${greenHost}`)), at('c.example.com', alias(`x.${blueHost}`))],
    { 'b.example.com': 'elsewhere', 'c.example.com': 'elsewhere', 'd.example.com': 'elsewhere' },
  ],
  [
    'a linked name with addresses, of whomever',
    ['b.example.com'],
    [at('b.example.com', values('A', '192.0.2.1'))],
    { 'b.example.com': 'its A record has addresses (192.0.2.1)' },
  ],
  [
    'a name with addresses that is not linked',
    [],
    [at('b.example.com', values('AAAA', '2001:db8::1'))],
    { 'b.example.com': 'elsewhere' },
  ],
  [
    'addresses behind a linked wildcard, for all names below it',
    ['*.example.com'],
    [at('\\052.example.com', values('A', '192.0.2.1'))],
    { '*.example.com': 'its A record has addresses (192.0.2.1)' },
  ],
  [
    'a linked name with hints of addresses',
    ['b.example.com'],
    [
      at('b.example.com', alias(greenHost)),
      at('b.example.com', values('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1')),
    ],
    { 'b.example.com': 'its HTTPS record has addresses (1 . alpn="h2" ipv4hint=192.0.2.1)' },
  ],
  [
    'a linked name that only says how it is spoken to',
    ['b.example.com'],
    [at('b.example.com', alias(greenHost)), at('b.example.com', values('HTTPS', '1 . alpn="h2"'))],
    { 'b.example.com': 'elsewhere' },
  ],
  [
    'a name that is delegated away, under a linked wildcard',
    ['*.example.com'],
    [at('b.example.com', values('NS', 'ns.example.net.'))],
    {
      '*.example.com': 'elsewhere',
      'b.example.com': 'b.example.com is delegated to other name servers',
    },
  ],
  [
    'a name that is delegated away, and not linked',
    [],
    [at('b.example.com', values('NS', 'ns.example.net.'))],
    { 'b.example.com': 'elsewhere' },
  ],
  [
    'a circle',
    ['b.example.com'],
    [at('b.example.com', cname('c.example.com')), at('c.example.com', cname('b.example.com'))],
    { 'b.example.com': 'elsewhere', 'c.example.com': 'elsewhere' },
  ],
  [
    'a linked name that leads out of the zone',
    ['b.example.com'],
    [at('b.example.com', cname('b.example.net'))],
    { 'b.example.com': 'b.example.net is not in this hosted zone' },
  ],
  [
    'a name that is not linked, and does',
    [],
    [at('b.example.com', cname('b.example.net'))],
    { 'b.example.com': 'elsewhere' },
  ],
  [
    'a name under a link of a wildcard that does',
    ['*.example.com'],
    [at('b.example.com', cname('b.example.net'))],
    { '*.example.com': 'elsewhere', 'b.example.com': 'b.example.net is not in this hosted zone' },
  ],
  [
    'a linked name of another zone',
    ['b.example.org'],
    [],
    { 'b.example.org': 'b.example.org is not in this hosted zone' },
  ],
  [
    'a linked name that is delegated away, whatever stands beside that',
    ['b.c.example.com'],
    [at('c.example.com', values('NS', 'ns.example.net.')), at('b.c.example.com', alias(greenHost))],
    {
      'b.c.example.com': 'c.example.com is delegated to other name servers',
      'c.example.com': 'elsewhere',
    },
  ],
  [
    'a linked name that a traffic policy is for',
    ['b.example.com'],
    [at('b.example.com', { ...values('A', '192.0.2.1'), trafficPolicyInstanceId: '7a8b9c' })],
    { 'b.example.com': 'a traffic policy says where b.example.com leads' },
  ],
  [
    'what validates a certificate is no host',
    ['*.example.com'],
    [at('_1b2c.example.com', cname('_3d4e.acm-validations.aws'))],
    { '*.example.com': 'elsewhere' },
  ],
])('%s', (_case, linked, records, leads) => {
  expect(leadsOf(find(records, linked))).toEqual(leads);
});

test('a linked name with www is linked as often as it is named', () => {
  const names = find([], ['B.example.com', 'b.example.com.', 'www.b.example.com']).map(({ name }) => name);
  expect(names).toEqual(['b.example.com', 'www.b.example.com']);
});

test.each<[string, readonly RecordSet[], Record<string, string>]>([
  ['a text alone is no name that leads anywhere', [at('b.example.com', values('TXT', '"x"'))], {}],
  [
    'a text beside the addresses does not hide them',
    [at('b.example.com', values('TXT', '"x"')), at('b.example.com', toBlue)],
    { 'b.example.com': 'to-blue' },
  ],
  [
    'the apex leads somewhere where it has addresses beside its name servers',
    [at('example.com', toBlue)],
    { 'example.com': 'to-blue' },
  ],
  [
    'a delegated name is not followed, whatever else stands there',
    [
      at('b.example.com', values('DS', '1 2 3 4')),
      at('b.example.com', values('NS', 'ns-9.awsdns-09.com.')),
      at('c.b.example.com', toBlue),
    ],
    { 'b.example.com': 'elsewhere', 'c.b.example.com': 'elsewhere' },
  ],
  [
    'the target of a binding, however it is spaced',
    [at('b.example.com', values('HTTPS', ` 1   ${blueHost}. alpn="h2"`))],
    { 'b.example.com': 'to-blue' },
  ],
])('%s', (_case, records, leads) => {
  expect(leadsOf(find(records, []))).toEqual(leads);
});

test('of several bindings one with addresses is enough for nobody to know', () => {
  const binding = at('b.example.com', values('HTTPS', '1 . alpn="h2"', '2 . ipv4hint=192.0.2.1'));
  expect(leadsOf(find([binding], ['b.example.com']))).toEqual({
    'b.example.com': expect.stringContaining('addresses'),
  });
});

test('each of several names that move is left out', () => {
  const zone = { name: 'example.com.', records: [at(domain, toBlue), at('www.example.com', toBlue)] };
  expect(findOtherNames(zone, { linked: [], moved: [domain, 'www.example.com'], blueHost })).toEqual([]);
});
