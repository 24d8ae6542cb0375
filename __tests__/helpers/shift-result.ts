import { classifyRecords } from '../../src/dns/pair.ts';
import type { NameFacts } from '../../src/shift-traffic/model/job.ts';
import type { ShiftResult } from '../../src/shift-traffic/model/result.ts';
import { now } from './observed-shift.ts';
import { blueHost, domain, greenHost, weightedPair } from './records.ts';

/** The name of that step. */
export function nameFacts(more: Partial<NameFacts> = {}): NameFacts {
  const records = weightedPair(90, 10);
  return {
    domain,
    state: classifyRecords(domain, records, { blue: blueHost, green: greenHost }),
    health: undefined,
    found: undefined,
    before: { records, greenPercent: 10, weights: { blue: 90, green: 10 } },
    records: weightedPair(75, 25),
    greenPercent: 25,
    weights: { blue: 75, green: 25 },
    wayBack: undefined,
    ...more,
  };
}

/** A step from 10 to 25 % that green took well; a case changes what it is about. */
export function shiftResult(more: Partial<ShiftResult> = {}): ShiftResult {
  const before = weightedPair(90, 10);
  const after = weightedPair(75, 25);
  return {
    outcome: 'baked',
    mode: 'shift',
    domains: [domain],
    zoneId: 'Z1',
    changed: true,
    lastChange: 'known',
    owesWayBack: false,
    baked: true,
    rolledBack: false,
    isBug: false,
    names: [nameFacts()],
    changes: [
      {
        changeId: 'C0123',
        comment: 'shift-traffic app.example.com: give green 25 %',
        submittedAt: now,
        inSyncAt: now + 40_000,
        before,
        after,
        greenPercent: 25,
      },
    ],
    about: { extent: [], ifWrong: [], breaks: [], green: undefined },
    checksum: 'c'.repeat(64),
    steps: [
      {
        kind: 'change-records',
        sentence: 'give green 25 % (blue 75, green 25), up from 10 %',
        before,
        after,
        greenPercent: 25,
        weights: { blue: 75, green: 25 },
        isForward: true,
        drainSeconds: 60,
      },
      {
        kind: 'bake',
        sentence: 'watch green at 25 % for 5 min: requests for / answered with 200-399',
        greenPercent: 25,
        by: {
          seconds: 300,
          alarms: [],
          maxErrorPercent: undefined,
          minRequests: 100,
          probe: { path: '/', statuses: [{ from: 200, to: 399 }] },
        },
      },
    ],
    done: [
      'give green 25 % (blue 75, green 25), up from 10 %',
      'watch green at 25 % for 5 min: requests for / answered with 200-399',
    ],
    notices: [],
    healthChecks: [],
    approval: { kind: 'off' },
    run: {
      repository: 'octo/shop',
      runId: '1001',
      runAttempt: '1',
      actor: 'octocat',
      ref: 'refs/heads/main',
      commitSha: '0123456789abcdef0123456789abcdef01234567',
    },
    shares: [
      { at: now - 1000, greenPercent: 10 },
      { at: now, greenPercent: 25 },
    ],
    probes: [{ at: now + 100_000, side: 'green', domain, probe: { kind: 'answered', status: 200 } }],
    verdicts: ['Green at 25 %: good, 31 requests answered'],
    verification: undefined,
    refusals: [],
    startedAt: now - 2000,
    endedAt: now + 400_000,
    failure: undefined,
    ...more,
  };
}
