import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
});
afterAll(() => world.stop());

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f0e';

/** The problems of the one report, `input: seen`, and proof that nothing was called. */
async function problemsOf(inputs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await world.calls();
  const run = await world.run({ 'bake-minutes': '', 'drain-seconds': '', ...inputs });
  expect(run.exitCode).toBe(1);
  expect(await world.calls()).toEqual([]);
  expect(run.log.match(/::error /g)).toHaveLength(1);
  return run.log
    .replaceAll('%25', '%')
    .split(/%0A|\n/)
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2).replace(/; wanted .*/, ''));
}

test('every value that cannot be used is named, and nothing is made of it', async () => {
  expect(
    await problemsOf({
      mode: 'shift',
      'green-percent': '10',
      domain: 'https://x, app.example.com, *.example.com',
      'green-health-check-id': 'green',
      'attach-domain': 'y',
      'certificate-arn': 'x',
      'request-certificate': 'maybe',
      'certificate-timeout-minutes': '0',
      'redirect-http': 'yes',
      alarms: `${'a'.repeat(256)}, web-5xx, ${'b'.repeat(256)}`,
    }),
  ).toEqual([
    'domain: "https://x"',
    'domain: "*.example.com", a wildcard',
    'green-health-check-id: "green"',
    'attach-domain: "y"',
    'certificate-arn: "x"',
    'request-certificate: "maybe"',
    'certificate-timeout-minutes: "0"',
    'redirect-http: "yes"',
    `alarms: "${'a'.repeat(80)}…", "${'b'.repeat(80)}…"`,
  ]);
});

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'what would be for the domain that is not attached',
    {
      mode: 'shift',
      'green-percent': '10',
      'certificate-arn': certificate,
      'request-certificate': 'true',
      'redirect-http': 'true',
    },
    [
      'certificate-arn: given without attach-domain',
      'redirect-http: given without attach-domain',
      'request-certificate: given without attach-domain',
      'request-certificate: given together with certificate-arn',
    ],
  ],
  [
    'the same for a monitor, which attaches nothing',
    {
      mode: 'monitor',
      'certificate-arn': certificate,
      'request-certificate': 'true',
      'redirect-http': 'true',
      'certificate-timeout-minutes': '3',
    },
    [
      'certificate-arn: given together with mode: monitor',
      'request-certificate: given together with mode: monitor',
      'redirect-http: given together with mode: monitor',
    ],
  ],
  [
    'a share, the minutes of a monitor, and a plan, for the end',
    {
      mode: 'finalize',
      'green-percent': '10',
      'watch-minutes': '3',
      'plan-for': 'shift',
      'certificate-arn': certificate,
    },
    [
      'plan-for: shift beside mode: finalize',
      'watch-minutes: given together with mode: finalize',
      'green-percent: "10" together with mode: finalize',
    ],
  ],
])('%s', async (_case, inputs, problems) => {
  expect(await problemsOf(inputs)).toEqual(problems);
});
