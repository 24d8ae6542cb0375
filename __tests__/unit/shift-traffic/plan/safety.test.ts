import fc from 'fast-check';
import { type RecordChange, replaceRecords } from '../../../../src/dns/batch.ts';
import { isSameName } from '../../../../src/dns/names.ts';
import { sideOf } from '../../../../src/dns/pair.ts';
import { areSameRecords, type RecordSet } from '../../../../src/dns/records.ts';
import type { ChangeStep } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
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
import { applyChanges, type SimulatedZone, shares } from '../../../helpers/simulated-zone.ts';

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
  const own = records.filter(({ name }) => isSameName(name, domain));
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
    if (sideOf(record, targets) === 'green') share += part;
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
        expect(isSameName(record.name, domain)).toBe(true);
        expect(sideOf(record, targets)).toBeDefined();
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
      expect(areSameRecords(resumed.records, whole.records)).toBe(true);
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
      expect(areSameRecords(back.records, start.records)).toBe(true);
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
