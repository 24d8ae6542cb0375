import type { CertificateState, Probe, Readiness } from '../../../../src/shift-traffic/model/observed.ts';
import type { PlanStep } from '../../../../src/shift-traffic/model/plan.ts';
import {
  figuresSeconds,
  judgeBlueAlone,
  judgeGreenNow,
  judgeReadiness,
  noticesOfCredentials,
  secondsFor,
} from '../../../../src/shift-traffic/plan/readiness.ts';
import { certificateArn, now, ready, rulesFor } from '../../../helpers/observed-shift.ts';
import { domain } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

const inputs = shiftInputs({ mode: 'shift', 'green-percent': '10' });
const name = { ...inputs, domain };
const bad: Probe = { kind: 'answered', status: 500 };
const refused: Probe = { kind: 'failed', because: 'connection refused', isCertificate: false };
const noCertificate: Probe = { kind: 'failed', because: 'no certificate', isCertificate: true };
const noRule = { own: undefined, others: [] };

function judge(more: Partial<Readiness>, neededSeconds = 0, attaching = false) {
  const names = [{ domain, seen: { ...ready, ...more } }];
  return judgeReadiness({ inputs, names, now, neededSeconds, attaching });
}

test('nothing is said against what is as it should be, or of no name at all', () => {
  expect(judge({})).toEqual([]);
  expect(judgeReadiness({ inputs, names: [], now, neededSeconds: 1e9, attaching: false })).toEqual([]);
});

test('of several names each blue is asked, and green of each', () => {
  const www = 'www.example.com';
  const names = [
    { domain, seen: { ...ready, rules: rulesFor(domain, www) } },
    { domain: www, seen: { ...ready, rules: rulesFor(domain, www), blue: bad, green: bad } },
  ];
  const refusals = judgeReadiness({ inputs, names, now, neededSeconds: 0, attaching: false });
  expect(refusals.map(({ because }) => because)).toEqual([
    expect.stringContaining(`blue does not answer for ${www}/`),
    expect.stringContaining(`green does not answer for ${www}/`),
  ]);
});

describe('an answer of green', () => {
  test.each<[string, Probe, CertificateState | undefined, RegExp]>([
    ['another status', bad, { kind: 'missing' }, /^Look at the Express service and its log/],
    ['none, for another cause than its certificate', refused, { kind: 'missing' }, /^Look at the Express/],
    [
      'no certificate, and one is issued',
      noCertificate,
      { kind: 'available', arn: certificateArn },
      /^Certificate arn:aws:acm:\S+ is issued but not on green's listener/,
    ],
    [
      'no certificate, and one is on the listener',
      noCertificate,
      { kind: 'attached' },
      /^A certificate is on/,
    ],
    [
      'no certificate, and none is issued',
      noCertificate,
      { kind: 'missing' },
      /^Request a certificate for app/,
    ],
    ['no certificate, and nobody may look', noCertificate, undefined, /The role may not read them/],
  ])('%s has its own way out', (_what, green, certificate, wayOut) => {
    expect(judge({ green, certificate })).toEqual([
      {
        because: expect.stringMatching(/^green does not answer for app\.example\.com\/ as it should: /),
        wayOut: expect.stringMatching(wayOut),
      },
    ]);
  });
});

describe('what speaks against leaving green what it has', () => {
  test('is only what was seen', () => {
    expect(judgeGreenNow(name, {})).toEqual([]);
    expect(judgeGreenNow(name, ready)).toEqual([]);
  });

  test('is each thing that was seen to be bad', () => {
    const alarms = [
      { name: 'a', state: 'ALARM', reason: 'above 5' },
      { name: 'b', state: 'ALARM', reason: undefined },
      { name: 'c', state: 'OK', reason: undefined },
    ];
    const because = (more: Partial<Readiness>) => judgeGreenNow(name, more).map((one) => one.because);
    expect(because({ rules: rulesFor() })).toEqual([expect.stringContaining('does not have the host')]);
    expect(because({ rules: noRule })).toEqual([expect.stringMatching(/./)]);
    expect(because({ rules: noRule })).not.toEqual(because({ rules: rulesFor() }));
    expect(because({ green: bad })).toEqual([expect.stringContaining('green does not answer')]);
    expect(because({ alarms })).toEqual([
      'alarm a is in ALARM already (above 5)',
      'alarm b is in ALARM already',
    ]);
    expect(because({ rules: rulesFor(), green: bad, alarms })).toHaveLength(4);
  });
});

