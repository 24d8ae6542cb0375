import fc from 'fast-check';
import type { RecordSet } from '../../../../src/dns/records.ts';
import { ActionError } from '../../../../src/errors.ts';
import { asFound, type NameFacts } from '../../../../src/shift-traffic/model/job.ts';
import type { GreenCommits } from '../../../../src/shift-traffic/model/observed.ts';
import { renderAudit, renderOutputs, type ShiftResult } from '../../../../src/shift-traffic/model/result.ts';
import { renderPath, renderShares } from '../../../../src/shift-traffic/report/diagrams.ts';
import { renderConclusion } from '../../../../src/shift-traffic/report/log.ts';
import { renderSummary } from '../../../../src/shift-traffic/report/summary.ts';
import { now } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, domain, greenHost, weightedPair } from '../../../helpers/records.ts';
import { nameFacts, shiftResult } from '../../../helpers/shift-result.ts';

test('every output is set, with what is known', () => {
  expect(renderOutputs(shiftResult())).toMatchObject({
    outcome: 'baked',
    changed: 'true',
    'previous-green-percent': '10',
    'green-percent': '25',
    'blue-weight': '75',
    'green-weight': '25',
    'change-id': 'C0123',
    'plan-checksum': 'c'.repeat(64),
    approver: '',
    'rolled-back': 'false',
  });
});

test('what is not known is empty', () => {
  const unknown = shiftResult({
    outcome: 'failed',
    names: [],
    checksum: undefined,
    changes: [],
  });
  const { audit: _audit, ...outputs } = renderOutputs(unknown);
  expect(outputs).toEqual({
    outcome: 'failed',
    changed: 'true',
    'previous-green-percent': '',
    'green-percent': '',
    'blue-weight': '',
    'green-weight': '',
    'change-id': '',
    'plan-checksum': '',
    approver: '',
    'rolled-back': 'false',
    domains: '[]',
  });
  expect(renderConclusion(unknown)).toEqual(['app.example.com: failed']);
});

test('a record that is gone is shown as deleted, and one that stays as it was', () => {
  const [blue, green] = weightedPair(100, 0);
  const before = { records: weightedPair(100, 0), greenPercent: 0, weights: { blue: 100, green: 0 } };
  const summary = renderSummary(
    shiftResult({ names: [nameFacts({ before, records: blue === undefined ? [] : [blue] })] }),
  );
  expect(green).toBeDefined();
  expect(summary).toContain('| A | 100\u00a0% | 100 |');
  expect(summary).toContain('| A | 0\u00a0%\u00a0→\u00a0**deleted** | 0 |');
});

test('the log ends with where the traffic is', () => {
  expect(renderConclusion(shiftResult())).toEqual([
    'app.example.com: applied, and green did well; green has 25 % (blue 75, green 25), and had 10 % before',
  ]);
});

describe('of several names each has its own word', () => {
  const www = 'www.example.com';
  const named = (name: string, percent: number) =>
    weightedPair(100 - percent, percent).map((record) => ({ ...record, name: `${name}.` }));
  const facts = (name: string, percent: number, more: Partial<NameFacts> = {}) =>
    nameFacts({
      domain: name,
      before: { records: named(name, 10), greenPercent: 10, weights: { blue: 90, green: 10 } },
      records: named(name, percent),
      greenPercent: percent,
      weights: { blue: 100 - percent, green: percent },
      ...more,
    });
  const change = (before: readonly RecordSet[], after: readonly RecordSet[]) => ({
    changeId: 'C1',
    comment: '',
    submittedAt: now,
    inSyncAt: now,
    before,
    after,
    greenPercent: 0,
  });
  const found = {
    records: named(www, 50),
    state: nameFacts().state,
    greenPercent: 50,
    weights: { blue: 50, green: 50 },
  };

  test.each<[string, Parameters<typeof shiftResult>[0], readonly string[]]>([
    [
      'a way back that one name did not need',
      {
        outcome: 'rolled-back',
        mode: 'monitor',
        names: [facts(domain, 0), facts(www, 10)],
        changes: [change(named(domain, 10), named(domain, 0))],
      },
      [`${domain}: rolled back`, `${www}: nothing was changed`],
    ],
    [
      'a way back that was refused for one name',
      {
        outcome: 'failed',
        mode: 'shift',
        names: [facts(domain, 10), facts(www, 25)],
        changes: [
          change([...named(domain, 10), ...named(www, 10)], [...named(domain, 25), ...named(www, 25)]),
        ],
      },
      [`${domain}: rolled back`, `${www}: failed`],
    ],
    [
      'a stranger at one name',
      {
        outcome: 'failed',
        mode: 'rollback',
        names: [facts(domain, 0), asFound(facts(www, 10, { found }))],
        changes: [change(named(domain, 10), named(domain, 0))],
      },
      [`${domain}: rolled back`, `${www}: somebody else changed it; green has 50 %`],
    ],
    [
      'a job that changed nothing',
      { outcome: 'failed', names: [facts(domain, 10), facts(www, 10)], changes: [] },
      [`${domain} and ${www}: failed`],
    ],
  ])('%s', (_what, more, words) => {
    const lines = renderConclusion(shiftResult(more));
    expect(lines).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(lines[index]).toContain(word);
  });
});

