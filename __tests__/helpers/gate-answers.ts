import {
  type GateEvidence,
  readClaims,
  readEnvironment,
  readJobWindow,
  readReviews,
  readRun,
} from '../../src/github/gate-evidence.ts';

type Answer = Readonly<Record<string, unknown>>;

/** What GitHub would answer to a job in `dns-shift` that alice approved and bob started. */
export const gateAnswers = {
  claims: {
    environment: 'dns-shift',
    repository: 'octo/shop',
    repository_id: '5678',
    repository_visibility: 'private',
    run_id: '1001',
    run_attempt: '1',
    check_run_id: '55',
    ref: 'refs/heads/main',
    sha: '0123',
    actor: 'bob',
    actor_id: '3',
    workflow_ref: 'octo/shop/.github/workflows/shift.yml@refs/heads/main',
  },
  run: { id: 1001, run_attempt: 1, triggering_actor: { id: 3, login: 'bob' } },
  environment: {
    id: 42,
    name: 'dns-shift',
    can_admins_bypass: false,
    protection_rules: [
      {
        id: 1,
        type: 'required_reviewers',
        prevent_self_review: false,
        reviewers: [{ type: 'User', reviewer: { id: 7, login: 'alice' } }],
      },
      { id: 2, type: 'branch_policy' },
    ],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  },
  approvals: [
    {
      state: 'approved',
      comment: 'go',
      user: { id: 7, login: 'alice' },
      environments: [{ id: 42, name: 'dns-shift' }],
    },
  ],
  job: { created_at: '2026-11-24T12:00:00Z', started_at: '2026-11-24T12:05:00Z' },
} as const;

export type GateAnswers = {
  readonly claims: Answer;
  readonly run: unknown;
  readonly environment: unknown;
  readonly customRules?: unknown;
  readonly approvals: unknown;
  readonly job: unknown;
};

/** As `observeGate` reads them; throws what it would throw. */
export function readGate(changes: Partial<GateAnswers> = {}): GateEvidence {
  const answers: GateAnswers = { ...gateAnswers, ...changes };
  return {
    claims: readClaims(answers.claims),
    run: readRun(answers.run),
    environment: readEnvironment(answers.environment, answers.customRules),
    approvals: readReviews(answers.approvals),
    job: readJobWindow(answers.job),
  };
}
