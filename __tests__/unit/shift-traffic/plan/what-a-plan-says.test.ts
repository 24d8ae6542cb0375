import type { RecordSet } from '../../../../src/dns/records.ts';
import type { Observed, OneName } from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { judgeShares } from '../../../../src/shift-traffic/plan/shares.ts';
import { pickGreen } from '../../../../src/shift-traffic/plan/terms.ts';
import { now, observedName, observedShift, ready } from '../../../helpers/observed-shift.ts';
import {
  alias,
  blueHost,
  domain,
  greenHost,
  values,
  weighted,
  weightedPair,
} from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

function plan(raw: Raw, records: readonly RecordSet[], more: Partial<OneName> = {}): ShiftPlan {
  const inputs = shiftInputs(raw);
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

function proceeding(made: ShiftPlan) {
  if (made.kind !== 'proceed')
    throw new Error(`refused: ${made.refusals.map(({ because }) => because).join()}`);
  return made;
}

const sentences = (made: ShiftPlan) => proceeding(made).steps.map(({ sentence }) => sentence);
const shift = { mode: 'shift', 'green-percent': '25' };

describe('a step says what it does', () => {
  test.each<[string, Raw, readonly RecordSet[], RegExp]>([
    ['up', shift, weightedPair(90, 10), /^give green 25 % \(blue 75, green 25\), up from 10 %$/],
    ['down', shift, weightedPair(50, 50), /^give green 25 % \(blue 75, green 25\), down from 50 %$/],
    [
      'from two zeros',
      { mode: 'shift', 'green-percent': '50' },
      weightedPair(0, 0),
      /^give green 50 % .*, as much as two weights of 0 give it$/,
    ],
    [
      'with a health check that is new',
      { ...shift, 'green-health-check-id': 'b4b3a2f1-1234-4abc-8def-0123456789ab' },
      weightedPair(90, 10),
      /up from 10 %, and set health check b4b3a2f1-1234-4abc-8def-0123456789ab on green's record$/,
    ],
    [
      'with a health check that is there',
      { ...shift, 'green-health-check-id': 'b4b3a2f1-1234-4abc-8def-0123456789ab' },
      weightedPair(90, 10).map((record, index) =>
        index === 1 ? { ...record, healthCheckId: 'b4b3a2f1-1234-4abc-8def-0123456789ab' } : record,
      ),
      /up from 10 %$/,
    ],
  ])('%s', (_case, raw, records, sentence) => {
    const id = raw['green-health-check-id'];
    const state = { kind: 'healthy', because: '16 of 16 checkers report success' } as const;
    const healthChecks: Observed['healthChecks'] =
      id === undefined ? [] : [{ kind: 'found', id, side: 'green', host: undefined, state }];
    expect(sentences(plan({ ...raw, 'bake-minutes': '0' }, records, { healthChecks }))[0]).toMatch(sentence);
  });

  test.each<[Raw, readonly string[]]>([
    [{}, ['requests for / answered with']],
    [{ alarms: 'web-5xx' }, ['requests for / answered with', 'alarms web-5xx']],
    [
      { 'max-error-percent': '2', 'min-requests': '50' },
      ['requests for / answered with', 'at most 2 % errors among at least 50 requests'],
    ],
  ])('a watch with %j says by what', (raw, watched) => {
    const alarms = [{ name: 'web-5xx', state: 'OK', reason: undefined }];
    const made = plan({ ...shift, 'bake-minutes': '7', ...raw }, weightedPair(90, 10), {
      readiness: { ...ready, alarms },
    });
    const [, watch = ''] = sentences(made);
    expect(watch).toMatch(/^watch green at 25 % for 7 min: /);
    expect(watch.replace(/^.*? min: /, '').split('; ')).toEqual(
      watched.map((text) => expect.stringContaining(text)),
    );
  });
});

describe('what is watched, and what is said of it', () => {
  const blind = 'Neither alarms nor max-error-percent is given';
  const unwatched = 'bake-minutes is 0';

  test.each<[string, Raw, readonly RecordSet[], readonly string[]]>([
    ['by probes alone', shift, weightedPair(90, 10), [blind]],
    ['not at all', { ...shift, 'bake-minutes': '0' }, weightedPair(90, 10), [unwatched]],
    ['by errors', { ...shift, 'max-error-percent': '1' }, weightedPair(90, 10), []],
    ['a step back', shift, weightedPair(50, 50), []],
    ['a step back that is not watched', { ...shift, 'bake-minutes': '0' }, weightedPair(50, 50), []],
  ])('%s', (_case, raw, records, said) => {
    const { notices } = proceeding(plan(raw, records));
    expect(notices.filter((notice) => [blind, unwatched].some((text) => notice.startsWith(text)))).toEqual(
      said.map((text) => expect.stringContaining(text)),
    );
  });

  test('by alarms', () => {
    const alarms = [{ name: 'web-5xx', state: 'OK', reason: undefined }];
    const made = plan({ ...shift, alarms: 'web-5xx' }, weightedPair(90, 10), {
      readiness: { ...ready, alarms },
    });
    expect(proceeding(made).notices.join()).not.toContain(blind);
  });

  test.each<[string, Raw, readonly RecordSet[], readonly string[]]>([
    [
      'a step that stood is watched before the next',
      { steps: '10,25' },
      weightedPair(90, 10),
      ['bake', 'change-records', 'bake'],
    ],
    [
      'not where nothing is watched',
      { steps: '10,25', 'bake-minutes': '0' },
      weightedPair(90, 10),
      ['change-records'],
    ],
    [
      'not at 0 %, which is no step',
      { steps: '25,50' },
      weightedPair(100, 0),
      ['change-records', 'bake', 'change-records', 'bake'],
    ],
    ['not before a step back', { 'green-percent': '10' }, weightedPair(75, 25), ['change-records']],
  ])('%s', (_case, raw, records, kinds) => {
    expect(proceeding(plan({ mode: 'shift', ...raw }, records)).steps.map(({ kind }) => kind)).toEqual(kinds);
  });
});

test('a step exactly as wide as allowed is taken, a wider one is not', () => {
  const wide = (percent: string) =>
    plan({ ...shift, 'green-percent': percent, 'max-step': '15' }, weightedPair(90, 10));
  expect(wide('25').kind).toBe('proceed');
  expect(wide('25.5')).toMatchObject({
    kind: 'refuse',
    refusals: [{ because: expect.stringMatching(/from 10 % to 25\.5 % is a step of 15\.5 points/) }],
  });
});

describe('a rollback', () => {
  const rollback = { mode: 'rollback' };
  const hints = values('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1');

  test.each<[string, readonly RecordSet[], RegExp]>([
    [
      'the pair',
      weightedPair(90, 10),
      /^give blue everything \(blue 100, green 0\), and green nothing, down from 10 %$/,
    ],
    [
      'a third',
      [...weightedPair(50, 25), weighted(alias('canary.example.net'), 'canary', 25)],
      /^take from green what can be taken, down from 25 %$/,
    ],
    [
      'blue without a weight, beside a third that has all',
      [weighted(alias(blueHost), 'b', 0), weighted(alias('x.eu-west-1.awsapprunner.com'), 'c', 5)],
      /^give blue a weight again$/,
    ],
  ])('of %s says what it takes', (_case, records, sentence) => {
    expect(sentences(plan(rollback, records))[0]).toMatch(sentence);
  });

  test('lasts as long in caches as the records say, whatever is given', () => {
    const drains = (raw: Raw) =>
      proceeding(plan({ ...rollback, ...raw }, weightedPair(90, 10))).steps.map((step) =>
        step.kind === 'change-records' ? step.drainSeconds : undefined,
      );
    expect(drains({})).toEqual([60]);
    expect(drains({ 'drain-seconds': '5' })).toEqual([60]);
  });

  test('says that blue was not asked, and what leads past it', () => {
    const { notices } = proceeding(plan(rollback, [...weightedPair(90, 10), hints]));
    expect(notices).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^It was not checked whether blue answers/),
        expect.stringMatching(/HTTPS record .*\. Remove its target name/),
      ]),
    );
  });

  test('of a name that is blue already takes nothing, and says what leads past it', () => {
    const made = proceeding(plan(rollback, [...weightedPair(100, 0), hints]));
    expect(made.steps).toEqual([]);
    expect(made.notices).toEqual(expect.arrayContaining([expect.stringContaining('HTTPS record')]));
  });

  test.each<[string, readonly RecordSet[], RegExp]>([
    [
      'a name that is green alone',
      [alias(greenHost)],
      /^there is no blue to go back to: app\.example\.com is one A record to green$/,
    ],
    [
      'weighted green alone',
      [weighted(alias(greenHost), 'g', 1)],
      /^the A record of app\.example\.com still leads to green \(.*\): there is no blue beside it$/,
    ],
    ['a name without a record', [], /app\.example\.com/],
    [
      'a name that is delegated away',
      [...weightedPair(90, 10), values('NS', 'ns-9.awsdns-09.com.')],
      /is delegated to/,
    ],
  ])('of %s is refused', (_case, records, because) => {
    expect(plan(rollback, records)).toMatchObject({
      kind: 'refuse',
      refusals: [{ because: expect.stringMatching(because) }],
    });
  });

  test('takes blue from the input before the service that was seen', () => {
    const other = 'x.eu-west-1.awsapprunner.com';
    const records = [weighted(alias(other), 'b', 0), weighted(alias(greenHost), 'g', 5)];
    expect(
      proceeding(plan({ ...rollback, 'apprunner-service': '', 'blue-dns-name': other }, records)).steps,
    ).toHaveLength(1);
  });
});

