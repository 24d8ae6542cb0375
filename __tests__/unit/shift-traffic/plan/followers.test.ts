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
