import { findFollowers } from '../../../src/dns/followers.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { alias, blueHost, cname, values, weightedPair } from '../../helpers/records.ts';

const names = (all: Readonly<Record<string, readonly RecordSet[]>>) =>
  Object.entries(all).map(([domain, records]) => ({
    domain,
    records: records.map((record) => ({ ...record, name: `${domain}.` })),
  }));

test.each<
  [string, Readonly<Record<string, readonly RecordSet[]>>, Readonly<Record<string, readonly string[]>>]
>([
  ['a CNAME', { app: weightedPair(50, 50), www: [cname('app.')] }, { www: ['app'] }],
  [
    'a CNAME that is written in another way',
    { app: weightedPair(1, 0), www: [cname('APP')] },
    { www: ['app'] },
  ],
  [
    'aliases of both types',
    { app: weightedPair(1, 0), www: [alias('app'), alias('app', { type: 'AAAA' })] },
    { www: ['app'] },
  ],
  [
    'one after the other',
    { app: weightedPair(1, 0), web: [cname('app')], www: [cname('web')] },
    { web: ['app'], www: ['web'] },
  ],
  [
    'two, by a type each',
    { app: weightedPair(1, 0), api: weightedPair(1, 0), www: [alias('app'), alias('api', { type: 'AAAA' })] },
    { www: ['app', 'api'] },
  ],
  ['a name that has no record is for itself to say', { app: [], www: [cname('app')] }, { www: ['app'] }],
  [
    'what stands beside an address leads nobody',
    { app: [alias(blueHost)], www: [alias('app'), values('TXT', '"x"')] },
    { www: ['app'] },
  ],
  ['nobody: elsewhere', { app: weightedPair(1, 0), www: [cname('app.example.net')] }, {}],
  ['nobody: a side', { app: [alias(blueHost)], www: [cname(blueHost)] }, {}],
  [
    'nobody: one of its types leads elsewhere',
    { app: [], www: [alias('app'), alias(blueHost, { type: 'AAAA' })] },
    {},
  ],
  ['nobody: addresses', { app: weightedPair(1, 0), www: [values('A', '192.0.2.1')] }, {}],
  ['nobody: in a circle', { app: [cname('www')], www: [cname('app')], itself: [cname('itself')] }, {}],
  ['nobody: a traffic policy', { app: [], www: [{ ...alias('app'), trafficPolicyInstanceId: 'tp-1' }] }, {}],
])('follows %s', (_case, all, whom) => {
  const found = findFollowers(names(all));
  expect(Object.fromEntries([...found].map(([domain, following]) => [domain, following.whom]))).toEqual(whom);
});

test('is told which name to leave out, and why', () => {
  const found = findFollowers(names({ app: weightedPair(50, 50), www: [cname('app.')] }));
  expect(found.get('www')?.refusal).toEqual({
    because: 'www has no share of its own: its CNAME record leads to app, in domain as well',
    wayOut: 'Leave www out of domain: it follows app. Let green know all names: custom-domains.',
  });
});
