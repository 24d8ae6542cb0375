import { parseRawShift, shiftInputs } from '../../../helpers/shift-inputs.ts';

/** The names of the inputs that were complained about. */
function problems(raw: Readonly<Record<string, string>>): string[] {
  const parsed = parseRawShift(raw);
  return parsed.ok ? [] : parsed.problems.map(({ input }) => input);
}

test('a plan needs to know only who moves what', () => {
  expect(shiftInputs()).toMatchObject({
    mode: 'plan',
    planFor: 'auto',
    domains: ['app.example.com'],
    blue: { service: 'shop' },
    green: { cluster: 'default', name: 'web' },
    target: undefined,
    bake: { seconds: 300, alarms: [], maxErrorPercent: undefined, minRequests: 100 },
    onCancel: 'rollback',
  });
});

test('an ARN of the Express service names its cluster itself', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/shop-web';
  expect(shiftInputs({ 'express-service': arn })).toMatchObject({
    green: { cluster: 'prod', name: 'shop-web' },
  });
});

test.each([
  [{ 'green-percent': '12.5' }, [{ blue: 175, green: 25 }]],
  [
    { steps: '10,50,100' },
    [
      { blue: 90, green: 10 },
      { blue: 50, green: 50 },
      { blue: 0, green: 100 },
    ],
  ],
  [{ 'blue-weight': '255', 'green-weight': '1' }, [{ blue: 255, green: 1 }]],
  [{ 'hosted-zone-id': '/hostedzone/Z0123' }, undefined],
])('%j means weights %j', (raw: Record<string, string>, target) => {
  expect(shiftInputs(raw).target).toEqual(target);
});

test.each<[string, Readonly<Record<string, string>>, string[]]>([
  ['no domain', { domain: '' }, ['domain']],
  ['a URL as domain', { domain: 'https://app.example.com/' }, ['domain']],
  ['an unknown mode', { mode: 'go' }, ['mode']],
  [
    'what a monitor never does',
    {
      mode: 'monitor',
      'green-percent': '10',
      'max-step': '5',
      'plan-checksum': 'a'.repeat(64),
      'attach-domain': 'true',
      'bake-minutes': '3',
      'green-health-check-id': '01234567-89ab-cdef-0123-456789abcdef',
    },
    ['green-percent', 'max-step', 'green-health-check-id', 'attach-domain', 'bake-minutes', 'plan-checksum'],
  ],
  ['the time of a monitor beside a shift', { 'watch-minutes': '3' }, ['watch-minutes']],
  ['a monitor of nothing', { mode: 'monitor', 'express-service': '' }, ['express-service']],
  ['a watch of no time', { mode: 'monitor', 'watch-minutes': '0' }, ['watch-minutes']],
  ['a name of a health check', { 'green-health-check-id': 'green' }, ['green-health-check-id']],
  ['no green', { 'express-service': '' }, ['express-service']],
  ['no blue', { 'apprunner-service': '' }, ['apprunner-service']],
  [
    'an ARN of another service',
    { 'apprunner-service': 'arn:aws:ecs:eu-west-1:123456789012:service/a/b' },
    ['apprunner-service'],
  ],
  [
    'an ARN of another Region',
    { 'express-service': 'arn:aws:ecs:us-east-1:123456789012:service/a/b' },
    ['express-service'],
  ],
  ['blue host of somebody else', { 'blue-dns-name': 'web.example.org' }, ['blue-dns-name']],
  ['a percent too fine', { 'green-percent': '33.3' }, ['green-percent']],
  ['two ways to say how much', { 'green-percent': '10', steps: '10,20' }, ['green-percent']],
  ['half the weights', { 'green-weight': '10' }, ['blue-weight']],
  ['both weights 0', { 'blue-weight': '0', 'green-weight': '0' }, ['green-weight']],
  ['a shift to nowhere', { mode: 'shift' }, ['green-percent']],
  ['a shift to nonsense, told once', { mode: 'shift', 'green-percent': 'ten' }, ['green-percent']],
  [
    'a gate without its environment',
    { mode: 'adopt', gate: 'required', 'plan-checksum': 'a'.repeat(64) },
    ['gate-environment'],
  ],
  ...['adopt', 'shift', 'finalize'].map((mode): [string, Readonly<Record<string, string>>, string[]] => [
    `an approval of no plan, for ${mode}`,
    { mode, 'green-percent': mode === 'shift' ? '10' : '', gate: 'required', 'gate-environment': 'dns' },
    ['plan-checksum'],
  ]),
  ['an unknown rule', { gate: 'required', 'gate-accept': 'luck' }, ['gate-accept']],
  ['a checksum cut short', { 'plan-checksum': 'abc' }, ['plan-checksum']],
  [
    'retiring what has no name',
    {
      mode: 'finalize',
      'apprunner-service': '',
      'blue-dns-name': 'x.eu-west-1.awsapprunner.com',
      'retire-blue': 'delete',
    },
    ['apprunner-service'],
  ],
  [
    'each name that is none, by itself',
    { domain: 'app.example.com, *.example.com\nhttps://x, www.example.com' },
    ['domain', 'domain'],
  ],
  ['a list without a name', { domain: ' , ' }, ['domain']],
  [
    'more names than the rule takes, when they are to be added to it',
    {
      domain: 'a.example.com,b.example.com,c.example.com,d.example.com,e.example.com',
      'attach-domain': 'true',
    },
    ['attach-domain'],
  ],
  [
    'nothing of as many as it takes',
    { domain: 'a.example.com,b.example.com,c.example.com,d.example.com', 'attach-domain': 'true' },
    [],
  ],
  [
    'several at once',
    { domain: '', 'green-percent': 'x', 'bake-minutes': '-1' },
    ['green-percent', 'bake-minutes', 'domain'],
  ],
])('%s is refused by name', (_case, raw, inputs) => {
  expect(problems(raw)).toEqual(inputs);
});

test('a rollback needs nothing but the domain', () => {
  const alone = { 'apprunner-service': '', 'express-service': '', gate: 'required' };
  expect(problems({ ...alone, mode: 'rollback' })).toEqual([]);
  expect(problems({ ...alone, mode: 'status' })).toEqual([]);
  expect(problems({ ...alone, mode: 'plan', 'plan-for': 'rollback' })).toEqual([]);
});

test('names are taken by commas and by lines, each once', () => {
  const inputs = shiftInputs({
    domain: 'www.example.com,\n example.com \nWWW.Example.com., EXAMPLE.com,b.example.com',
  });
  expect(inputs.domains).toEqual(['www.example.com', 'example.com', 'b.example.com']);
  expect(inputs.repeatedDomains).toEqual(['www.example.com', 'example.com']);
});

test('a wildcard is refused with the reason', () => {
  const parsed = parseRawShift({ domain: '*.example.com' });
  expect(parsed).toMatchObject({
    problems: [
      { seen: '"*.example.com", a wildcard', wanted: expect.stringContaining('nobody can ask a wildcard') },
    ],
  });
});
