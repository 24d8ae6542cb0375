import fc from 'fast-check';
import { type RecordChange, replaceRecords } from '../../../../src/dns/batch.ts';
import { classifyRecords } from '../../../../src/dns/pair.ts';
import type { RecordSet } from '../../../../src/dns/records.ts';
import type { ChangeStep } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import {
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
import {
  applyChanges,
  contentOf,
  isAt,
  type SimulatedZone,
  shares,
  sideServedBy,
} from '../../../helpers/simulated-zone.ts';

type Raw = Readonly<Record<string, string>>;

const targets = { blue: blueHost, green: greenHost };
const weight = fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: 0, max: 255 }));

/** All that a name may look like before or during a move, and some of what it should not. */
const addresses: fc.Arbitrary<readonly RecordSet[]> = fc.oneof(
  fc.constantFrom<readonly RecordSet[]>(
    [alias(blueHost)],
    [cname(blueHost, { ttlSeconds: 3600 })],
    [alias(greenHost)],
    [weighted(alias(blueHost), 'b', 10)],
    [weighted(cname(blueHost), 'b', 10), weighted(cname(greenHost), 'g', 0)],
    [alias('elsewhere.example.net')],
    [],
  ),
  fc.tuple(weight, weight).map(([blue, green]) => weightedPair(blue, green)),
  fc
    .tuple(weight, weight)
    .map(([blue, green]) => [...weightedPair(blue, green), ...weightedPair(blue, green, 'AAAA')]),
  fc
    .tuple(weight, weight, weight)
    .map(([blue, green, third]) => [
      ...weightedPair(blue, green),
      weighted(alias('canary.example.net'), 'canary', third),
    ]),
);

const neighbours: readonly RecordSet[] = [
  { ...values('TXT', '"v=spf1 -all"'), name: 'mail.example.com.' },
  { ...alias(blueHost), name: 'www.example.com.' },
  { ...values('CNAME', '_x.acm-validations.aws.'), name: `_hash.${domain}.` },
];

const halves = fc.integer({ min: 0, max: 200 }).map((value) => String(value / 2));
const wish: fc.Arbitrary<Raw> = fc.oneof(
  fc.constant({ mode: 'adopt' }),
  fc.constant({ mode: 'adopt', 'adopt-as': 'cname' }),
  halves.map((percent) => ({ mode: 'shift', 'green-percent': percent })),
  fc.tuple(weight, weight).map(([blue, green]) => ({
    mode: 'shift',
    'blue-weight': String(blue),
    'green-weight': String(green === 0 && blue === 0 ? 1 : green),
  })),
  fc.constant({ mode: 'shift', steps: '10,25,50,75,100' }),
  fc.constant({ mode: 'rollback' }),
  fc.constant({ mode: 'finalize' }),
);

const zone: fc.Arbitrary<SimulatedZone> = addresses.map((own) => ({
  records: [...neighbours, ...own, ...(own[0]?.type === 'CNAME' ? [] : [values('TXT', '"x"')])],
}));

function changesFor(raw: Raw, { records }: SimulatedZone): readonly ChangeStep[] {
  const inputs = shiftInputs(raw);
  const own = records.filter((record) => isAt(record, domain));
  const plan = planShiftTraffic(inputs, observedShift(inputs, own), now);
  return plan.kind === 'refuse' ? [] : plan.steps.filter((step) => step.kind === 'change-records');
}

const batchOf = ({ before, after }: ChangeStep): readonly RecordChange[] => replaceRecords(before, after);

function applied(simulated: SimulatedZone, changes: readonly RecordChange[]): SimulatedZone {
  const result = applyChanges(simulated, changes);
  if (!result.ok) throw new Error(result.why);
  return result.zone;
}

function greenShare(simulated: SimulatedZone, type: string): number {
  let share = 0;
  for (const [record, part] of shares(simulated, domain, type)) {
    if (sideServedBy(record) === 'green') share += part;
  }
  return share;
}