test('nobody is sent back to a blue that was seen not to answer', () => {
  expect(judgeBlueAlone(name, undefined)).toEqual([]);
  expect(judgeBlueAlone(name, ready.blue)).toEqual([]);
  expect(judgeBlueAlone(name, bad)).toEqual([
    {
      because: expect.stringContaining('it answered 500'),
      wayOut: expect.stringContaining('mode: rollback'),
    },
  ]);
});

describe('a certificate that a step needs', () => {
  test.each<[string, Partial<Readiness>, number]>([
    ['is there', { certificate: { kind: 'available', arn: certificateArn } }, 0],
    ['was not asked for', { certificate: undefined }, 0],
    ['is not there', { certificate: { kind: 'missing' } }, 1],
  ])('%s', (_what, more, count) => {
    expect(judge({ rules: rulesFor(), green: noCertificate, ...more }, 0, true)).toHaveLength(count);
  });
});

describe('the credentials of the job', () => {
  const minutes = (count: number) => ({ credentialsExpireAt: now + count * 60_000 });

  test('must last for the steps, and 5 minutes more for a rollback', () => {
    expect(judge(minutes(15), 600)).toEqual([]);
    expect(judge({ credentialsExpireAt: now + 899_000 }, 600)).toEqual([
      {
        because: 'the credentials end in 14 min, but the steps and a rollback after them may take 15 min',
        wayOut: expect.stringContaining('role-duration-seconds'),
      },
    ]);
    expect(judge(minutes(-3), 600)).toEqual([
      { because: expect.stringContaining('end in 0 min'), wayOut: expect.any(String) },
    ]);
  });

  test.each<[string, Partial<Readiness>, number, number]>([
    [
      'whose end is not known may be too short for more than an hour',
      { credentialsExpireAt: 'unknown' },
      3301,
      1,
    ],
    ['whose end is not known are enough for an hour', { credentialsExpireAt: 'unknown' }, 3300, 0],
    ['that never end are enough for anything', { credentialsExpireAt: undefined }, 36_000, 0],
    ['whose end is known are judged by it', minutes(1), 36_000, 0],
  ])('%s', (_what, more, needed, count) => {
    const notices = noticesOfCredentials(inputs, { ...ready, ...more }, needed);
    expect(notices).toHaveLength(count);
    for (const notice of notices)
      expect(notice).toContain('may take 61 min, and a session lasts 60 unless role-duration-seconds');
  });

  test('are those of another job where nothing is changed', () => {
    const plan = shiftInputs({ mode: 'plan', 'green-percent': '10' });
    expect(noticesOfCredentials(plan, { ...ready, credentialsExpireAt: 'unknown' }, 36_000)).toEqual([]);
    const names = [{ domain, seen: { ...ready, ...minutes(1) } }];
    expect(judgeReadiness({ inputs: plan, names, now, neededSeconds: 36_000, attaching: false })).toEqual([]);
  });
});

describe('how long steps take', () => {
  const change = (isForward: boolean): PlanStep => ({
    kind: 'change-records',
    sentence: '',
    before: [],
    after: [],
    greenPercent: 10,
    weights: { blue: 90, green: 10 },
    isForward,
    drainSeconds: 300,
  });
  const bake: PlanStep = {
    kind: 'bake',
    sentence: '',
    greenPercent: 10,
    by: { ...inputs.bake, probe: inputs.probe },
  };
  const certificate: PlanStep = {
    kind: 'obtain-certificate',
    sentence: '',
    names: [domain],
    timeoutSeconds: 1_800,
    listenerArn: '',
  };
  const watching = shiftInputs({ mode: 'shift', 'green-percent': '10', 'max-error-percent': '5' });

  test('figures come late, but nobody waits for them longer than for a change', () => {
    expect(figuresSeconds(inputs)).toBe(0);
    expect(figuresSeconds({ ...watching, changeTimeoutSeconds: 600 })).toBe(180);
    expect(figuresSeconds({ ...watching, changeTimeoutSeconds: 60 })).toBe(60);
  });

  test('is the sum of what is waited for', () => {
    const seconds = (...steps: readonly PlanStep[]) => secondsFor(watching, steps);
    const inSync = seconds(change(false));
    expect(inSync).toBeGreaterThan(0);
    expect(seconds()).toBe(0);
    expect(seconds(change(true))).toBe(inSync + 300);
    expect(seconds(certificate)).toBe(1_800);
    expect(seconds(bake)).toBe(watching.bake.seconds + figuresSeconds(watching));
    expect(seconds(certificate, change(true), bake)).toBe(
      1_800 + inSync + 300 + watching.bake.seconds + figuresSeconds(watching),
    );
  });
});
