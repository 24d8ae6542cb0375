import {
  describeAction,
  isHttpsRedirect,
  leadsToHttps,
  neighboursIn,
  noticeOfOther,
  noticesOfRedirect,
} from '../../../src/dns/http-redirect.ts';

const usual = {
  type: 'redirect',
  protocol: 'HTTPS',
  port: '443',
  host: '#{host}',
  path: '/#{path}',
  query: '#{query}',
};

test.each([
  ['as this action makes it', {}, true],
  ['without what has a default', { host: undefined, path: undefined, query: undefined }, true],
  ['a fixed answer', { type: 'fixed-response' }, false],
  ['a forward', { type: 'forward' }, false],
  ['to http', { protocol: 'HTTP' }, false],
  ['of any protocol', { protocol: '#{protocol}' }, false],
  ['to the port that was asked, 80', { port: '#{port}' }, false],
  ['to a port that is not said', { port: undefined }, false],
  ['to another host', { host: 'www.#{host}' }, false],
  ['to one page', { path: '/' }, false],
  ['without a query', { query: '' }, false],
  ['with a query of its own', { query: 'from=http' }, false],
  ['with more than the query', { query: '#{query}&from=http' }, false],
])('%s: leads to the same address with https? %j → %s', (_what, change, leads) => {
  expect(leadsToHttps({ ...usual, ...change })).toBe(leads);
});

test.each([
  [{ type: 'forward' }, 'forward'],
  [
    { type: 'redirect', protocol: 'HTTPS', port: '443', query: 'from=http' },
    'redirect to HTTPS://#{host}:443/#{path}?from=http',
  ],
  [
    { type: 'redirect', protocol: 'HTTPS', port: '443', host: 'www.#{host}', path: '/' },
    'redirect to HTTPS://www.#{host}:443/?#{query}',
  ],
  [{ type: 'redirect' }, 'redirect to #{protocol}://#{host}:#{port}/#{path}?#{query}'],
])('what %j does', (action, words) => {
  expect(describeAction(action)).toBe(words);
});

test.each([
  [301, 'https://a.example:443/', true],
  [302, 'https://a.example/', true],
  [308, 'https://a.example/', true],
  [301, 'http://a.example/', false],
  [301, '/elsewhere', false],
  [304, undefined, false],
  [200, 'https://a.example/', false],
  [502, undefined, false],
])('an answer %d to %s: %s', (status, location, leads) => {
  expect(isHttpsRedirect(status, location)).toBe(leads);
});

const rule = (hosts: readonly string[], targetGroupArns: readonly string[]) => ({
  arn: hosts.join(),
  priority: 1,
  hosts,
  otherValueCount: 0,
  targetGroupArns,
});

test('neighbours are the hosts of rules that lead elsewhere, each once', () => {
  const own = rule(['we.on.aws'], ['a', 'b']);
  const others = [
    rule(['ot.on.aws', 'shop.example'], ['c', 'd']),
    rule(['second.example'], ['b']),
    rule(['shop.example'], ['e']),
  ];
  expect(neighboursIn({ own, others })).toEqual(['ot.on.aws', 'shop.example']);
  expect(neighboursIn({ own: undefined, others })).toHaveLength(3);
});

test('nobody else and a load balancer for everybody: nothing to say', () => {
  expect(noticesOfRedirect({ neighbours: [], isInternal: false })).toEqual([]);
});

test('many neighbours are not all named; an internal load balancer is told', () => {
  const neighbours = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(noticesOfRedirect({ neighbours, isInternal: true })).toEqual([
    expect.stringContaining('http:// of a, b, c, d, e and 2 more was refused so far'),
    expect.stringContaining('only its own network can use the redirect'),
  ]);
});

test.each([
  [300, true],
  [399, true],
  [299, false],
  [400, false],
  [500, false],
])('the status %d with a place to go to: %s', (status, leads) => {
  expect(isHttpsRedirect(status, 'https://a.example/')).toBe(leads);
});

test('a rule that shares one of its groups is no neighbour', () => {
  const own = rule(['we.on.aws'], ['a']);
  expect(neighboursIn({ own, others: [rule(['shared.example'], ['b', 'a'])] })).toEqual([]);
});

test('as many neighbours as are named need no "more"', () => {
  const neighbours = ['a', 'b', 'c', 'd', 'e'];
  const [notice] = noticesOfRedirect({ neighbours, isInternal: false });
  expect(notice).toContain('http:// of a, b, c, d, e was refused so far');
});

test('a listener that does something else is left, and named', () => {
  expect(noticeOfOther({ arn: 'arn:listener', does: 'fixed-response' })).toMatch(
    /\(fixed-response\)\. It stays as it is: arn:listener/,
  );
});
