import type { RecordSet } from '../../../../src/dns/records.ts';
import type {
  Observed,
  ObservedName,
  OneName,
  Readiness,
} from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { judgeGreenNow } from '../../../../src/shift-traffic/plan/readiness.ts';
import {
  certificateArn,
  now,
  observedName,
  observedShift,
  observedShiftOf,
  ready,
  rulesFor,
} from '../../../helpers/observed-shift.ts';
import {
  alias,
  blueHost,
  cname,
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
    throw new Error(`refused: ${made.refusals.map(({ because }) => because).join('; ')}`);
  return made;
}

function reasons(made: ShiftPlan): string[] {
  return made.kind === 'refuse' ? made.refusals.map(({ because }) => because) : [];
}

const kinds = (made: ShiftPlan) => proceeding(made).steps.map(({ kind }) => kind);
const percents = (made: ShiftPlan) =>
  proceeding(made).steps.flatMap((step) => (step.kind === 'change-records' ? [step.greenPercent] : []));
const withReadiness = (more: Partial<Readiness>): Partial<OneName> => ({ readiness: { ...ready, ...more } });

describe('what a plan is for', () => {
  test.each<[string, Raw, readonly RecordSet[], string]>([
    ['one record to blue', {}, [alias(blueHost)], 'adopt'],
    ['one record to blue, and a share', { 'green-percent': '10' }, [alias(blueHost)], 'adopt'],
    ['blue weighted alone', {}, [weighted(alias(blueHost), 'b', 100)], 'adopt'],
    ['a pair and a share', { 'green-percent': '10' }, weightedPair(100, 0), 'shift'],
    ['a pair', {}, weightedPair(90, 10), 'none'],
    ['one record to green', {}, [alias(greenHost)], 'none'],
    ['the end, by name', { 'plan-for': 'finalize' }, weightedPair(0, 100), 'finalize'],
  ])('%s: %s', (_case, raw, records, intent) => {
    expect(proceeding(plan(raw, records)).intent).toBe(intent);
  });

  test('status refuses nothing, but says what is in the way', () => {
    const made = proceeding(plan({ mode: 'status' }, [alias('elsewhere.example.net')]));
    expect(made).toMatchObject({ steps: [], notices: [expect.stringContaining('neither side')] });
  });
});

describe('adopt', () => {
  test('one batch, no share moves', () => {
    const made = proceeding(plan({ mode: 'adopt' }, [alias(blueHost)]));
    expect(made.steps).toMatchObject([
      { kind: 'change-records', greenPercent: 0, isForward: false, drainSeconds: 0 },
    ]);
  });

  test('a pair is left as it is', () => {
    expect(kinds(plan({ mode: 'adopt' }, weightedPair(90, 10)))).toEqual([]);
  });

  test('an old record that caches keep for an hour is told', () => {
    const made = proceeding(plan({ mode: 'adopt' }, [cname(blueHost, { ttlSeconds: 3600 })]));
    expect(made.notices.join()).toContain('3600 s');
  });

  test.each<[string, readonly RecordSet[], Partial<OneName>, string]>([
    ['no record', [values('TXT', '"x"')], {}, 'has no address record in hosted zone Z1'],
    [
      'only a wildcard',
      [],
      { wildcard: '*.example.com, which leads to blue' },
      'has no record of its own; *.example.com',
    ],
    ['external-dns', [alias(blueHost)], { externalDnsOwner: 'prod' }, 'owner "prod"'],
    ['an internal balancer', [alias(blueHost)], { green: internalGreen() }, 'is internal'],
    ['a paused blue', [alias(blueHost)], { blue: pausedBlue() }, 'is PAUSED'],
  ])('refuses %s', (_case, records, more, because) => {
    expect(reasons(plan({ mode: 'adopt' }, records, more))).toEqual([expect.stringContaining(because)]);
  });

  test('external-dns is passed over when that is asked for', () => {
    const made = plan({ mode: 'adopt', 'allow-external-dns': 'true' }, [alias(blueHost)], {
      externalDnsOwner: 'prod',
    });
    expect(kinds(made)).toEqual(['change-records']);
  });
});