test('the summary of a step', () => {
  expect(renderSummary(shiftResult())).toMatchSnapshot();
});

test('the summary of a refusal has all reasons, the first on top', () => {
  const refusals = [
    { because: 'blue does not answer', wayOut: 'Mend blue.' },
    { because: 'alarm web-5xx is in ALARM', wayOut: 'Mend that.' },
  ];
  const summary = renderSummary(
    shiftResult({
      outcome: 'refused',
      changed: false,
      names: [nameFacts({ records: weightedPair(90, 10) })],
      refusals,
      failure: new ActionError('plan-refused', 'blue does not answer', { hint: 'Mend blue.' }),
    }),
  );
  expect(summary).toContain(
    '## app.example.com: refused, nothing was changed; green has 25 %\n\n**Failed:** blue does not answer (<code>plan-refused</code>)\n\n**What to do:** Mend blue.',
  );
  expect(summary).toContain('- alarm web-5xx is in ALARM. Mend that.');
});

describe('a plan', () => {
  const stops = 'Port 80 does not lead to https: http:// addresses stop working.';
  const about: ShiftResult['about'] = {
    extent: ['The steps take about 7 min, if nothing delays them'],
    ifWrong: ['If green does badly while it is watched: the job goes back by itself'],
    breaks: [stops],
    green: { image: 'web:1', digest: `sha256:${'a'.repeat(64)}`, commits: undefined, revision: '42' },
  };
  const planned = (more: Partial<ShiftResult> = {}) =>
    renderSummary(
      shiftResult({
        outcome: 'planned',
        mode: 'plan',
        changed: false,
        names: [nameFacts({ records: weightedPair(90, 10), greenPercent: 10 })],
        done: [],
        about,
        notices: [stops, 'Something else.'],
        verdicts: [],
        ...more,
      }),
    );

  test('is read by who approves it', () => {
    expect(planned()).toMatchSnapshot();
  });

  const named = (...commits: string[]) => ({ kind: 'named', commits }) as const;
  test.each<[GreenCommits | undefined, string]>([
    [undefined, ''],
    [named('c0ffee'), '| Commit | <code>c0ffee</code> |\n'],
    [named('a', 'b', 'c'), '| Commit | <code>a</code>, <code>b</code> and <code>c</code> |\n'],
    [named('a', 'b', 'c', 'd'), '| Commit | <code>a</code>, <code>b</code> and 2 more |\n'],
    [{ kind: 'unseen', because: 'no | answer' }, '| Commit | not known (no &#124; answer) |\n'],
  ])('of green with %j says its commit', (commits, row) => {
    const green = { image: 'web:1', digest: undefined, commits, revision: '42' };
    expect(planned({ about: { ...about, green } })).toContain(
      `| Image | <code>web:1</code> |\n${row}| Revision |`,
    );
  });

  test('has what is approved as its title, and the checksum last', () => {
    expect(planned().split('\n')[0]).toBe('## app.example.com: green 10 % → 25 %');
    expect(planned().trimEnd().split('\n').at(-1)).toBe(`Plan checksum: <code>${'c'.repeat(64)}</code>`);
  });

  test('pictures what is true afterwards', () => {
    expect(planned()).toMatch(/### Afterwards\n\n```mermaid\nflowchart LR\n.*\n {2}name -->\|"75 %"\|/);
  });

  test.each<[string, readonly RecordSet[], readonly RecordSet[], number]>([
    ['a weighted pair, green 0 %', [alias(blueHost)], weightedPair(100, 0), 0],
    ['one record to green', weightedPair(0, 100), [alias(greenHost)], 100],
    ['everything to blue', weightedPair(50, 50), [alias(blueHost)], 0],
  ])('says what becomes of the records: %s', (title, before, after, greenPercent) => {
    const [change] = shiftResult().steps;
    if (change?.kind !== 'change-records') throw new Error('no change');
    const steps = [{ ...change, before, after, greenPercent }];
    expect(planned({ steps }).split('\n')[0]).toBe(`## app.example.com: ${title}`);
  });
});

test('a step that is taken back, and where the job ended, are told', () => {
  const { steps, done } = shiftResult();
  const [first = ''] = done;
  const failure = new ActionError('rolled-back', 'green did badly');
  const summary = renderSummary(
    shiftResult({ outcome: 'rolled-back', rolledBack: true, done: [first], failure }),
  );
  expect(summary).toContain(`- ${first} (done, and taken back)`);
  expect(summary).toContain(`- ${steps[1]?.sentence} (the job ended here)`);
});

test('the path shows each record with its share', () => {
  expect(renderPath([{ domain, records: weightedPair(100, 10) }])).toEqual(
    expect.arrayContaining([expect.stringContaining('"9.09 %"'), expect.stringContaining('"90.91 %"')]),
  );
  expect(renderPath([{ domain, records: [] }])).toEqual([]);
});

test('the share over time is a stair from the first change to the end', () => {
  const lines = renderShares(
    [
      { at: now, greenPercent: 0 },
      { at: now + 60_000, greenPercent: 50 },
    ],
    now + 120_000,
  );
  const line = lines.find((each) => each.includes('line ['));
  const points = JSON.parse(line?.replace('line', '').trim() ?? '[]');
  expect(new Set(points)).toEqual(new Set([0, 50]));
  expect(points).toEqual([...points].sort((a, b) => a - b));
  expect(renderShares([{ at: now, greenPercent: 0 }], now)).toEqual([]);
});

test('the audit is one line of JSON, whatever people wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (comment) => {
      const audit = renderAudit(shiftResult({ verdicts: [comment] }));
      return !audit.includes('\n') && JSON.parse(audit).verdicts[0] === comment;
    }),
  );
});

