import { judgeClaims, judgeGate } from '../../../../src/shift-traffic/plan/gate.ts';
import { type GateAnswers, gateAnswers, readGate } from '../../../helpers/gate-answers.ts';

const gate = {
  kind: 'required',
  environment: 'dns-shift',
  accept: ['reviewers'],
  strict: false,
  token: 't',
} as const;
const strict = { ...gate, strict: true } as const;
const runs = { repository: 'octo/shop', runId: '1001', runAttempt: '1' };

const { claims, environment, approvals } = gateAnswers;
const [approval] = approvals;
const [reviewers, branchPolicy] = environment.protection_rules;
const withRules = (...rules: readonly object[]) => ({ ...environment, protection_rules: rules });
const reviewed = (...reviews: readonly object[]) => ({
  approvals: reviews.map((review) => ({ ...approval, ...review })),
});
const byBob = { user: { id: 3, login: 'bob' } };
const noSelfReview = withRules({ ...reviewers, prevent_self_review: true });

test('an approval of this run by a reviewer passes, with name, comment and window', () => {
  expect(judgeClaims(gate, readGate().claims, runs)).toBeUndefined();
  expect(judgeGate(gate, readGate())).toEqual({
    kind: 'passed',
    notices: [],
    approval: {
      kind: 'approved',
      environment: { id: 42, name: 'dns-shift' },
      rules: ['reviewers'],
      administratorsMayBypass: false,
      approver: { id: 7, login: 'alice' },
      comment: 'go',
      window: { createdAt: '2026-11-24T12:00:00Z', startedAt: '2026-11-24T12:05:00Z' },
      checkRunId: '55',
      repositoryId: '5678',
      actor: { id: 3, login: 'bob' },
      triggeredBy: { id: 3, login: 'bob' },
      workflowRef: 'octo/shop/.github/workflows/shift.yml@refs/heads/main',
    },
  });
});

test.each<[string, object, string]>([
  ['the job has no environment', { environment: undefined }, 'this job runs in no environment'],
  ['its environment is empty', { environment: '' }, 'this job runs in no environment'],
  ['the job has another environment', { environment: 'preview' }, 'runs in environment preview, not in dns-'],
  ['the token is of another run', { run_id: '1' }, 'of run 1, but this is run 1001'],
  ['the token is of another attempt', { run_attempt: '2' }, 'of attempt 2, but this is attempt 1'],
  ['the token is of another repository', { repository: 'octo/blog' }, 'of repository octo/blog, but this is'],
])('the token is refused when %s', (_case, change, because) => {
  const seen = readGate({ claims: { ...claims, ...change } }).claims;
  expect(judgeClaims(gate, seen, runs)).toEqual({
    because: expect.stringContaining(because),
    wayOut: expect.stringMatching(/^[A-Z].*\.$/),
  });
});

test('a job whose run is not known to the runner either is of no run', () => {
  const seen = readGate({ claims: { ...claims, run_id: '' } }).claims;
  expect(judgeClaims(gate, seen, { ...runs, runId: '' })).toMatchObject({
    because: expect.stringContaining('is of run ,'),
  });
});

test.each<[string, Partial<GateAnswers>, string, string]>([
  ['another environment was answered', { environment: { ...environment, name: 'x' } }, 'answered with x', ''],
  ['a misspelt name made the environment', { environment: withRules() }, 'asks nobody', 'misspelt'],
  [
    'nobody is among the reviewers',
    { environment: withRules({ ...reviewers, reviewers: [] }) },
    'asks nobody',
    'Enterprise Cloud',
  ],
  ['it has a branch policy alone', { environment: withRules(branchPolicy) }, 'asks nobody', ''],
  [
    'it only waits',
    { environment: withRules({ type: 'wait_timer', wait_timer: 10 }) },
    'asks nobody: it has no protection rule of the kind reviewers',
    '',
  ],
  ['nobody approved', { approvals: [] }, 'nobody approved environment dns-shift', 'Start a new run'],
  ['another environment was approved', reviewed({ environments: [{ id: 1 }] }), 'nobody approved', ''],
  ['it is still pending', reviewed({ state: 'pending' }), 'nobody approved', ''],
  ['an administrator skipped it', reviewed({ state: 'skipped' }), 'by alice is "skipped"', 'bypass'],
  ['the word is another one', reviewed({ state: 'Approved' }), 'is "Approved", which is no approval', ''],
  ['it was skipped after an approval', reviewed({}, { state: 'skipped' }), 'is "skipped"', 'new run'],
  ['it was rejected after an approval', reviewed({}, { state: 'rejected' }), 'alice rejected', 'new run'],
  ['it was rejected before one', reviewed({ state: 'rejected' }, {}), 'alice rejected', 'new run'],
  [
    'whoever started the run approved it, where the environment forbids that',
    { environment: noSelfReview, ...reviewed(byBob) },
    'bob both started the run and approved it, which environment dns-shift forbids',
    'somebody else',
  ],
  [
    'whoever started the re-run approved it, where the environment forbids that',
    { environment: noSelfReview, run: { triggering_actor: { id: 7, login: 'alice' } } },
    'alice both started the run and approved it',
    'somebody else',
  ],
  [
    'whoever started the run approved it, before somebody else started it again',
    {
      environment: noSelfReview,
      run: { triggering_actor: { id: 9, login: 'carol' } },
      ...reviewed(byBob),
    },
    'bob both started the run and approved it',
    'somebody else',
  ],
  [
    'whoever started the run approved it, and the review of another is still pending',
    { environment: noSelfReview, ...reviewed({ state: 'pending' }, byBob) },
    'bob both started the run and approved it',
    'somebody else',
  ],
])('is refused when %s', (_case, change, because, wayOut) => {
  expect(judgeGate(gate, readGate(change))).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining(because),
    wayOut: expect.stringMatching(new RegExp(`${wayOut}.*\\.$`)),
  });
});

