import fc from 'fast-check';
import {
  checksumOf,
  drainSecondsOf,
  renderComment,
  replaceRecords,
  withWeights,
} from '../../../src/dns/batch.ts';
import { classifyRecords } from '../../../src/dns/pair.ts';
import { allBlue } from '../../../src/dns/weights.ts';
import { alias, blueHost, cname, domain, greenHost, weightedPair } from '../../helpers/records.ts';

test('a swap deletes what was read before it creates, unchanged members included', () => {
  const before = weightedPair(100, 0);
  expect(replaceRecords(before, before).map(({ action }) => action)).toEqual([
    'DELETE',
    'DELETE',
    'CREATE',
    'CREATE',
  ]);
});

test('other weights change nothing but the weights', () => {
  const before = weightedPair(50, 50).map((record) => ({ ...record, healthCheckId: 'hc-1' }));
  const state = classifyRecords(domain, before, { blue: blueHost, green: greenHost });
  if (state.kind !== 'weighted') throw new Error('not weighted');
  const [blue, green] = withWeights(state.groups, allBlue);
  expect(blue).toEqual({ ...before[0], policy: { ...before[0]?.policy, weight: 100 } });
  expect(green).toEqual({ ...before[1], policy: { ...before[1]?.policy, weight: 0 } });
});

test('the longest life in caches counts', () => {
  expect(drainSecondsOf([alias(blueHost), cname(blueHost, { ttlSeconds: 3600 })])).toBe(3600);
  expect(drainSecondsOf([alias(blueHost)])).toBe(60);
});

test('a comment is printable ASCII of at most 256 characters, whatever an approver wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 5 }), (parts) =>
      /^[\x20-\x7e]{0,256}$/.test(renderComment(parts)),
    ),
  );
  expect(renderComment(['10 % to 25 %', undefined, 'approved by @alice: "go\n<b>é</b>"'])).toBe(
    '10 % to 25 %; approved by @alice: "go <b>?</b>"',
  );
});

test('the checksum does not depend on the order of members, but on everything else', () => {
  expect(checksumOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(checksumOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(checksumOf({ a: 1 })).not.toBe(checksumOf({ a: 2 }));
  expect(checksumOf([1, 2])).not.toBe(checksumOf([2, 1]));
});
