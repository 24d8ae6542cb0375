import type { Probe, SeenFollower } from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift, ready, rulesFor } from '../../../helpers/observed-shift.ts';
import { domain, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

const inputs = shiftInputs({ mode: 'shift', 'green-percent': '10' });
const good: Probe = { kind: 'answered', status: 301 };
const balancers: Probe = { kind: 'answered', status: 503, by: 'balancer' };
const noCertificate: Probe = { kind: 'failed', because: 'no certificate', isCertificate: true };

function plan(follower: SeenFollower, ...hosts: readonly string[]) {
  const readiness = { ...ready, rules: rulesFor(domain, ...hosts) };
  return planShiftTraffic(
    inputs,
    observedShift(inputs, weightedPair(100, 0), { readiness, followers: [follower] }),
    now,
  );
}

const www = (green: Probe, blue: Probe): SeenFollower => ({ name: 'www.example.com', green, blue });
const wildcard: SeenFollower = { name: '*.example.com', green: undefined, blue: undefined };

test.each<[string, SeenFollower, readonly string[], RegExp]>([
  [
    'what the load balancer itself answers',
    www(balancers, good),
    ['www.example.com'],
    /its load balancer itself answered 503/,
  ],
  ['a certificate that is not there', www(noCertificate, good), ['www.example.com'], /no certificate/],
  ['a host that the rule lacks', www(good, good), [], /does not have the host www\.example\.com/],
])('%s is refused where blue answers', (_what, follower, hosts, because) => {
  expect(plan(follower, ...hosts)).toMatchObject({
    kind: 'refuse',
    refusals: [
      {
        because: expect.stringMatching(because),
        wayOut: expect.stringContaining('custom-domains: www.example.com'),
      },
    ],
  });
});

test.each<[string, SeenFollower, readonly string[], RegExp]>([
  ['any answer is one', www(good, good), ['www.example.com'], /www\.example\.com\. Green answers for it\.$/],
  ['a wildcard of the rule covers it', www(good, good), ['*.example.com'], /Green answers for it\.$/],
  [
    'nobody answers for it',
    www(balancers, noCertificate),
    ['www.example.com'],
    /Green does not have it: its load balancer itself answered 503\. Blue was not seen to answer for it either\. Add/,
  ],
  [
    'a wildcard that the rule has',
    wildcard,
    ['*.example.com'],
    /rule has it; whether its certificate does was not asked/,
  ],
  [
    'a wildcard that the rule lacks',
    wildcard,
    ['www.example.com'],
    /does not have the host \*\.example\.com\. Blue was not seen/,
  ],
])('%s: it is said, and no more', (_what, follower, hosts, notice) => {
  const made = plan(follower, ...hosts);
  const notices = made.kind === 'proceed' ? made.notices : [];
  expect(notices.filter((text) => text.includes('follow'))).toEqual([expect.stringMatching(notice)]);
});

test('several that nobody answers for are named together, with one way out', () => {
  const lacking = ['www.example.com', 'docs.example.com'].map((name) => ({
    name,
    green: balancers,
    blue: noCertificate,
  }));
  const hosts = lacking.map(({ name }) => name);
  const readiness = { ...ready, rules: rulesFor(domain, ...hosts) };
  const seen = observedShift(inputs, weightedPair(100, 0), { readiness, followers: lacking });
  const made = planShiftTraffic(inputs, seen, now);
  expect(made.kind === 'proceed' ? made.notices : []).toContainEqual(
    expect.stringMatching(
      /move with it: www\.example\.com and docs\.example\.com\. .* Add them to custom-domains of the step that deploys green, which gives its listener rule and certificate them; or lead them elsewhere\.$/,
    ),
  );
});

describe('the end of the move', () => {
  const end = (how: string, follower: SeenFollower, ...hosts: readonly string[]) => {
    const finalize = shiftInputs({ mode: 'finalize', 'retire-blue': how });
    const greenReadiness = { ...ready, rules: rulesFor(domain, ...hosts) };
    const more = { readiness: undefined, greenReadiness, followers: [follower] };
    return planShiftTraffic(finalize, observedShift(finalize, weightedPair(0, 100), more), now);
  };

  test.each<[string, SeenFollower, readonly string[], string]>([
    [
      'nobody answers for it',
      www(noCertificate, noCertificate),
      ['www.example.com'],
      'www.example.com follows a name of this move, and green does not have it: no certificate',
    ],
    [
      'the rule lacks it',
      wildcard,
      [],
      "*.example.com follows a name of this move, and green does not have it: Express's own listener rule does not have the host *.example.com",
    ],
  ])('keeps blue for a name that green does not have: %s', (_what, follower, hosts, because) => {
    expect(end('delete', follower, ...hosts)).toEqual({
      kind: 'refuse',
      refusals: [{ because, wayOut: expect.stringMatching(/^Add .* Then retire-blue: delete\.$/) }],
    });
    expect(end('none', follower, ...hosts).kind).toBe('proceed');
  });

  test('retires blue where green answers for it, whatever blue does', () => {
    expect(end('delete', www(good, balancers), 'www.example.com').kind).toBe('proceed');
  });
});
