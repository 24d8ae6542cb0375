import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  checksumOf,
  drainSecondsOf,
  healthChecksIn,
  lacksHealthCheck,
  renderComment,
  replaceRecords,
  withGreenHealthCheck,
  withoutHealthChecks,
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

describe("the health check of green's members", () => {
  const [blue, green] = weightedPair(50, 50);
  if (blue === undefined || green === undefined) throw new Error('no pair');
  const bare = { type: 'A', blue, green };
  const checked = { ...bare, green: { ...green, healthCheckId: 'hc-1' } };

  test('is written to green alone, and not at all when there is none to write', () => {
    expect(withGreenHealthCheck([bare], 'hc-1')).toEqual([checked]);
    expect(withGreenHealthCheck([checked], undefined)).toEqual([checked]);
  });

  test.each([
    ['green has none', [bare], 'hc-1', true],
    ['green has another', [checked], 'hc-2', true],
    ['one type has it, and one has none', [checked, bare], 'hc-1', true],
    ['green has it', [checked], 'hc-1', false],
    ['none is wanted', [checked], undefined, false],
  ])('%s: it is lacking is %s', (_case, groups, wanted, lacks) => {
    expect(lacksHealthCheck(groups, wanted)).toBe(lacks);
  });

  test('that is gone is taken off, and nothing else with it', () => {
    const other = { ...blue, healthCheckId: 'hc-2' };
    expect(withoutHealthChecks([checked.green, blue, other], ['hc-1', 'hc-3'])).toEqual([green, blue, other]);
    expect(withoutHealthChecks([checked.green], [])).toEqual([checked.green]);
  });

  test('is counted once, whatever records have it', () => {
    expect(healthChecksIn([checked.green, blue, checked.green])).toEqual(['hc-1']);
  });
});

test('a record without weights gets none', () => {
  const group = { type: 'A', blue: alias(blueHost), green: alias(greenHost) };
  expect(withWeights([group], allBlue)).toEqual([group.blue, group.green]);
});

test('a comment has no empty parts and no gaps, and is cut where AWS ends it', () => {
  expect(renderComment(['a', '', 'b \n\n c'])).toBe('a; b c');
  expect(renderComment(['x'.repeat(256)])).toBe('x'.repeat(256));
  expect(renderComment(['x'.repeat(257)])).toBe(`${'x'.repeat(253)}...`);
});

test('the checksum of plain data is that of its text', () => {
  expect(checksumOf({ b: null, a: undefined, c: [1] })).toBe(checksumOf({ c: [1], b: null }));
  // What was shown for approval by an earlier version has to have the same one.
  expect(checksumOf({ b: 1, a: null, c: 'x' })).toBe(
    createHash('sha256').update('{"a":null,"b":1,"c":"x"}').digest('hex'),
  );
});
