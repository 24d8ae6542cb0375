import fc from 'fast-check';
import { customHostLimit } from '../../../src/dns/host-limit.ts';
import { hasHost, type ListenerRule, planHosts } from '../../../src/dns/host-rule.ts';

const endpoint = 'we-0123.ecs.eu-west-1.on.aws';

function rule(change: Partial<ListenerRule> = {}): ListenerRule {
  return {
    arn: 'arn:own',
    priority: 2,
    hosts: [endpoint],
    otherValueCount: 0,
    targetGroupArns: ['arn:tg-a', 'arn:tg-b'],
    ...change,
  };
}

function neighbour(change: Partial<ListenerRule>): ListenerRule {
  return rule({ arn: 'arn:theirs', priority: 3, targetGroupArns: ['arn:tg-c'], ...change });
}

const first = { priority: 1 };
const last = { priority: 3 };

describe('what the rule lacks', () => {
  test.each([
    [[], ['app.example.com'], ['app.example.com']],
    [['app.example.com'], ['app.example.com'], []],
    [['App.Example.COM'], ['app.example.com'], []],
    [['other.example.com'], ['app.example.com', 'www.example.com'], ['app.example.com', 'www.example.com']],
    [['*.example.com'], ['app.example.com', 'a.b.example.com', 'example.com'], ['example.com']],
    [['*.example.com'], ['*.example.com', '*.app.example.com'], []],
    [['app?.example.com'], ['app1.example.com', 'app.example.com'], ['app.example.com']],
    [['?.example.com'], ['*.example.com'], ['*.example.com']],
    [['app.example.com'], ['appXexample.com'], ['appXexample.com']],
  ])('with %j, of %j it is %j', (present, wanted, lacking) => {
    const own = rule({ hosts: [endpoint, ...present] });
    expect(planHosts(wanted, { own, others: [] })).toEqual({ kind: 'add', hosts: lacking, notices: [] });
  });
});