test('text of others is no markup in the summary', () => {
  const hostile = '<img src=x> | [click](http://evil.example) @admins `x`';
  const [blue, green] = weightedPair(90, 10);
  if (blue?.policy.kind !== 'weighted' || green === undefined) throw new Error('no pair');
  const renamed = { ...blue, policy: { ...blue.policy, setIdentifier: hostile } };
  const summary = renderSummary(
    shiftResult({
      names: [nameFacts({ before: { ...nameFacts().before, records: [renamed, green] } })],
      notices: [hostile],
      verdicts: [hostile],
    }),
  );
  // In code GitHub makes no links of names.
  const prose = summary.replace(/<code>.*?<\/code>/g, '');
  for (const part of ['<img', '[click]', '`x`']) expect(summary).not.toContain(part);
  expect(prose).not.toContain('@admins');
});

describe('several names', () => {
  const rename = (records: readonly RecordSet[]) =>
    records.map((record) => ({ ...record, name: 'www.example.com.' }));
  const www = (more: Partial<NameFacts> = {}) => {
    const { before, records, ...rest } = nameFacts();
    const own = { before: { ...before, records: rename(before.records) }, records: rename(records) };
    return { ...rest, ...own, domain: 'www.example.com', ...more };
  };

  test('that are alike have one table, and one picture', () => {
    const changes = shiftResult().changes.map((change) => ({
      ...change,
      after: [...change.after, ...rename(change.after)],
    }));
    const summary = renderSummary(
      shiftResult({ domains: [domain, 'www.example.com'], names: [nameFacts(), www()], changes }),
    );
    expect(summary).toContain(
      '## app.example.com, www&#46;example.com: green 10 % → 25 %, done, and green did well',
    );
    expect(summary.match(/^#### .*/gm)).toEqual(['#### app.example.com, www&#46;example.com']);
    expect(summary.match(/flowchart/g)).toHaveLength(1);
    expect(summary).toContain('name["app.example.com<br/>www.example.com"]');
  });

  test('that become pairs together are said to, in one title', () => {
    const both = (records: readonly RecordSet[]) => [...records, ...rename(records)];
    const [change] = shiftResult().steps;
    if (change?.kind !== 'change-records') throw new Error('no change');
    const step = {
      ...change,
      before: both([alias(blueHost)]),
      after: both(weightedPair(100, 0)),
      greenPercent: 0,
    };
    const result = shiftResult({
      outcome: 'planned',
      domains: [domain, 'www.example.com'],
      names: [nameFacts(), www()],
      steps: [step],
    });
    expect(renderSummary(result).split('\n')[0]).toBe(
      '## app.example.com, www&#46;example.com: a weighted pair, green 0 %',
    );
  });

  test('of unlike shares are told apart', () => {
    const names = [
      nameFacts(),
      www({ greenPercent: 10, weights: { blue: 90, green: 10 }, records: rename(weightedPair(90, 10)) }),
    ];
    const result = shiftResult({ domains: [domain, 'www.example.com'], names });
    expect(renderSummary(result).match(/^#### .*/gm)).toEqual([
      '#### app.example.com: applied, and green did well',
      '#### www&#46;example.com: nothing was changed',
    ]);
    expect(renderConclusion(result)).toEqual([
      'app.example.com: applied, and green did well; green has 25 % (blue 75, green 25), and had 10 % before',
      'www.example.com: nothing was changed; green has 10 % (blue 90, green 10)',
    ]);
    expect(renderPath(names).filter((line) => /^ {2}name\S*\[/.test(line))).toEqual([
      '  name["app.example.com"]',
      '  name_1["www.example.com"]',
    ]);
    expect(JSON.parse(renderOutputs(result)['domains'] ?? '')).toEqual([
      {
        domain,
        previousGreenPercent: 10,
        greenPercent: 25,
        blueWeight: 75,
        greenWeight: 25,
        rolledBack: false,
      },
      {
        domain: 'www.example.com',
        previousGreenPercent: 10,
        greenPercent: 10,
        blueWeight: 90,
        greenWeight: 10,
        rolledBack: false,
      },
    ]);
  });

  test('of which some went back each tell their own end', () => {
    const stays = 'blue does not answer for it, and green does (it answered 404)';
    const result = shiftResult({
      outcome: 'failed',
      failure: new ActionError('no-way-back', 'green did badly'),
      domains: [domain, 'www.example.com'],
      names: [nameFacts({ wayBack: { stays, isTaken: false } }), www({ greenPercent: 10, wayBack: 'taken' })],
    });
    expect(renderConclusion(result)).toEqual([
      expect.stringMatching(/^app\.example\.com: not rolled back; green has 25 %/),
      expect.stringMatching(/^www\.example\.com: rolled back; green has 10 %/),
    ]);
    const summary = renderSummary({ ...result, rolledBack: true });
    expect(summary).toContain('## app.example.com, www&#46;example.com: partly rolled back\n');
    expect(summary).toContain('(done, and partly taken back)');
    expect(JSON.parse(renderOutputs(result)['domains'] ?? '')).toMatchObject([
      { domain, rolledBack: false, stays },
      { domain: 'www.example.com', rolledBack: true },
    ]);
  });
});