test('at every moment the name has an answer, and Route 53 takes every batch', () => {
  fc.assert(
    fc.property(zone, wish, (start, raw) => {
      let current = start;
      for (const change of changesFor(raw, start)) {
        current = applied(current, batchOf(change));
        const parts = [...shares(current, domain, 'A').values()];
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 10);
        const weights = change.after.flatMap(({ policy }) =>
          policy.kind === 'weighted' ? [policy.weight] : [],
        );
        expect(weights.length === 0 || weights.some((one) => one > 0)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('no batch touches a record outside the pair', () => {
  fc.assert(
    fc.property(zone, wish, (start, raw) => {
      for (const { record } of changesFor(raw, start).flatMap(batchOf)) {
        expect(isAt(record, domain)).toBe(true);
        expect(sideServedBy(record)).toBeDefined();
      }
    }),
    { numRuns: 500 },
  );
});

test('the steps end where they said, and a second run has nothing left to do', () => {
  fc.assert(
    fc.property(zone, wish, (start, raw) => {
      const changes = changesFor(raw, start);
      const end = changes.reduce((current, change) => applied(current, batchOf(change)), start);
      const last = changes.at(-1);
      if (last !== undefined) expect(greenShare(end, 'A')).toBeCloseTo(last.greenPercent / 100, 10);
      expect(changesFor(raw, end)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a job that ends after any of its steps is finished by the next one', () => {
  fc.assert(
    fc.property(zone, wish, fc.nat(5), (start, raw, stopAfter) => {
      const changes = changesFor(raw, start);
      const whole = changes.reduce((current, change) => applied(current, batchOf(change)), start);
      const half = changes
        .slice(0, stopAfter)
        .reduce((current, change) => applied(current, batchOf(change)), start);
      const resumed = changesFor(raw, half).reduce(
        (current, change) => applied(current, batchOf(change)),
        half,
      );
      expect(contentOf(resumed)).toEqual(contentOf(whole));
    }),
    { numRuns: 300 },
  );
});

test('a rollback never gives green more, and ends with blue having all', () => {
  fc.assert(
    fc.property(zone, (start) => {
      const changes = changesFor({ mode: 'rollback' }, start);
      const end = changes.reduce((current, change) => applied(current, batchOf(change)), start);
      expect(greenShare(end, 'A')).toBeLessThanOrEqual(greenShare(start, 'A'));
      if (changes.length > 0) expect(greenShare(end, 'A')).toBe(0);
    }),
  );
});

test('what was written can be swapped back to exactly what was there', () => {
  fc.assert(
    fc.property(zone, wish, (start, raw) => {
      const changes = changesFor(raw, start);
      const [first] = changes;
      const last = changes.at(-1);
      if (first === undefined || last === undefined) return;
      const end = changes.reduce((current, change) => applied(current, batchOf(change)), start);
      const back = applied(end, replaceRecords(last.after, first.before));
      expect(contentOf(back)).toEqual(contentOf(start));
    }),
  );
});

test('when somebody else changed a record of the pair meanwhile, the batch does nothing', () => {
  const meddling = fc.constantFrom<(record: RecordSet) => RecordSet>(
    (record) => ({ ...record, healthCheckId: 'theirs' }),
    (record) =>
      record.policy.kind === 'weighted'
        ? { ...record, policy: { ...record.policy, weight: (record.policy.weight + 1) % 256 } }
        : { ...record, healthCheckId: 'theirs' },
  );
  fc.assert(
    fc.property(zone, wish, meddling, fc.nat(3), (start, raw, meddle, which) => {
      const [change] = changesFor(raw, start);
      if (change === undefined) return;
      const victim = change.before[which % change.before.length];
      const meddled = {
        records: start.records.map((record) => (record === victim ? meddle(record) : record)),
      };
      expect(applyChanges(meddled, batchOf(change)).ok).toBe(false);
    }),
  );
});

describe('of several names', () => {
  const others = ['example.com', 'www.example.com'];
  const names = [domain, ...others];
  const rename = (records: readonly RecordSet[], name: string) =>
    records.map((record) => ({ ...record, name: `${name}.` }));
  /** Mostly alike, since names of unlike shares hardly move. */
  const several: fc.Arbitrary<readonly (readonly RecordSet[])[]> = fc.oneof(
    fc.tuple(addresses, addresses, addresses),
    addresses.map((own) => [own, own, own]),
    fc
      .tuple(weight, fc.constantFrom(1, 2))
      .map(([green, factor]) => [
        weightedPair(100, green > 127 ? 0 : green),
        weightedPair(100 * factor, (green > 127 ? 0 : green) * factor),
        weightedPair(100, green > 127 ? 0 : green),
      ]),
    fc.constant([[alias(blueHost)], weightedPair(100, 0), [weighted(alias(blueHost), 'b', 1)]]),
    fc.constant([[alias(greenHost)], weightedPair(0, 100), weightedPair(0, 7)]),
  );
  const zones: fc.Arbitrary<SimulatedZone> = several.map((all) => ({
    records: [
      ...neighbours.filter((record) => !names.some((one) => isAt(record, one))),
      ...all.flatMap((own, index) => rename(own, names[index] ?? domain)),
    ],
  }));

  function plansFor(raw: Raw, { records }: SimulatedZone, order = names) {
    const inputs = shiftInputs({ ...raw, domain: order.join() });
    const rules = rulesFor(...names);
    const seen = order.map((name) => {
      const own = records.filter((record) => isAt(record, name));
      const state = classifyRecords(name, own, targets);
      return {
        ...observedName(name, own),
        state,
        readiness: { ...ready, rules },
        greenReadiness: { ...ready, rules },
      };
    });
    return planShiftTraffic(inputs, observedShiftOf(inputs, seen), now);
  }

  function changesOf(raw: Raw, start: SimulatedZone): readonly ChangeStep[] {
    const plan = plansFor(raw, start);
    return plan.kind === 'refuse' ? [] : plan.steps.filter((step) => step.kind === 'change-records');
  }

  const shareOf = (simulated: SimulatedZone, name: string) => {
    let share = 0;
    for (const [record, part] of shares(simulated, name, 'A')) {
      if (sideServedBy(record) === 'green') share += part;
    }
    return share;
  };
  const hasAnswer = (simulated: SimulatedZone, name: string) =>
    [...shares(simulated, name, 'A').values()].reduce((sum, part) => sum + part, 0) > 0.999;

  test('each name keeps its answer, no pair is 0 and 0, and a batch is of these names alone', () => {
    fc.assert(
      fc.property(zones, wish, (start, raw) => {
        let current = start;
        for (const change of changesOf(raw, start)) {
          current = applied(current, batchOf(change));
          for (const name of names) expect(hasAnswer(current, name)).toBe(hasAnswer(start, name));
          for (const name of names) {
            const own = change.after.filter((record) => isAt(record, name));
            const weights = own.flatMap(({ policy }) => (policy.kind === 'weighted' ? [policy.weight] : []));
            expect(weights.length === 0 || weights.some((one) => one > 0)).toBe(true);
          }
          for (const { record } of batchOf(change)) {
            expect(names.some((name) => isAt(record, name))).toBe(true);
            expect(sideServedBy(record)).toBeDefined();
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('but for a rollback, all have one share before each batch and after it, and that is what it says', () => {
    fc.assert(
      fc.property(zones, wish, (start, raw) => {
        if (raw['mode'] === 'rollback') return;
        let current = start;
        for (const change of changesOf(raw, start)) {
          for (const name of names) expect(shareOf(current, name)).toBeCloseTo(shareOf(current, domain), 4);
          current = applied(current, batchOf(change));
          for (const name of names) expect(shareOf(current, name)).toBeCloseTo(change.greenPercent / 100, 4);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a rollback gives green more of no name, and takes all of each that has a blue', () => {
    fc.assert(
      fc.property(zones, (start) => {
        const end = changesOf({ mode: 'rollback' }, start).reduce(
          (current, change) => applied(current, batchOf(change)),
          start,
        );
        for (const name of names) {
          expect(shareOf(end, name)).toBeLessThanOrEqual(shareOf(start, name));
          const hasBlue = start.records.some(
            (record) => isAt(record, name) && sideServedBy(record) === 'blue',
          );
          if (hasBlue) expect(shareOf(end, name)).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the order in which they are given changes nothing of a plan', () => {
    fc.assert(
      fc.property(zones, wish, fc.shuffledSubarray(names, { minLength: 3 }), (start, raw, order) => {
        expect(plansFor(raw, start, order)).toEqual(plansFor(raw, start));
      }),
    );
  });

  test('no name gets a share of a green that does not answer for it, or a blue that does not', () => {
    const dead = { kind: 'answered', status: 503 } as const;
    fc.assert(
      fc.property(
        zones,
        wish,
        fc.constantFrom(...names),
        fc.constantFrom('blue', 'green'),
        (start, raw, sick, side) => {
          const inputs = shiftInputs({ ...raw, domain: names.join() });
          const seen = names.map((name) => {
            const own = start.records.filter((record) => isAt(record, name));
            const readiness = { ...ready, rules: rulesFor(...names), ...(name === sick && { [side]: dead }) };
            return {
              ...observedName(name, own),
              state: classifyRecords(name, own, targets),
              readiness,
              greenReadiness: readiness,
              blueAnswer: readiness.blue,
            };
          });
          const plan = planShiftTraffic(inputs, observedShiftOf(inputs, seen), now);
          const steps = plan.kind === 'refuse' ? [] : plan.steps;
          expect(steps.some((step) => step.kind === 'change-records' && step.isForward)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the cases reach every kind of change', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(zones, wish, (start, raw) => {
        for (const change of changesOf(raw, start)) kinds.add(`${raw['mode']} ${change.after.length}`);
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'adopt 4',
        'adopt 6',
        'finalize 2',
        'finalize 3',
        'rollback 6',
        'shift 6',
        'shift 12',
      ]),
    );
  });
});

test('the cases reach every kind of change', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(zone, wish, (start, raw) => {
      for (const change of changesFor(raw, start)) kinds.add(`${raw['mode']} ${change.after.length}`);
    }),
    // Always the same cases: this is about the cases, not about the code.
    { numRuns: 1000, seed: 1 },
  );
  expect([...kinds].sort()).toEqual([
    'adopt 2',
    'finalize 1',
    'finalize 2',
    'rollback 2',
    'rollback 4',
    'shift 2',
    'shift 4',
  ]);
});