test.each<[string, Partial<GateAnswers>, string]>([
  [
    'administrators may bypass it',
    { environment: { ...environment, can_admins_bypass: true } },
    'may bypass the rules',
  ],
  [
    'GitHub does not say whether they may',
    { environment: { ...environment, can_admins_bypass: undefined } },
    'may bypass the rules',
  ],
  [
    'any branch may use it',
    { environment: { ...environment, deployment_branch_policy: null } },
    'may be used from any branch',
  ],
  ['the run is a re-run', { claims: { ...claims, run_attempt: '2' } }, 'this is attempt 2'],
  ['whoever started the run approved it', reviewed(byBob), 'which gate-strict forbids'],
])('a strict gate is closed when %s, and another one is not', (_case, change, because) => {
  expect(judgeGate(strict, readGate(change))).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining(because),
  });
  expect(judgeGate(gate, readGate(change))).toMatchObject({ kind: 'passed' });
  expect(judgeGate(strict, readGate())).toMatchObject({ kind: 'passed' });
});

test('what a strict gate would refuse is said', () => {
  const seen = readGate({
    claims: { ...claims, run_attempt: '2' },
    environment: { ...environment, name: 'DNS-Shift', can_admins_bypass: true },
  });
  expect(judgeGate(gate, seen)).toMatchObject({
    notices: [
      expect.stringContaining('Administrators may bypass'),
      expect.stringContaining('attempt 2'),
      expect.stringContaining('is called DNS-Shift'),
    ],
  });
});

test('of several approvals the one that nobody can object to counts', () => {
  const seen = readGate({ environment: noSelfReview, ...reviewed(byBob, {}) });
  expect(judgeGate(gate, seen)).toMatchObject({ approval: { approver: { login: 'alice' } } });
});

test('a review that is still pending is no approval, and an empty comment is none', () => {
  const carol = { user: { id: 9, login: 'carol' }, comment: '' };
  const seen = readGate(reviewed({ state: 'pending' }, carol));
  expect(judgeGate(gate, seen)).toMatchObject({
    approval: { approver: { login: 'carol' }, comment: undefined },
  });
});

test.each([
  ['wait-timer', { environment: withRules({ type: 'wait_timer', wait_timer: 10 }) }],
  [
    'custom-rule',
    {
      environment: withRules(),
      customRules: { custom_deployment_protection_rules: [{ enabled: true, app: {} }] },
    },
  ],
] as const)('a %s counts only where it was said to, and has no approver', (kind, change) => {
  const seen = readGate({ ...change, approvals: [] });
  expect(judgeGate(gate, seen)).toMatchObject({ kind: 'refused' });
  expect(judgeGate({ ...gate, accept: [kind] }, seen)).toMatchObject({
    kind: 'passed',
    approval: { approver: undefined, comment: undefined, rules: [kind] },
  });
  const rejected = readGate({ ...change, ...reviewed({ state: 'rejected' }) });
  expect(judgeGate({ ...gate, accept: [kind] }, rejected)).toMatchObject({ kind: 'refused' });
});

test('reviewers of whom there is nobody are not waited for where another rule counts', () => {
  const nobody = withRules({ ...reviewers, reviewers: [] }, { type: 'wait_timer', wait_timer: 10 });
  const seen = readGate({ environment: nobody, approvals: [] });
  expect(judgeGate({ ...gate, accept: ['wait-timer'] }, seen)).toMatchObject({ kind: 'passed' });
});

test('of a public repository the plan is not to blame', () => {
  const seen = readGate({
    claims: { ...claims, repository_visibility: 'public' },
    environment: withRules(),
  });
  expect(judgeGate(gate, seen)).toMatchObject({ wayOut: expect.not.stringContaining('Enterprise') });
});
