import fc from 'fast-check';
import {
  type EnvironmentRules,
  type GateEvidence,
  parseClaims,
  type Review,
} from '../../../src/github/gate.ts';
import { judgeGate } from '../../../src/shift-traffic/gate.ts';

const gate = {
  kind: 'required',
  environment: 'dns-shift',
  accept: ['reviewers'],
  strict: false,
  token: 't',
} as const;

const alice = { id: 7, login: 'alice' };
const approval: Review = { state: 'approved', comment: 'go', user: alice, environmentIds: [42] };

const environment: EnvironmentRules = {
  id: 42,
  name: 'dns-shift',
  reviewers: { count: 1, preventsSelfReview: false },
  waitMinutes: 0,
  customRules: 0,
  hasBranchPolicy: true,
  administratorsMayBypass: false,
};

function evidence(more: Partial<GateEvidence> = {}): GateEvidence {
  return {
    claims: {
      environment: 'dns-shift',
      runId: '1001',
      runAttempt: '1',
      checkRunId: '55',
      repositoryId: '9',
      actorId: '3',
      actor: 'bob',
      workflowRef: 'octo/shop/.github/workflows/shift.yml@refs/heads/main',
      sha: '0123',
    },
    environment,
    approvals: [approval],
    job: { createdAt: '2026-11-24T12:00:00Z', startedAt: '2026-11-24T12:05:00Z' },
    ...more,
  };
}

const claims = evidence().claims;

test('an approval of this run by a reviewer passes, with name and comment', () => {
  expect(judgeGate(gate, evidence(), '1001')).toMatchObject({
    kind: 'passed',
    notices: [],
    approval: { kind: 'approved', approver: alice, comment: 'go', rules: ['reviewers'] },
  });
});

test.each<[string, Partial<GateEvidence>, string]>([
  ['the job has no environment', { claims: { ...claims, environment: undefined } }, 'runs in no environment'],
  [
    'the job has another environment',
    { claims: { ...claims, environment: 'preview' } },
    'in environment preview',
  ],
  ['the token is of another run', { claims: { ...claims, runId: '1' } }, 'of run 1, but this is run 1001'],
  [
    'the environment was made by a typo',
    { environment: { ...environment, reviewers: undefined } },
    'asks nobody',
  ],
  [
    'nobody is among the reviewers',
    { environment: { ...environment, reviewers: { count: 0, preventsSelfReview: true } } },
    'asks nobody',
  ],
  ['nobody approved', { approvals: [] }, 'nobody approved'],
  ['it was another environment', { approvals: [{ ...approval, environmentIds: [1] }] }, 'nobody approved'],
  [
    'an administrator skipped it',
    { approvals: [{ ...approval, state: 'skipped' }] },
    'nobody approved environment dns-shift in this run (skipped)',
  ],
  ['it is still pending', { approvals: [{ ...approval, state: 'pending' }] }, 'nobody approved'],
  [
    'somebody rejected it, too',
    { approvals: [approval, { ...approval, state: 'rejected' }] },
    'alice rejected',
  ],
])('is refused when %s', (_case, more, because) => {
  expect(judgeGate(gate, evidence(more), '1001')).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining(because),
    wayOut: expect.stringMatching(/\.$/),
  });
});

test('whoever started the run is no reviewer where the environment says so, or the gate is strict', () => {
  const own = { ...approval, user: { id: 3, login: 'bob' } };
  const forbidding = { ...environment, reviewers: { count: 2, preventsSelfReview: true } };
  const seen = { environment: forbidding, approvals: [own] };
  expect(judgeGate(gate, evidence(seen), '1001')).toMatchObject({ kind: 'refused' });
  expect(judgeGate(gate, evidence({ approvals: [own] }), '1001')).toMatchObject({ kind: 'passed' });
  expect(judgeGate({ ...gate, strict: true }, evidence({ approvals: [own] }), '1001')).toMatchObject({
    kind: 'refused',
  });
  expect(judgeGate(gate, evidence({ ...seen, approvals: [own, approval] }), '1001')).toMatchObject({
    approval: { approver: alice },
  });
});

test('a strict gate has no back door', () => {
  const strict = { ...gate, strict: true };
  const bypass = evidence({ environment: { ...environment, administratorsMayBypass: true } });
  const anyBranch = evidence({ environment: { ...environment, hasBranchPolicy: false } });
  expect(judgeGate(strict, evidence(), '1001')).toMatchObject({ kind: 'passed' });
  expect(judgeGate(strict, bypass, '1001')).toMatchObject({ because: expect.stringContaining('bypass') });
  expect(judgeGate(strict, anyBranch, '1001')).toMatchObject({
    because: expect.stringContaining('any branch'),
  });
  expect(judgeGate(gate, bypass, '1001')).toMatchObject({ notices: [expect.stringContaining('bypass')] });
});

test('a wait timer or a custom rule counts only where it was said to', () => {
  const timer = evidence({
    environment: { ...environment, reviewers: undefined, waitMinutes: 10 },
    approvals: [],
  });
  expect(judgeGate(gate, timer, '1001')).toMatchObject({ kind: 'refused' });
  expect(judgeGate({ ...gate, accept: ['wait-timer'] }, timer, '1001')).toMatchObject({
    approval: { approver: undefined, rules: ['wait-timer'] },
  });
});

test('without the exact word from somebody for this environment, nothing passes', () => {
  const review = fc.record({
    state: fc.oneof(fc.constantFrom('pending', 'skipped', 'Approved', 'APPROVED', ''), fc.string()),
    comment: fc.string(),
    user: fc.constant(alice),
    environmentIds: fc.constantFrom([42], [1], []),
  });
  fc.assert(
    fc.property(fc.array(review), (approvals) => {
      const others = approvals.filter(({ state }) => state !== 'approved');
      return judgeGate(gate, evidence({ approvals: others }), '1001').kind === 'refused';
    }),
  );
});

test('claims are read from the middle of the token', () => {
  const payload = Buffer.from(JSON.stringify({ environment: 'dns', run_id: 1001, actor_id: '3' })).toString(
    'base64url',
  );
  expect(parseClaims(`head.${payload}.signature`)).toMatchObject({
    environment: 'dns',
    runId: '1001',
    actorId: '3',
  });
  expect(() => parseClaims('nonsense')).toThrow('cannot be read');
});