const tagged = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1';
const revision = '1234567890123456789';
const digest = `sha256:${'a'.repeat(64)}`;
const commits = { kind: 'named', commits: ['0123456789abcdef0123456789abcdef01234567'] } as const;

test.each<[Observed['intent'], Partial<NonNullable<Observed['green']>['runs']>, object | undefined]>([
  ['shift', {}, { image: tagged, digest, commits, revision }],
  ['finalize', { imageDigest: undefined }, { image: tagged, digest: undefined, commits, revision }],
  ['shift', { image: `web@${digest}` }, { image: `web@${digest}`, digest: undefined, commits, revision }],
  ['adopt', {}, undefined],
  ['rollback', {}, undefined],
])('for %s, green is described: %j', (intent, change, said) => {
  const observed = observedShift(shiftInputs(shift), weightedPair(90, 10), { greenCommits: commits });
  const green = observed.green && { ...observed.green, runs: { ...observed.green.runs, ...change } };
  expect(pickGreen({ ...observed, intent, green })).toEqual(said);
  expect(pickGreen({ ...observed, intent, green: undefined })).toBeUndefined();
});

test('the commit that green was built from is no part of what is approved', () => {
  const checksums = [undefined, commits].map(
    (greenCommits) => proceeding(plan(shift, weightedPair(90, 10), { greenCommits })).checksum,
  );
  expect(new Set(checksums).size).toBe(1);
});

