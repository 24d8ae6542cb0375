import {
  areSameRecords,
  type RecordSet,
  setIdentifierOf,
  targetOf,
  weightOf,
} from '../../../src/dns/records.ts';
import { alias, blueHost, cname, greenHost, values, weighted } from '../../helpers/records.ts';

const pair = alias(blueHost);
const latency = (label: string, setIdentifier: string): RecordSet =>
  alias(blueHost, { policy: { kind: 'other', label, setIdentifier } });
const to = (change: Partial<Extract<RecordSet['answer'], { kind: 'alias' }>>): RecordSet =>
  alias(blueHost, {
    answer: {
      kind: 'alias',
      zoneId: 'ZTARGET',
      dnsName: `${blueHost}.`,
      evaluateTargetHealth: false,
      ...change,
    },
  });

test.each<[string, RecordSet, RecordSet]>([
  ['the record itself', pair, pair],
  ['its name in other letters, without the dot', pair, alias(blueHost, { name: 'APP.example.com' })],
  ['its target in other letters, without the dot', pair, to({ dnsName: blueHost.toUpperCase() })],
  ['its target as the console writes it', alias(greenHost), alias(`dualstack.${greenHost}`)],
  ['a value in other letters', cname(blueHost), cname(`${blueHost.toUpperCase()}.`)],
  ['a weighted one', weighted(pair, 'blue', 10), weighted(pair, 'blue', 10)],
  ['one of a policy that is not ours', latency('latency', 'eu'), latency('latency', 'eu')],
])('%s is the same', (_case, one, other) => {
  expect(areSameRecords([one], [other])).toBe(true);
  expect(areSameRecords([other], [one])).toBe(true);
});

test.each<[string, RecordSet, RecordSet]>([
  ['another name', pair, alias(blueHost, { name: 'www.example.com.' })],
  ['another type', pair, alias(blueHost, { type: 'AAAA' })],
  ['another target', pair, alias(greenHost)],
  ['another zone of the target', pair, to({ zoneId: 'ZOTHER' })],
  ['target health', pair, to({ evaluateTargetHealth: true })],
  ['a health check', pair, alias(blueHost, { healthCheckId: 'hc-1' })],
  ['weights', pair, weighted(pair, 'blue', 10)],
  ['another weight', weighted(pair, 'blue', 10), weighted(pair, 'blue', 20)],
  ['another identifier', weighted(pair, 'blue', 10), weighted(pair, 'green', 10)],
  ['another policy', weighted(pair, 'eu', 10), latency('latency', 'eu')],
  ['another identifier of a policy that is not ours', latency('latency', 'eu'), latency('latency', 'us')],
  ['an alias in place of a value', cname(blueHost), alias(blueHost, { type: 'CNAME' })],
  ['another TTL', cname(blueHost), cname(blueHost, { ttlSeconds: 60 })],
  ['another value', values('A', '192.0.2.1'), values('A', '192.0.2.2')],
  ['one of several values', values('A', '192.0.2.1', '192.0.2.2'), values('A', '192.0.2.1', '192.0.2.3')],
  ['one value more', values('A', '192.0.2.1'), values('A', '192.0.2.1', '192.0.2.2')],
])('%s makes it another', (_case, one, other) => {
  expect(areSameRecords([one], [other])).toBe(false);
  expect(areSameRecords([other], [one])).toBe(false);
});

test('the order does not matter, the number does', () => {
  const [blue, green] = [weighted(pair, 'blue', 10), weighted(alias(greenHost), 'green', 0)];
  expect(areSameRecords([], [])).toBe(true);
  expect(areSameRecords([blue, green], [green, blue])).toBe(true);
  expect(areSameRecords([blue], [green, blue])).toBe(false);
  expect(areSameRecords([blue, blue], [blue, green])).toBe(false);
  expect(areSameRecords([blue, green], [blue, blue])).toBe(false);
});

test('addresses are no target, and only weighted records have a weight', () => {
  expect([pair, cname(blueHost), values('A', '192.0.2.1'), values('TXT', 'x')].map(targetOf)).toEqual([
    `${blueHost}.`,
    blueHost,
    undefined,
    undefined,
  ]);
  expect([pair, weighted(pair, 'blue', 7), latency('latency', 'eu')].map(weightOf)).toEqual([0, 7, 0]);
  expect([pair, weighted(pair, 'blue', 7), latency('latency', 'eu')].map(setIdentifierOf)).toEqual([
    undefined,
    'blue',
    'eu',
  ]);
});