describe('shift', () => {
  test('a step is written, then watched', () => {
    const made = plan({ mode: 'shift', 'green-percent': '10' }, weightedPair(100, 0));
    expect(kinds(made)).toEqual(['change-records', 'bake']);
    expect(proceeding(made).steps[0]).toMatchObject({
      isForward: true,
      drainSeconds: 60,
      weights: { blue: 90, green: 10 },
    });
  });

  test('what is watched is shown with it', () => {
    const watched = { 'max-error-percent': '1', 'probe-path': '/up', 'probe-status': '200-299,404' };
    const made = plan({ mode: 'shift', 'green-percent': '10', ...watched }, weightedPair(100, 0));
    expect(proceeding(made).steps[1]?.sentence).toBe(
      'watch green at 10 % for 5 min: requests for /up answered with 200-299, 404; at most 1 % errors among at least 100 requests',
    );
  });

  test('several steps follow each other, each from where the last one left off', () => {
    const made = proceeding(plan({ mode: 'shift', steps: '10,50,100' }, weightedPair(100, 0)));
    const changes = made.steps.filter((step) => step.kind === 'change-records');
    expect(changes.map(({ greenPercent }) => greenPercent)).toEqual([10, 50, 100]);
    expect(changes[1]?.before).toEqual(changes[0]?.after);
    expect(changes[2]?.before).toEqual(changes[1]?.after);
  });

  test('steps that are behind are not made again; the last one reached is watched before the next', () => {
    const made = plan({ mode: 'shift', steps: '10,25,50' }, weightedPair(75, 25));
    expect(kinds(made)).toEqual(['bake', 'change-records', 'bake']);
    expect(percents(made)).toEqual([50]);
  });

  test('a step to nothing that is reached is not watched: green has no visitors', () => {
    expect(kinds(plan({ mode: 'shift', steps: '0,10' }, weightedPair(100, 0)))).toEqual([
      'change-records',
      'bake',
    ]);
  });

  test('a share that is reached already is not written again', () => {
    expect(kinds(plan({ mode: 'shift', 'green-percent': '50' }, weightedPair(7, 7)))).toEqual([]);
    expect(kinds(plan({ mode: 'shift', steps: '10,50' }, weightedPair(50, 50)))).toEqual([]);
  });

  test('0 beside 0 means a half, and is written as one', () => {
    const made = proceeding(plan({ mode: 'shift', 'green-percent': '50' }, weightedPair(0, 0)));
    expect(made.steps[0]).toMatchObject({ weights: { blue: 50, green: 50 } });
    expect(made.notices.join()).toContain('Both weights are 0');
  });

  test('weights that are no percent are told what they are', () => {
    const made = proceeding(plan({ mode: 'shift', 'green-percent': '25' }, weightedPair(100, 10)));
    expect(made.notices.join()).toContain('Weight 10 with 100 for blue is 9.09 %');
    expect(made.steps[0]?.sentence).toContain('up from 9.09 %');
  });

  test('to give green less needs nothing of green, and is not watched', () => {
    const sick = withReadiness({ green: { kind: 'answered', status: 503 } });
    const made = plan({ mode: 'shift', 'green-percent': '10' }, weightedPair(50, 50), sick);
    expect(kinds(made)).toEqual(['change-records']);
  });

  test('what is not adopted cannot be shifted', () => {
    expect(reasons(plan({ mode: 'shift', 'green-percent': '10' }, [alias(blueHost)]))).toEqual([
      expect.stringContaining('is not a weighted pair yet'),
    ]);
  });

  test('of several names it is refused for those that are not adopted, and by their names', () => {
    const www = 'www.example.com';
    const inputs = shiftInputs({ domain: `${domain},${www}`, mode: 'shift', 'green-percent': '10' });
    const names = [
      observedName(domain, weightedPair(100, 0)),
      observedName(www, [alias(blueHost, { name: `${www}.` })]),
    ];
    expect(reasons(planShiftTraffic(inputs, observedShiftOf(inputs, names), now))).toEqual([
      expect.stringMatching(/^www\.example\.com is not a weighted pair yet/),
    ]);
  });

  test.each<[string, string, readonly string[]]>([
    ['is not watched', '0', ['bake-minutes is 0: nobody watches the step']],
    ['is watched by its own probes alone', '5', ['Neither alarms nor max-error-percent is given']],
  ])('of a step forward it is said that it %s, of one back it is not', (_what, minutes, said) => {
    const notices = (blue: number, green: number) =>
      proceeding(
        plan({ mode: 'shift', 'green-percent': '10', 'bake-minutes': minutes }, weightedPair(blue, green)),
      ).notices.filter((notice) => !notice.includes('port 80'));
    expect(notices(100, 0)).toEqual(said.map((text) => expect.stringContaining(text)));
    expect(notices(50, 50)).toEqual([]);
  });

  test('that takes longer than an hour says so where the end of the credentials is not known', () => {
    const long = { mode: 'shift', 'green-percent': '10', 'bake-minutes': '60' };
    const unknown = withReadiness({ credentialsExpireAt: 'unknown' });
    const { notices } = proceeding(plan(long, weightedPair(100, 0), unknown));
    expect(notices).toContainEqual(expect.stringContaining('When the credentials end is not known'));
  });

  test('max-step limits what green gains, not what it loses', () => {
    const limited = { mode: 'shift', 'max-step': '25' };
    expect(reasons(plan({ ...limited, 'green-percent': '50' }, weightedPair(90, 10)))).toEqual([
      expect.stringContaining('a step of 40 points'),
    ]);
    expect(reasons(plan({ ...limited, steps: '10,35,80' }, weightedPair(100, 0)))).toHaveLength(1);
    expect(percents(plan({ ...limited, 'green-percent': '0' }, weightedPair(0, 100)))).toEqual([0]);
  });

  const attaching = { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' };

  test('attach-domain adds what is missing before the first step', () => {
    const missing = withReadiness({
      rules: rulesFor(),
      certificate: { kind: 'available', arn: certificateArn },
      green: { kind: 'failed', because: 'wrong certificate', isCertificate: true },
    });
    expect(kinds(plan(attaching, weightedPair(100, 0), missing))).toEqual([
      'attach-certificate',
      'attach-host',
      'prove-green',
      'change-records',
      'bake',
    ]);
    expect(kinds(plan(attaching, weightedPair(100, 0)))).toEqual(['change-records', 'bake']);
  });

  test('a host that another service has is not taken from it', () => {
    const theirs = {
      arn: 'rule/theirs',
      priority: 1,
      hosts: [domain],
      otherValueCount: 0,
      targetGroupArns: [],
    };
    const taken = withReadiness({ rules: { ...rulesFor(), others: [theirs] } });
    expect(reasons(plan(attaching, weightedPair(100, 0), taken))).toEqual([
      expect.stringContaining('belongs to another service'),
    ]);
  });

  test('without a certificate the host is not attached either', () => {
    const missing = withReadiness({ rules: rulesFor(), certificate: { kind: 'missing' } });
    expect(plan(attaching, weightedPair(100, 0), missing)).toMatchObject({
      refusals: [
        {
          because: expect.stringContaining('no issued certificate for'),
          wayOut: expect.stringContaining('Request a certificate'),
        },
      ],
    });
  });

  test('without a certificate there is nothing to attach', () => {
    const missing = withReadiness({
      certificate: { kind: 'missing' },
      green: { kind: 'failed', because: 'wrong certificate', isCertificate: true },
    });
    const made = plan(attaching, weightedPair(100, 0), missing);
    expect(reasons(made)).toEqual([expect.stringContaining('wrong certificate')]);
    expect(made).toMatchObject({ refusals: [{ wayOut: expect.stringContaining('Request a certificate') }] });
  });

  test.each<[string, Raw, Partial<Readiness>, string]>([
    [
      'blue does not answer',
      {},
      { blue: { kind: 'answered', status: 404 } },
      'so a rollback would not help: it answered 404',
    ],
    ['green does not answer', {}, { green: { kind: 'answered', status: 502 } }, 'green does not answer'],
    ['the rule lacks the host', {}, { rules: rulesFor('other.example.com') }, "Express's own listener rule"],
    [
      'a deployment is under way',
      {},
      { deployment: { arn: 'arn:2', underWay: 'IN_PROGRESS' } },
      'is IN_PROGRESS',
    ],
    [
      'an alarm does not exist',
      { alarms: 'web-5xx' },
      { alarms: [{ name: 'web-5xx', state: 'missing', reason: undefined }] },
      'no CloudWatch alarm web-5xx',
    ],
    [
      'an alarm rings already',
      { alarms: 'a' },
      { alarms: [{ name: 'a', state: 'ALARM', reason: undefined }] },
      'in ALARM already',
    ],
    ['the credentials end too soon', {}, { credentialsExpireAt: now + 10 * 60_000 }, 'end in 10 min'],
  ])('refuses when %s', (_case, raw, readiness, because) => {
    const made = plan(
      { mode: 'shift', 'green-percent': '10', ...raw },
      weightedPair(100, 0),
      withReadiness(readiness),
    );
    expect(reasons(made)).toEqual([expect.stringContaining(because)]);
  });

  test('a wildcard in the rule covers the host', () => {
    const made = plan(
      { mode: 'shift', 'green-percent': '10' },
      weightedPair(100, 0),
      withReadiness({ rules: rulesFor('*.Example.com') }),
    );
    expect(kinds(made)).toEqual(['change-records', 'bake']);
  });

  test.each<[string, string, readonly string[]]>([
    ['that rings', 'ALARM', [expect.stringContaining('in ALARM already')]],
    ['that is not there', 'missing', []],
    ['without data', 'INSUFFICIENT_DATA', []],
    ['in a state nobody knows', 'SNOOZED', []],
  ])('between two steps, an alarm %s: what was not seen is no reason to go back', (_case, state, because) => {
    const seen = { ...ready, alarms: [{ name: 'a', state, reason: undefined }] };
    const inputs = shiftInputs({ mode: 'shift', 'green-percent': '10', alarms: 'a' });
    expect(judgeGreenNow({ ...inputs, domain }, seen).map((refusal) => refusal.because)).toEqual(because);
  });

  test('alarms without data do not stop a first step: green has no traffic yet', () => {
    const silent = withReadiness({ alarms: [{ name: 'a', state: 'INSUFFICIENT_DATA', reason: undefined }] });
    expect(
      kinds(plan({ mode: 'shift', 'green-percent': '10', alarms: 'a' }, weightedPair(100, 0), silent)),
    ).toHaveLength(2);
  });
});

describe('a step downwards', () => {
  const dead: Partial<OneName> = { blueAnswer: { kind: 'answered', status: 404 }, readiness: undefined };

  test.each(['0', '25'])('to a dead blue is refused: %s %%', (percent) => {
    expect(reasons(plan({ mode: 'shift', 'green-percent': percent }, weightedPair(50, 50), dead))).toEqual([
      expect.stringContaining('nobody is sent back to what does not answer'),
    ]);
  });

  test('is none where nothing moves', () => {
    expect(kinds(plan({ mode: 'shift', 'green-percent': '50' }, weightedPair(50, 50), dead))).toEqual([]);
  });
});

test.each<[boolean, readonly string[]]>([
  [false, ['From the step to 10 % on, visitors with IPv6 who are sent to green fall back to IPv4']],
  [true, []],
])('of a green with IPv6 (%s) it is said from when on visitors fall back to IPv4', (isDualStack, said) => {
  const records = [...weightedPair(100, 0), ...weightedPair(100, 0, 'AAAA')];
  const seen = observedShift(shiftInputs(), records).green;
  if (seen === undefined) throw new Error('no green');
  const green = { ...seen, balancer: { ...seen.balancer, isDualStack } };
  const { notices } = proceeding(plan({ mode: 'shift', steps: '10,50' }, records, { green }));
  expect(notices.filter((notice) => notice.includes('IPv6'))).toEqual(
    said.map((text) => expect.stringContaining(text)),
  );
});

test('credentials are judged by the job that writes: a plan has those of another role', () => {
  const ending = withReadiness({ credentialsExpireAt: now + 10 * 60_000 });
  const raw = { 'green-percent': '10' };
  expect(reasons(plan({ mode: 'shift', ...raw }, weightedPair(100, 0), ending))).toEqual([
    expect.stringContaining('end in 10 min'),
  ]);
  expect(kinds(plan({ mode: 'plan', ...raw }, weightedPair(100, 0), ending))).toEqual([
    'change-records',
    'bake',
  ]);
});

describe('rollback', () => {
  const rollback = { mode: 'rollback', 'apprunner-service': '', 'express-service': '' };

  test('one jump to blue, from whatever share', () => {
    const made = proceeding(plan(rollback, weightedPair(1, 200)));
    expect(made.steps).toMatchObject([
      { kind: 'change-records', weights: { blue: 100, green: 0 }, isForward: false },
    ]);
  });

  test.each<[string, readonly RecordSet[]]>([
    ['blue has everything', weightedPair(100, 0)],
    ['there is only blue', [alias(blueHost)]],
    ['blue is weighted alone', [weighted(alias(blueHost), 'b', 1)]],
  ])('nothing to do when %s', (_case, records) => {
    expect(kinds(plan(rollback, records))).toEqual([]);
  });

  test('a finished move has no blue to go back to', () => {
    expect(reasons(plan(rollback, [alias(greenHost)]))).toEqual([
      expect.stringContaining('no blue to go back to'),
    ]);
  });
});

describe('finalize', () => {
  const finalize = { mode: 'finalize' };

  test('the pair becomes one simple record to green', () => {
    const made = proceeding(plan(finalize, weightedPair(0, 100)));
    expect(made.steps).toMatchObject([
      { kind: 'change-records', weights: undefined, after: [{ policy: { kind: 'simple' } }] },
    ]);
  });

  test.each<[string, Raw, readonly RecordSet[], Partial<OneName>, string]>([
    ['blue has a share', {}, weightedPair(1, 99), {}, 'still gets 1 %'],
    ['nothing was moved', {}, [alias(blueHost)], {}, 'has not been moved'],
    [
      'blue is busy',
      {},
      weightedPair(0, 100),
      { quiet: { kind: 'busy', requests: 400, hour: now } },
      'blue had 400 requests',
    ],
    [
      'nobody knows whether it is',
      {},
      weightedPair(0, 100),
      { quiet: { kind: 'unknown', because: 'denied' } },
      'it is not known whether blue is quiet: denied',
    ],
    [
      'green is sick',
      {},
      weightedPair(0, 100),
      { greenReadiness: { ...ready, green: { kind: 'answered', status: 500 } } },
      'green does not answer',
    ],
    [
      'another name leads to blue',
      { 'retire-blue': 'delete' },
      weightedPair(0, 100),
      { otherNames: [{ name: 'www.example.com', leads: 'to-blue' }] },
      'www.example.com still leads to blue',
    ],
    [
      'nobody looked for other names',
      { 'retire-blue': 'delete' },
      weightedPair(0, 100),
      { otherNames: undefined },
      'it was not checked whether other names lead to blue',
    ],
    [
      'another name cannot be seen',
      { 'retire-blue': 'pause' },
      weightedPair(0, 100),
      { otherNames: [{ name: 'shop.example.org', leads: 'unseen', because: 'it is not here' }] },
      'it is not known whether it still leads there: it is not here',
    ],
    [
      'the pair is gone, but blue is busy',
      { 'retire-blue': 'delete' },
      [alias(greenHost)],
      { quiet: { kind: 'busy', requests: 400, hour: now } },
      'blue had 400 requests',
    ],
    [
      'the pair is gone, but nobody knows whether blue is quiet',
      { 'retire-blue': 'pause' },
      [alias(greenHost)],
      { quiet: { kind: 'unknown', because: 'denied' } },
      'it is not known whether blue is quiet: denied',
    ],
    [
      'the pair is gone, but green is sick',
      { 'retire-blue': 'delete' },
      [alias(greenHost)],
      { greenReadiness: { ...ready, green: { kind: 'answered', status: 500 } } },
      'green does not answer',
    ],
  ])('refuses when %s', (_case, raw, records, more, because) => {
    expect(reasons(plan({ ...finalize, ...raw }, records, more))).toEqual([expect.stringContaining(because)]);
  });

  test.each([
    ['none', true],
    ['pause', true],
    ['delete', false],
  ])('that blue stays is said when retire-blue is %s: %s', (how, isSaid) => {
    const { notices } = proceeding(plan({ ...finalize, 'retire-blue': how }, weightedPair(0, 100)));
    expect(notices.some((notice) => notice.includes('stay until you remove them'))).toBe(isSaid);
  });

  test('blue is retired after the records, and only once', () => {
    const retiring = { ...finalize, 'retire-blue': 'pause' };
    expect(kinds(plan(retiring, weightedPair(0, 100)))).toEqual(['change-records', 'retire-blue']);
    expect(kinds(plan(retiring, [alias(greenHost)]))).toEqual(['retire-blue']);
    expect(kinds(plan(retiring, [alias(greenHost)], { blue: pausedBlue() }))).toEqual([]);
  });
});

describe('how long it takes', () => {
  const long = { mode: 'shift', steps: '10,25,50', 'bake-minutes': '150' };
  const planOn = (raw: Raw, isGithubHosted: boolean) => {
    const inputs = shiftInputs(raw);
    return planShiftTraffic(inputs, observedShift(inputs, weightedPair(100, 0)), now, isGithubHosted);
  };

  test.each(['plan', 'shift'])('is refused above six hours on a runner of GitHub: mode %s', (mode) => {
    expect(reasons(planOn({ ...long, mode }, true))).toEqual([
      expect.stringContaining('the steps take about 456 min, and GitHub ends a job'),
    ]);
  });

  test('is said on another runner, and in every plan', () => {
    const made = proceeding(planOn(long, false));
    expect(made.notices).toContainEqual(expect.stringContaining('The steps take about 456 min.'));
    expect(made.about.extent).toContain('The steps take about 456 min, if nothing delays them');
    expect(proceeding(planOn({ ...long, 'bake-minutes': '5' }, true)).about.extent).toContain(
      'The steps take about 21 min, if nothing delays them',
    );
  });

  test('of six hours to the minute is taken, and not said', () => {
    // Three steps with a minute each for DNS and for caches, and the rest for the watches.
    const exact = { mode: 'shift', steps: '10,25,50', 'bake-minutes': '118' };
    for (const isGithubHosted of [true, false]) {
      const { about, notices } = proceeding(planOn(exact, isGithubHosted));
      expect(about.extent).toContain('The steps take about 360 min, if nothing delays them');
      expect(notices.join()).not.toContain('The steps take');
    }
    expect(planOn({ ...exact, 'bake-minutes': '118.5' }, true).kind).toBe('refuse');
  });

  test('is not said of a step that takes none', () => {
    const { about } = proceeding(plan({ mode: 'finalize', 'retire-blue': 'delete' }, [alias(greenHost)]));
    expect(about.extent).toEqual([]);
  });

  test('is said where nobody knows whose the runner is', () => {
    const inputs = shiftInputs(long);
    const made = planShiftTraffic(inputs, observedShift(inputs, weightedPair(100, 0)), now);
    expect(proceeding(made).notices).toContainEqual(expect.stringContaining('about 456 min'));
  });

  test('has no drain in it after which nothing is watched', () => {
    const inputs = shiftInputs({ mode: 'rollback' });
    const cnames = [
      weighted(cname(blueHost, { ttlSeconds: 86_400 }), 'b', 1),
      weighted(cname(greenHost, { ttlSeconds: 86_400 }), 'g', 1),
    ];
    const made = proceeding(planShiftTraffic(inputs, observedShift(inputs, cnames), now, true));
    expect(made.about.extent).toContain('The steps take about 1 min, if nothing delays them');
  });
});

describe('the checksum', () => {
  const green = (more: object) => {
    const seen = observedShift(shiftInputs(), weightedPair(100, 0)).green;
    if (seen === undefined) throw new Error('no green');
    return { green: { ...seen, runs: { ...seen.runs, ...more } } };
  };
  const digest = `sha256:${'b'.repeat(64)}`;

  test.each<[string, object]>([
    ['another image', { imageDigest: digest }],
    ['another reference, where no digest is known', { imageDigest: undefined, image: 'web:2' }],
    ['another task definition', { settings: { taskDefinitionArn: 'arn:aws:ecs:…:task-definition/web:2' } }],
    ['another variable', { settings: { environment: [{ name: 'MODE', value: 'b' }] } }],
  ])('is another when green runs %s', (_case, runs) => {
    for (const raw of [{ mode: 'shift', 'green-percent': '10' }, { mode: 'finalize' }]) {
      const records = raw.mode === 'shift' ? weightedPair(100, 0) : weightedPair(0, 100);
      expect(checksum(raw, records, green(runs))).not.toBe(checksum(raw, records));
    }
  });

  test('is the same after a restart, and for what sends nobody to green', () => {
    const toTen = { mode: 'shift', 'green-percent': '10' };
    expect(checksum(toTen, weightedPair(100, 0), green({ id: '42' }))).toBe(
      checksum(toTen, weightedPair(100, 0)),
    );
    for (const mode of ['adopt', 'rollback']) {
      const records = mode === 'adopt' ? [alias(blueHost)] : weightedPair(50, 50);
      expect(checksum({ mode }, records, green({ imageDigest: digest }))).toBe(checksum({ mode }, records));
    }
  });

  test('is shown beside what green runs', () => {
    const { about } = proceeding(plan({ mode: 'shift', 'green-percent': '10' }, weightedPair(100, 0)));
    expect(about.green).toEqual({
      image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
      digest: `sha256:${'a'.repeat(64)}`,
      revision: '1234567890123456789',
    });
  });

  test.each<[Raw, readonly RecordSet[], RegExp | undefined]>([
    [
      { mode: 'shift', 'green-percent': '25' },
      weightedPair(90, 10),
      /^If green does badly while it is watched, or the job is cancelled: .* green has 10 % again\. If green cannot be judged, the weights stay, and the job is red$/,
    ],
    [
      { mode: 'shift', 'green-percent': '25', 'on-cancel': 'hold' },
      weightedPair(90, 10),
      /watched: .* A cancelled job leaves the weights \(on-cancel: hold\)/,
    ],
    [
      { mode: 'shift', 'green-percent': '25', 'fail-on-inconclusive': 'false' },
      weightedPair(90, 10),
      /green with a warning$/,
    ],
    [
      { mode: 'shift', 'green-percent': '25', 'bake-minutes': '0' },
      weightedPair(90, 10),
      /so nothing is undone/,
    ],
    [{ mode: 'shift', 'green-percent': '5' }, weightedPair(90, 10), undefined],
    [{ mode: 'adopt' }, [alias(blueHost)], /answers the same as the former record/],
    [{ mode: 'finalize' }, weightedPair(0, 100), /mode: adopt, then mode: rollback, as long as/],
    [{ mode: 'rollback' }, weightedPair(90, 10), undefined],
  ])('says what becomes of visitors when it goes wrong: %j', (raw, records, said) => {
    const { ifWrong } = proceeding(plan(raw, records)).about;
    expect(ifWrong).toEqual(said === undefined ? [] : [expect.stringMatching(said)]);
  });

  test.each<[Raw, Raw]>([
    [{ mode: 'shift', 'green-percent': '10' }, { 'on-cancel': 'hold' }],
    [{ mode: 'shift', 'green-percent': '10' }, { 'allow-external-dns': 'true' }],
    [{ mode: 'shift', 'green-percent': '10' }, { 'fail-on-inconclusive': 'false' }],
    [{ mode: 'shift', 'green-percent': '10', 'bake-minutes': '0' }, { 'probe-status': '200-599' }],
    [{ mode: 'shift', 'green-percent': '10', 'bake-minutes': '0' }, { 'probe-path': '/other' }],
    [{ mode: 'finalize' }, { 'probe-path': '/other', 'probe-status': '200-599' }],
    [{ mode: 'adopt' }, { 'allow-external-dns': 'true' }],
    [{ mode: 'finalize' }, { 'allow-external-dns': 'true' }],
    [{ mode: 'finalize' }, { 'hold-hours': '1' }],
    [{ mode: 'finalize' }, { 'quiet-requests': '7' }],
  ])('of %j is another with %j', (raw, more) => {
    const records =
      raw['mode'] === 'adopt'
        ? [alias(blueHost)]
        : raw['mode'] === 'shift'
          ? weightedPair(100, 0)
          : weightedPair(0, 100);
    expect(checksum({ ...raw, ...more }, records)).not.toBe(checksum(raw, records));
  });

  const checksum = (raw: Raw, records: readonly RecordSet[], more?: Partial<Observed>) =>
    proceeding(plan(raw, records, more)).checksum;
  const raw = { 'green-percent': '10' };

  test('is the same in the plan and in the job that carries it out', () => {
    expect(checksum({ mode: 'shift', ...raw }, weightedPair(100, 0))).toBe(
      checksum(raw, weightedPair(100, 0)),
    );
  });

  test.each<[string, Raw, readonly RecordSet[]]>([
    ['another share is wanted', { 'green-percent': '11' }, weightedPair(100, 0)],
    ['the records moved', raw, weightedPair(99, 1)],
    [
      'a health check was added',
      raw,
      weightedPair(100, 0).map((record) => ({ ...record, healthCheckId: 'hc' })),
    ],
    ['green is watched for less long', { ...raw, 'bake-minutes': '1' }, weightedPair(100, 0)],
    ['an alarm is no longer watched', { ...raw, alarms: 'web-5xx' }, weightedPair(100, 0)],
    ['errors are judged otherwise', { ...raw, 'max-error-percent': '5' }, weightedPair(100, 0)],
    ['another answer counts as good', { ...raw, 'probe-status': '200-599' }, weightedPair(100, 0)],
    ['another page is asked for', { ...raw, 'probe-path': '/health' }, weightedPair(100, 0)],
  ])('is another one when %s', (_case, changed, records) => {
    const withAlarm = withReadiness({ alarms: [{ name: 'web-5xx', state: 'OK', reason: undefined }] });
    expect(checksum(changed, records, withAlarm)).not.toBe(checksum(raw, weightedPair(100, 0)));
  });

  test('is another one in another hosted zone with the same records', () => {
    const { zone } = observedShift(shiftInputs(), []);
    const elsewhere = { zone: { ...zone, ref: { ...zone.ref, zoneId: 'Z2' } } };
    expect(checksum(raw, weightedPair(100, 0), elsewhere)).not.toBe(checksum(raw, weightedPair(100, 0)));
  });

  test('is another one when another service would be retired', () => {
    const { blue } = observedShift(shiftInputs(), []);
    if (blue?.service === undefined) throw new Error('no service');
    const other = { ...blue, service: { ...blue.service, arn: `${blue.service.arn}0` } };
    const retiring = { mode: 'finalize', 'retire-blue': 'delete' };
    expect(checksum(retiring, [alias(greenHost)], { blue: other })).not.toBe(
      checksum(retiring, [alias(greenHost)]),
    );
  });

  test('is another one when another load balancer would be taught the domain', () => {
    const { green } = observedShift(shiftInputs(), []);
    if (green === undefined) throw new Error('no green');
    const elsewhere = { ...green, ingress: { ...green.ingress, ruleArn: `${green.ingress.ruleArn}0` } };
    const attaching = { ...raw, 'attach-domain': 'true' };
    const unknown = withReadiness({ rules: rulesFor() });
    expect(checksum(attaching, weightedPair(100, 0), { ...unknown, green: elsewhere })).not.toBe(
      checksum(attaching, weightedPair(100, 0), unknown),
    );
  });
});

test('what records do that their owner may not know is told', () => {
  const [blue, green] = weightedPair(100, 0);
  if (blue === undefined || green?.answer.kind !== 'alias') throw new Error('no pair');
  const records = [
    { ...blue, healthCheckId: 'hc-1' },
    { ...green, answer: { ...green.answer, evaluateTargetHealth: true } },
  ];
  const { notices } = proceeding(plan({ mode: 'shift', 'green-percent': '10' }, records));
  expect(notices).toEqual([
    expect.stringContaining('port 80'),
    expect.stringContaining("evaluates its target's health"),
    expect.stringContaining('Only one of the two A records has a health check'),
    expect.stringContaining('only the probes of this job judge green'),
  ]);
});

test("that Route 53 heeds blue's health is said before the first step, and not again in each", () => {
  const heeding = (pair: readonly RecordSet[]) =>
    pair.map((record, index) =>
      index === 0 ? { ...record, answer: { ...alias(blueHost).answer, evaluateTargetHealth: true } } : record,
    ) as readonly RecordSet[];
  const said = (records: readonly RecordSet[]) =>
    proceeding(plan({ mode: 'shift', 'green-percent': '50' }, records)).notices.filter((notice) =>
      notice.includes("The A record of blue evaluates its target's health"),
    ).length;
  expect([said(heeding(weightedPair(100, 0))), said(heeding(weightedPair(90, 10)))]).toEqual([1, 0]);
});

function internalGreen(): Observed['green'] {
  const { green } = observedShift(shiftInputs(), []);
  return green && { ...green, balancer: { ...green.balancer, isInternetFacing: false } };
}

function pausedBlue(): Observed['blue'] {
  const { blue } = observedShift(shiftInputs(), []);
  return blue?.service && { ...blue, service: { ...blue.service, status: 'PAUSED' } };
}

describe('a zone that resolvers do not reach', () => {
  const elsewhere = {
    delegation: { own: ['ns-1.awsdns-01.com'], above: undefined, resolvers: ['ns.elsewhere.net'] },
  };
  const unasked = { delegation: { own: ['ns-1.awsdns-01.com'], above: undefined, resolvers: undefined } };
  const made = (mode: string, more: Partial<Observed>) => {
    const records = mode === 'adopt' ? [alias(blueHost)] : weightedPair(0, 100);
    return plan({ mode, ...(mode === 'shift' && { 'green-percent': '50' }) }, records, more);
  };

  test.each(['adopt', 'shift', 'finalize'])('forbids %s', (mode) => {
    expect(reasons(made(mode, elsewhere))).toEqual([expect.stringContaining('resolvers do not reach')]);
    for (const delegation of [unasked, { delegation: undefined }]) {
      const notices = proceeding(made(mode, delegation)).notices;
      expect(notices).toContainEqual(expect.stringContaining('could not be asked from here'));
    }
  });

  test('forbids no rollback', () => {
    expect(kinds(made('rollback', elsewhere))).toEqual(['change-records']);
  });

  test('is said by a status', () => {
    expect(proceeding(made('status', elsewhere)).notices).toContainEqual(
      expect.stringContaining('resolvers do not reach'),
    );
  });
});

describe('several names', () => {
  const two = { domain: `${domain},www.example.com` };
  const named = (name: string, records: readonly RecordSet[], more: Partial<ObservedName> = {}) => {
    const own = records.map((record) => ({ ...record, name: `${name}.` }));
    const rules = rulesFor(domain, 'www.example.com');
    const seen = { ...ready, rules };
    return observedName(name, own, { readiness: seen, greenReadiness: seen, ...more });
  };
  function planTwo(
    raw: Raw,
    first: ObservedName,
    second: ObservedName,
    more: Partial<Observed> = {},
  ): ShiftPlan {
    const inputs = shiftInputs({ ...two, ...raw });
    return planShiftTraffic(inputs, observedShiftOf(inputs, [first, second], more), now);
  }
  const app = (records: readonly RecordSet[], more: Partial<ObservedName> = {}) =>
    named(domain, records, more);
  const www = (records: readonly RecordSet[], more: Partial<ObservedName> = {}) =>
    named('www.example.com', records, more);

  test.each<[string, Raw, readonly RecordSet[], readonly RecordSet[], string]>([
    ['one that is simple', { 'green-percent': '10' }, weightedPair(100, 0), [alias(blueHost)], 'adopt'],
    ['pairs', { 'green-percent': '10' }, weightedPair(100, 0), weightedPair(9, 0), 'shift'],
    ['pairs, and no share', {}, weightedPair(100, 0), weightedPair(9, 0), 'none'],
    ['one that is done', {}, weightedPair(0, 100), [alias(greenHost)], 'none'],
  ])('%s', (_case, raw, first, second, intent) => {
    const inputs = shiftInputs({ ...two, ...raw });
    expect(observedShiftOf(inputs, [app(first), www(second)]).intent).toBe(intent);
  });

  test('an adoption takes the simple one, and leaves the pair', () => {
    const made = proceeding(planTwo({ mode: 'adopt' }, app(weightedPair(1, 0)), www([alias(blueHost)])));
    expect(made.steps).toMatchObject([
      {
        sentence: expect.stringContaining('record of www.example.com by'),
        before: [{ name: 'www.example.com.' }],
      },
    ]);
    expect(made.about.extent.join()).not.toContain('In one batch');
    const both = proceeding(planTwo({ mode: 'adopt' }, app([alias(blueHost)]), www([alias(blueHost)])));
    expect(both.about.extent).toContain('In one batch: app.example.com, www.example.com');
  });

  test('records of unlike types are told apart in one sentence', () => {
    const made = proceeding(planTwo({ mode: 'adopt' }, app([cname(blueHost)]), www([alias(blueHost)])));
    expect(made.steps[0]?.sentence).toMatch(
      /CNAME record of app\.example\.com .*; replace the A record of www/,
    );
  });

  test.each<[string, Raw, readonly RecordSet[], readonly RecordSet[], string]>([
    [
      'down',
      { 'green-percent': '50' },
      weightedPair(75, 25),
      weightedPair(90, 10),
      'mode: shift with domain: app.example.com and green-percent: 10',
    ],
    [
      'of weights without a percent',
      { 'green-percent': '50' },
      weightedPair(75, 25),
      weightedPair(100, 10),
      'and blue-weight: 100 and green-weight: 10',
    ],
    [
      'of a finished name',
      { mode: 'adopt' },
      weightedPair(100, 0),
      [alias(greenHost)],
      'mode: adopt and then mode: shift with domain: www.example.com and green-percent: 0',
    ],
  ])('of unlike shares are refused, with the way %s', (_case, raw, first, second, wayOut) => {
    const made = planTwo({ mode: 'shift', ...raw }, app(first), www(second));
    expect(made).toMatchObject({
      refusals: [
        {
          because: expect.stringContaining('not have the same share'),
          wayOut: expect.stringContaining(wayOut),
        },
      ],
    });
  });

  test('what is of one name is said of it, what is of green once', () => {
    const sick = {
      ...ready,
      rules: rulesFor(domain, 'www.example.com'),
      alarms: [{ name: 'a', state: 'ALARM', reason: undefined }],
    };
    const blind = { ...sick, green: { kind: 'answered', status: 500 } as const };
    const made = planTwo(
      { mode: 'shift', 'green-percent': '10' },
      app(weightedPair(100, 0), { readiness: sick }),
      www(weightedPair(100, 0), { readiness: blind }),
    );
    expect(reasons(made)).toEqual([
      'green does not answer for www.example.com/ as it should: it answered 500',
      'alarm a is in ALARM already',
    ]);
  });

  test('a rule that takes one of them, but not both, is full before anything is done', () => {
    const rules = rulesFor('a.example.com', 'b.example.com', 'c.example.com');
    const seen = { readiness: { ...ready, rules } };
    const made = planTwo(
      { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' },
      app(weightedPair(100, 0), seen),
      www(weightedPair(100, 0), seen),
    );
    expect(reasons(made)).toEqual([
      expect.stringContaining('there is no room for app.example.com, www.example.com'),
    ]);
  });

  test('one certificate for both is attached once', () => {
    const failed = { kind: 'failed', because: 'self-signed', isCertificate: true } as const;
    const seen = {
      readiness: {
        ...ready,
        green: failed,
        rules: rulesFor(),
        certificate: { kind: 'available', arn: certificateArn } as const,
      },
    };
    const made = planTwo(
      { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' },
      app(weightedPair(100, 0), seen),
      www(weightedPair(100, 0), seen),
    );
    expect(kinds(made)).toEqual([
      'attach-certificate',
      'attach-host',
      'prove-green',
      'change-records',
      'bake',
    ]);
  });

  test('a certificate that is missing for one of them refuses both', () => {
    const failed = { kind: 'failed', because: 'self-signed', isCertificate: true } as const;
    const rules = rulesFor();
    const made = planTwo(
      { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' },
      app(weightedPair(100, 0), { readiness: { ...ready, rules } }),
      www(weightedPair(100, 0), {
        readiness: { ...ready, rules, green: failed, certificate: { kind: 'missing' } },
      }),
    );
    expect(reasons(made)).toEqual([
      'ACM has no issued certificate for www.example.com in the Region of green',
    ]);
  });

  test('a rollback takes names of any share, and says of which is which', () => {
    const made = proceeding(
      planTwo({ mode: 'rollback' }, app(weightedPair(80, 20)), www(weightedPair(95, 5))),
    );
    expect(made.steps.map(({ sentence }) => sentence)).toEqual([
      'give blue everything (blue 100, green 0), and green nothing, down from 20 %, of app.example.com; give blue everything (blue 100, green 0), and green nothing, down from 5 %, of www.example.com',
    ]);
  });

  test('a name that is protected is refused in words of its own, and another type of it is not', () => {
    const protections = [
      { name: 'www.example.com.', type: 'A', comment: 'ask us' },
      { name: 'www.example.com.', type: 'MX', comment: undefined },
    ];
    const made = planTwo({ mode: 'adopt' }, app([alias(blueHost)]), www([alias(blueHost)]), { protections });
    expect(reasons(made)).toEqual([expect.stringContaining('the A record of www.example.com is protected')]);
  });
});