describe('names of unlike shares', () => {
  const refusalsOf = (...records: readonly (readonly RecordSet[])[]) =>
    judgeShares(
      records.map((own, index) => observedName(index === 0 ? domain : `n${index}.example.com`, own)),
    );

  test('are refused, with the command for each that is ahead', () => {
    expect(refusalsOf(weightedPair(90, 10), weightedPair(50, 50))).toEqual([
      {
        because: expect.stringMatching(/: app\.example\.com 10 %, n1\.example\.com 50 %$/),
        wayOut: expect.stringMatching(/mode: shift with domain: n1\.example\.com and green-percent: 10\.$/),
      },
    ]);
  });

  test.each<[string, readonly RecordSet[], readonly RecordSet[], RegExp]>([
    [
      'by weights, where no percent says it',
      weightedPair(100, 10),
      weightedPair(50, 50),
      /blue-weight: 100 and green-weight: 10\.$/,
    ],
    ['in half percents', weightedPair(199, 1), weightedPair(50, 50), /green-percent: 0\.5\.$/],
    [
      'down to blue alone',
      [alias(blueHost)],
      weightedPair(50, 50),
      /: mode: shift with domain: n1\.example\.com and green-percent: 0\.$/,
    ],
    [
      'after adoption',
      weightedPair(50, 50),
      [alias(greenHost)],
      /mode: adopt and then mode: shift with domain: n1/,
    ],
  ])('%s', (_case, one, other, wayOut) => {
    expect(refusalsOf(one, other)).toMatchObject([{ wayOut: expect.stringMatching(wayOut) }]);
  });

  test('of which none is known, or all are one, are no refusal', () => {
    expect(refusalsOf([], [])).toEqual([]);
    expect(refusalsOf(weightedPair(90, 10), [])).toEqual([]);
    expect(refusalsOf(weightedPair(90, 10), weightedPair(9, 1))).toEqual([]);
  });
});
