import {
  chooseZone,
  type Delegation,
  findParent,
  isPrivateView,
  judgeDelegation,
  judgeGivenZone,
  judgeZones,
  parseZoneId,
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
  expect(judgeGivenZone(['app.example.com'], zone('Z1', 'example.com.'))).toBeUndefined();
  expect(judgeGivenZone(['app.example.com'], zone('Z1', 'example.org.'))?.because).toContain('does not hold');
  expect(judgeGivenZone(['app.example.com'], zone('Z1', 'example.com.', true))?.because).toContain('private');
});

const own = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'];
const one = ['NS-2.awsdns-02.com.', 'ns.second.example.net.'];
const other = ['ns.elsewhere.net.'];

test.each<[string, Partial<Delegation>, string | undefined]>([
  ['nobody could be asked', {}, undefined],
  ['one of its servers stands above it', { above: one }, undefined],
  ['one of its servers is what resolvers are led to', { resolvers: one }, undefined],
  ['both', { above: one, resolvers: one }, undefined],
  ['there is no delegation', { above: [] }, 'above it stands no name server'],
  ['resolvers know no delegation', { resolvers: [] }, 'above it stands no name server'],
  ['other servers stand above it', { above: other }, 'above it stands ns.elsewhere.net'],
  ['resolvers are led to others', { resolvers: other }, 'above it stands ns.elsewhere.net'],
  ['only the zone above would lead to it', { above: one, resolvers: other }, 'ns.elsewhere.net'],
  ['only resolvers still do', { above: [], resolvers: one }, 'no name server'],
])('a zone that nobody is led to is refused: %s', (_case, delegation, because) => {
  const refusal = judgeDelegation(zone('Z2', 'app.example.com.'), {
    own,
    above: undefined,
    resolvers: undefined,
    ...delegation,
  });
  if (because === undefined) expect(refusal).toBeUndefined();
  else expect(refusal?.because).toContain(because);
});

test('the answer of a private zone is known by its name servers', () => {
  expect(isPrivateView(['ns-1536.awsdns-00.co.uk', 'ns-0.awsdns-00.com.'])).toBe(true);
  expect(isPrivateView(own)).toBe(false);
  expect(isPrivateView([])).toBe(false);
});

test.each([
  ['Z0123456789ABC', 'Z0123456789ABC'],
  ['/hostedzone/Z1', 'Z1'],
  ['hostedzone/Z1', 'Z1'],
])('%s is the id of a zone', (raw, value) => {
  expect(parseZoneId(raw)).toEqual({ ok: true, value });
});

test.each(['', 'z1', 'Z1 ', ' Z1', 'Z'.repeat(33), 'x/hostedzone/Z1', 'example.com'])('%j is none', (raw) => {
  expect(parseZoneId(raw)).toEqual({
    ok: false,
    problem: { seen: expect.any(String), wanted: expect.stringContaining('hosted zone') },
  });
});

test('a batch is of one zone: names of several are refused, each with its own', () => {
  const [shop, blog] = [zone('Z1', 'shop.example.'), zone('Z2', 'blog.example.')];
  expect(judgeZones(new Map())).toBeUndefined();
  expect(judgeZones(new Map([['shop.example', shop]]))).toBeUndefined();
  expect(
    judgeZones(
      new Map([
        ['shop.example', shop],
        ['www.shop.example', shop],
      ]),
    ),
  ).toBeUndefined();
  expect(
    judgeZones(
      new Map([
        ['shop.example', shop],
        ['blog.example', blog],
      ]),
    ),
  ).toEqual({
    because: expect.stringMatching(/2 hosted zones.*shop\.example in Z1.*blog\.example in Z2/),
    wayOut: expect.any(String),
  });
});

test('the parent of a zone is the nearest public one above it', () => {
  const given = zone('Z3', 'a.b.example.com.');
  const [far, near] = [zone('Z1', 'example.com.'), zone('Z2', 'b.example.com.')];
  expect(findParent(given, [far, near, given])).toBe(near);
  expect(findParent(given, [near, far])).toBe(near);
  expect(findParent(given, [zone('Z2', 'b.example.com.', true), far])).toBe(far);
  expect(findParent(given, [zone('Z4', 'a.b.example.com.'), zone('Z5', 'other.example.')])).toBeUndefined();
});

test('only private zones are told by their ids', () => {
  const seen = [zone('Z8', 'example.com.', true), zone('Z9', 'app.example.com.', true)];
  expect(chooseZone('app.example.com', seen)).toMatchObject({ because: expect.stringContaining('(Z8, Z9)') });
});
