import { parseRawShift, shiftInputs } from '../../../helpers/shift-inputs.ts';

/** As the report shows them. */
function linesOf(raw: Readonly<Record<string, string>>): readonly string[] {
  const parsed = parseRawShift(raw);
  return parsed.ok ? [] : parsed.problems.map(({ input, seen, wanted }) => `${input}: ${seen}; ${wanted}`);
}

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f0e';
const healthCheck = '01234567-89ab-cdef-0123-456789abcdef';
const oneWay =
  'only one way to give the share green gets: green-percent, steps, or blue-weight and green-weight';
const nothingOfMonitor = 'nothing: a monitor can only take from green';
const shift = { mode: 'shift', 'green-percent': '10' };
const attach = { 'attach-domain': 'true' };

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  // How much.
  [
    'a share and one weight',
    { 'green-percent': '10', 'blue-weight': '90' },
    [`green-percent: given together with blue-weight; ${oneWay}`],
  ],
  [
    'a share and both weights',
    { 'green-percent': '10', 'blue-weight': '90', 'green-weight': '10' },
    [`green-percent: given together with blue-weight, green-weight; ${oneWay}`],
  ],
  [
    'steps and a weight',
    { steps: '10,20', 'green-weight': '10' },
    [`steps: given together with green-weight; ${oneWay}`],
  ],
  [
    'all ways at once, each with what is wrong with it alone',
    { 'green-percent': 'ten', steps: '20,10', 'blue-weight': '900' },
    [
      `green-percent: given together with steps, blue-weight; ${oneWay}`,
      expect.stringMatching(/^green-percent: "ten"/),
      expect.stringMatching(/^steps: /),
      expect.stringMatching(/^blue-weight: "900"/),
    ],
  ],
  [
    'one weight alone',
    { 'blue-weight': '90' },
    ['green-weight: not given; both weights: a share needs two of them'],
  ],
  [
    'the plan of a shift to nowhere',
    { 'plan-for': 'shift' },
    ['green-percent: not given; the share of green: green-percent, steps, or both weights'],
  ],

  // What is planned.
  [
    'the plan of a monitor with what a monitor never does',
    {
      'plan-for': 'monitor',
      steps: '10,20',
      'attach-domain': 'true',
      'green-health-check-id': healthCheck,
      'bake-minutes': '3',
    },
    [
      `steps: given together with plan-for: monitor; ${nothingOfMonitor}`,
      `green-health-check-id: given together with plan-for: monitor; ${nothingOfMonitor}`,
      `attach-domain: given together with plan-for: monitor; ${nothingOfMonitor}`,
      'bake-minutes: given together with plan-for: monitor; watch-minutes, for which a monitor watches',
    ],
  ],
  [
    'a share for a monitor',
    { mode: 'monitor', 'green-percent': '10' },
    [`green-percent: given together with mode: monitor; ${nothingOfMonitor}`],
  ],
  ...['shift', 'adopt', 'status', 'verify', 'finalize'].map(
    (mode): [string, Readonly<Record<string, string>>, readonly string[]] => [
      `a plan of a monitor beside ${mode}`,
      { ...(mode === 'shift' && shift), mode, 'plan-for': 'monitor' },
      [
        `plan-for: monitor beside mode: ${mode}; mode: plan beside it, or no plan-for, as another mode plans itself`,
      ],
    ],
  ),
  [
    'a plan of a shift beside a monitor',
    { mode: 'monitor', 'plan-for': 'shift' },
    [
      'plan-for: shift beside mode: monitor; mode: plan beside it, or no plan-for, as another mode plans itself',
    ],
  ],
  [
    'a plan of a monitor beside a shift, and its minutes',
    { ...shift, 'plan-for': 'monitor', 'watch-minutes': '5' },
    [
      expect.stringMatching(/^plan-for: monitor beside mode: shift/),
      expect.stringMatching(/^watch-minutes: given together with mode: shift/),
    ],
  ],
  ['what a mode plans anyway', { ...shift, 'plan-for': 'shift' }, []],
  [
    'what action.yml gives where nothing is given',
    { ...shift, 'plan-for': 'auto', 'watch-minutes': '2' },
    [],
  ],
  [
    'what is no, beside a monitor',
    { mode: 'monitor', 'attach-domain': 'False', 'redirect-http': 'FALSE' },
    [],
  ],
  ['no redirect, where nothing is attached', { 'redirect-http': 'False' }, []],
  [
    'the minutes of a monitor, of its plan, and nothing else of it',
    { 'plan-for': 'monitor', 'watch-minutes': '3' },
    [],
  ],

  // What is added to green.
  [
    'a certificate that nothing attaches',
    { 'certificate-arn': certificate },
    [
      'certificate-arn: given without attach-domain; attach-domain: true as well, or certificate-arn on the step that deploys green',
    ],
  ],
  [
    'one to attach and one to request',
    { ...attach, 'certificate-arn': certificate, 'request-certificate': 'true' },
    [
      'request-certificate: given together with certificate-arn; only one of the two: a certificate that exists, or one to request',
    ],
  ],
  [
    'time for a certificate that nobody requests',
    { ...attach, 'request-certificate': 'false', 'certificate-timeout-minutes': '5' },
    ['certificate-timeout-minutes: given without request-certificate; request-certificate: true as well'],
  ],
  [
    'hosts that no listener rule takes',
    { ...attach, domain: 'my_app.example.com, пример.рф, app.example.com' },
    [
      expect.stringMatching(
        /^attach-domain: true beside my_app\.example\.com and xn--e1afmkfd\.xn--p1ai in domain; host names that a load balancer takes/,
      ),
    ],
  ],
  ['the same, where nothing is attached', { domain: 'my_app.example.com, пример.рф' }, []],
])('%s', (_case, raw, lines) => {
  expect(linesOf(raw)).toEqual(lines);
});

test.each([
  ['example.com,', ['example.com'], []],
  [',\n example.com ,, EXAMPLE.com.', ['example.com'], ['example.com']],
  [
    'bücher.example\nBÜCHER.example.\nxn--bcher-kva.example',
    ['xn--bcher-kva.example'],
    ['xn--bcher-kva.example'],
  ],
])('names written as %j', (domain, domains, repeatedDomains) => {
  expect(shiftInputs({ domain })).toMatchObject({ domains, repeatedDomains });
});

test.each([
  ['a.example.com b.example.com', /separated by commas or lines/],
  ['a.example.com;b.example.com', /separated by commas or lines/],
  ['example.com..', /a host name such as/],
  ['shop.eu-west-1.awsapprunner.com', /a name of AWS.*a name of your own/],
  ['we-0123.ecs.eu-west-1.on.aws', /a name of AWS.*a name of your own/],
])('%j is no name to move', (domain, told) => {
  expect(linesOf({ domain })).toEqual([expect.stringMatching(told)]);
});

test('a bake lasts as long as bake-minutes, whatever a plan of a monitor would watch for', () => {
  expect(shiftInputs({ 'bake-minutes': '7' }).bake.seconds).toBe(420);
  expect(shiftInputs({ 'plan-for': 'monitor', 'watch-minutes': '3' }).bake.seconds).toBe(180);
  expect(shiftInputs({ mode: 'monitor', 'watch-minutes': '3' }).bake.seconds).toBe(180);
});