describe('a rule holds five values', () => {
  const names = ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}.example.com`);

  test.each([
    [0, 0, 4, 'add'],
    [0, 0, 5, 'refuse'],
    [3, 0, 1, 'add'],
    [3, 0, 2, 'refuse'],
    [2, 1, 1, 'add'],
    [2, 2, 1, 'refuse'],
  ])(
    'with %i hosts beside its own and %i other values, %i more: %s',
    (count, otherValueCount, more, kind) => {
      const present = Array.from({ length: count }, (_, index) => `old-${index}.example.com`);
      const own = rule({ hosts: [endpoint, ...present], otherValueCount });
      expect(planHosts(names.slice(0, more), { own, others: [] }).kind).toBe(kind);
    },
  );

  test('a full rule that has the hosts already is content', () => {
    const own = rule({ hosts: [endpoint, ...names.slice(0, 4)] });
    expect(planHosts(names.slice(0, 4), { own, others: [] })).toMatchObject({ kind: 'add', hosts: [] });
  });

  test('the refusal says what is in it', () => {
    const own = rule({ hosts: [endpoint, ...names.slice(0, 3)], otherValueCount: 1 });
    expect(planHosts(['new.example.com'], { own, others: [] })).toMatchObject({
      because: expect.stringMatching(
        /new\.example\.com.*takes 5 values.*c\.example\.com, and 1 values of other conditions/,
      ),
    });
  });
});

describe('other rules of the listener', () => {
  test.each([
    ['the same host', 'app.example.com', last, 'app.example.com'],
    ['the same host in other letters', 'APP.example.com', last, 'app.example.com'],
    ['the same wildcard', '*.example.com', last, '*.example.com'],
    ['a wildcard that decides first', '*.example.com', first, 'app.example.com'],
    ['a host of theirs that our wildcard would take', 'api.example.com', last, '*.example.com'],
  ])('%s is refused, by name', (_case, theirs, order, wanted) => {
    const others = [neighbour({ ...order, hosts: ['ne-4567.ecs.eu-west-1.on.aws', theirs] })];
    expect(planHosts([wanted], { own: rule(), others })).toMatchObject({
      kind: 'refuse',
      because: expect.stringContaining('ne-4567.ecs.eu-west-1.on.aws'),
    });
  });

  test.each([
    ['another host', 'api.example.com', first, 'app.example.com', 0],
    ['a wildcard that decides last', '*.example.com', last, 'app.example.com', 1],
    ['a host of theirs that decides before our wildcard', 'api.example.com', first, '*.example.com', 0],
  ])('%s is no obstacle', (_case, theirs, order, wanted, notices) => {
    const planned = planHosts([wanted], {
      own: rule(),
      others: [neighbour({ ...order, hosts: [theirs] })],
    });
    expect(planned).toMatchObject({ kind: 'add', hosts: [wanted] });
    expect(planned.kind === 'add' && planned.notices).toHaveLength(notices);
  });

  test('that claim what is ours already and decide later are left alone', () => {
    const own = rule({ hosts: [endpoint, 'app.example.com'] });
    const others = [neighbour({ ...last, hosts: ['app.example.com'] })];
    expect(planHosts(['app.example.com'], { own, others })).toEqual({ kind: 'add', hosts: [], notices: [] });
  });

  test('that take some paths of the host only are left alone', () => {
    const others = [neighbour({ ...first, hosts: ['app.example.com'], otherValueCount: 1 })];
    expect(planHosts(['app.example.com'], { own: rule(), others })).toMatchObject({
      kind: 'add',
      hosts: ['app.example.com'],
    });
  });

  test('that lead to the same service are to be deleted, after ours has the host', () => {
    const others = [neighbour({ ...first, hosts: ['app.example.com'], targetGroupArns: ['arn:tg-a'] })];
    expect(planHosts(['app.example.com'], { own: rule(), others })).toMatchObject({
      kind: 'add',
      hosts: ['app.example.com'],
      notices: [expect.stringMatching(/arn:theirs.*delete it/)],
    });
  });
});

test('without a rule of its own there is nothing to add to', () => {
  expect(planHosts(['app.example.com'], { own: undefined, others: [] })).toMatchObject({ kind: 'refuse' });
});

const host = fc.constantFrom(
  'a.example.com',
  'b.example.com',
  '*.example.com',
  'example.com',
  '*.a.example.com',
);

test('what is added makes the rule have every host, within the limit, and a second time there is nothing to add', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(host, { maxLength: 4 }),
      fc.uniqueArray(host, { maxLength: 4 }),
      (wanted, present) => {
        const own = rule({ hosts: [endpoint, ...present] });
        const planned = planHosts(wanted, { own, others: [] });
        if (planned.kind === 'refuse') return;
        const after = { ...own, hosts: [...own.hosts, ...planned.hosts] };
        expect(wanted.every((name) => hasHost(after.hosts, name))).toBe(true);
        if (planned.hosts.length > 0) expect(after.hosts.length).toBeLessThanOrEqual(5);
        expect(planHosts(wanted, { own: after, others: [] })).toMatchObject({ kind: 'add', hosts: [] });
      },
    ),
  );
});

test.each([
  ['one of several groups is ours', ['arn:tg-x', 'arn:tg-b'], 'add'],
  ['none is ours', ['arn:tg-x', 'arn:tg-y'], 'refuse'],
])('a second rule for the host: %s', (_case, targetGroupArns, kind) => {
  const others = [neighbour({ ...first, hosts: ['app.example.com'], targetGroupArns })];
  expect(planHosts(['app.example.com'], { own: rule(), others }).kind).toBe(kind);
});

test('a host that is taken over is told with the rule that had it', () => {
  const others = [neighbour({ ...last, hosts: ['*.example.com'] })];
  expect(planHosts(['app.example.com'], { own: rule(), others })).toMatchObject({
    notices: [expect.stringMatching(/^So far rule 3 .*\*\.example\.com.* answered for app\.example\.com/)],
  });
});

test('the refusals say why, and name other conditions only where there are some', () => {
  expect(planHosts(['app.example.com'], { own: undefined, others: [] })).toEqual({
    kind: 'refuse',
    because: expect.stringContaining('is gone'),
    wayOut: expect.stringContaining('Deploy the service anew'),
  });
  const own = rule({ hosts: [endpoint, 'a.example', 'b.example', 'c.example', 'd.example'] });
  expect(planHosts(['new.example.com'], { own, others: [] })).toMatchObject({
    because: expect.stringMatching(/has .*d\.example$/),
  });
});

test('a rule of Express takes four hosts beside its own', () => {
  expect(customHostLimit).toBe(4);
});
