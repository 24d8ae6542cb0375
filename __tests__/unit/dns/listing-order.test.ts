import fc from 'fast-check';
import { inListingOrder, isListedBefore } from '../../../src/dns/listing-order.ts';

// The order and the part that the dot plays are of the API reference of ListResourceRecordSets.
test.each([
  [
    ['www.example.com', 'example.com', 'app.example.com'],
    ['example.com', 'app.example.com', 'www.example.com'],
  ],
  [
    ['app.example.com', 'app-2.example.com', 'x.app.example.com'],
    ['app-2.example.com', 'app.example.com', 'x.app.example.com'],
  ],
  [
    ['B.example.com.', 'a.example.com'],
    ['a.example.com', 'B.example.com.'],
  ],
])('%j', (names, sorted) => {
  expect(inListingOrder(names)).toEqual(sorted);
});

test('what may be listed before or after a wildcard was not seen', () => {
  const next = '\\052.example.com.';
  expect(isListedBefore('example.com', next)).toBe(true);
  expect(isListedBefore('a.example.com', next)).toBe(false);
  // Before `\052`, but not before `*`.
  expect(isListedBefore('1.example.com', next)).toBe(false);
  expect(isListedBefore('example.com', 'example.com')).toBe(false);
});

test('of two names one at most is before the other', () => {
  const name = fc.stringMatching(/^[a-c-]{1,3}(\.[a-c*-]{1,2}){0,2}\.example\.com$/);
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(isListedBefore(one, other) && isListedBefore(other, one)).toBe(false);
    }),
  );
});
