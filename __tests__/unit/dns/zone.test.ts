import {
  chooseZone,
  judgeDelegation,
  judgeGivenZone,
  type Zone,
  zoneNamesFor,
} from '../../../src/dns/zone.ts';

const zone = (id: string, name: string, isPrivate = false): Zone => ({ id, name, isPrivate });

test('names a zone may have, the shortest first', () => {
  expect(zoneNamesFor('a.app.example.com')).toEqual(['example.com', 'app.example.com', 'a.app.example.com']);
});

test('the longest public match is chosen, with the zone above it', () => {
  const parent = zone('Z1', 'example.com.');
  const child = zone('Z2', 'app.example.com.');
  expect(chooseZone('app.example.com', [parent, child])).toEqual({ kind: 'chosen', zone: child, parent });
  expect(chooseZone('www.example.com', [parent, child])).toEqual({
    kind: 'chosen',
    zone: parent,
    parent: undefined,
  });
});

test('a private zone of the name is passed over', () => {
  const open = zone('Z1', 'example.com.');
  expect(chooseZone('app.example.com', [zone('Z9', 'app.example.com.', true), open])).toMatchObject({
    zone: open,
  });
});

test.each([
  ['two of one name', [zone('Z1', 'example.com.'), zone('Z2', 'example.com.')], 'Z1, Z2'],
  ['only private ones', [zone('Z1', 'example.com.', true)], 'private'],
  ['none', [zone('Z1', 'example.org.')], 'no hosted zone'],
])('%s: refused', (_case, zones, because) => {
  expect(chooseZone('app.example.com', zones)).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining(because),
  });
});

test('a zone that was named must hold the domain and be public', () => {
  expect(judgeGivenZone('app.example.com', zone('Z1', 'example.com.'))).toBeUndefined();
  expect(judgeGivenZone('app.example.com', zone('Z1', 'example.org.'))?.because).toContain('does not hold');
  expect(judgeGivenZone('app.example.com', zone('Z1', 'example.com.', true))?.because).toContain('private');
});

test('a zone that the one above does not point to is refused', () => {
  const child = zone('Z2', 'app.example.com.');
  const servers = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'];
  expect(judgeDelegation(child, servers, ['NS-1.awsdns-01.org.'])).toBeUndefined();
  expect(judgeDelegation(child, servers, [])?.because).toContain('no NS record');
  expect(judgeDelegation(child, servers, ['ns.elsewhere.net.'])?.because).toContain('other name servers');
});
