import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { connectGitHub, type Octokit, SHOP } from '../helpers/github.ts';

let emulator: EmulatorHandle;
let github: Octokit;

beforeEach(async () => {
  emulator = await startEmulator();
  github = connectGitHub(emulator);
});

afterEach(() => emulator.stop());

const RUN = { ...SHOP, run_id: 1001 };
const environment = async (environment_name: string) =>
  (await github.rest.repos.getEnvironment({ ...SHOP, environment_name })).data;
const approvals = async () => (await github.rest.actions.getReviewsForRun(RUN)).data;

test('an environment shows its rules, each of its kind', async () => {
  await emulator.post('github', {
    environments: [
      {
        name: 'dns/shift',
        reviewers: ['alice', { team: 'ops' }],
        preventSelfReview: true,
        waitTimerMinutes: 5,
        branches: ['main', 'release/*'],
        canAdminsBypass: false,
        customRules: ['change-calendar'],
      },
    ],
  });
  expect(await environment('dns/shift')).toMatchObject({
    name: 'dns/shift',
    can_admins_bypass: false,
    protection_rules: [
      { type: 'wait_timer', wait_timer: 5 },
      {
        type: 'required_reviewers',
        prevent_self_review: true,
        reviewers: [
          { type: 'User', reviewer: { login: 'alice', type: 'User' } },
          { type: 'Team', reviewer: { slug: 'ops' } },
        ],
      },
      { type: 'branch_policy' },
    ],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  const at = { ...SHOP, environment_name: 'dns/shift' };
  const { data: policies } = await github.rest.repos.listDeploymentBranchPolicies(at);
  expect(policies.branch_policies.map(({ name }) => name)).toEqual(['main', 'release/*']);
  const { data: rules } = await github.rest.repos.getAllDeploymentProtectionRules(at);
  expect(rules).toMatchObject({
    total_count: 1,
    custom_deployment_protection_rules: [{ enabled: true, app: { slug: 'change-calendar' } }],
  });
});

test('an environment without rules says so, and one that is not there is 404', async () => {
  await emulator.post('github', { environments: [{ name: 'open', canAdminsBypass: null }] });
  const open = await environment('Open');
  expect(open).toMatchObject({ name: 'open', protection_rules: [], deployment_branch_policy: null });
  expect(open).not.toHaveProperty('can_admins_bypass');
  await expect(environment('dns-shfit')).rejects.toMatchObject({ status: 404 });
  const { data } = await github.rest.repos.getAllEnvironments(SHOP);
  expect(data).toMatchObject({ total_count: 1, environments: [{ name: 'open' }] });
});

test('a job that names an environment makes it, without any rule', async () => {
  await emulator.post('github', { jobs: [{ environment: 'dns-shfit' }] });
  expect(await environment('dns-shfit')).toMatchObject({ protection_rules: [], can_admins_bypass: true });
});

test('protected branches are a policy of their own', async () => {
  await emulator.post('github', { environments: [{ name: 'gate', branches: 'protected' }] });
  const { deployment_branch_policy } = await environment('gate');
  expect(deployment_branch_policy).toEqual({ protected_branches: true, custom_branch_policies: false });
});

test('a waiting job is let through by a reviewer, and by nobody else', async () => {
  await emulator.post('github', {
    environments: [{ name: 'gate', reviewers: [{ team: 'ops', members: ['alice', 'octocat'] }] }],
    jobs: [{ id: 50, environment: 'gate', status: 'waiting' }],
    tokens: [
      { token: 'ghp_alice', login: 'alice' },
      { token: 'ghp_mallory', login: 'mallory' },
    ],
  });
  const { data: pending } = await github.rest.actions.getPendingDeploymentsForRun(RUN);
  expect(pending).toMatchObject([{ environment: { name: 'gate' }, current_user_can_approve: false }]);
  const review = (by: Octokit) =>
    by.rest.actions.reviewPendingDeploymentsForRun({
      ...RUN,
      environment_ids: [Number(pending[0]?.environment.id)],
      state: 'approved',
      comment: 'go',
    });
  await expect(review(github)).rejects.toMatchObject({ status: 403 });
  await expect(review(connectGitHub(emulator, 'ghp_mallory'))).rejects.toMatchObject({ status: 422 });
  await emulator.advance(600);
  expect((await review(connectGitHub(emulator, 'ghp_alice'))).status).toBe(200);
  expect(await approvals()).toMatchObject([
    { state: 'approved', comment: 'go', user: { login: 'alice' }, environments: [{ name: 'gate' }] },
  ]);
  const { data: job } = await github.rest.actions.getJobForWorkflowRun({ ...SHOP, job_id: 50 });
  expect(job.status).toBe('in_progress');
  expect(Date.parse(job.started_at) - Date.parse(job.created_at)).toBeGreaterThanOrEqual(600_000);
  await expect(review(connectGitHub(emulator, 'ghp_alice'))).rejects.toMatchObject({ status: 422 });
});

test('whoever triggered the run may not review it where that is forbidden', async () => {
  await emulator.post('github', {
    environments: [{ name: 'gate', reviewers: ['octocat'], preventSelfReview: true }],
    jobs: [{ environment: 'gate', status: 'waiting' }],
    tokens: [{ token: 'ghp_octocat', login: 'octocat' }],
  });
  const octocat = connectGitHub(emulator, 'ghp_octocat');
  const { data: pending } = await octocat.rest.actions.getPendingDeploymentsForRun(RUN);
  expect(pending).toMatchObject([{ current_user_can_approve: false }]);
});

test('a rejected job has failed', async () => {
  await emulator.post('github', {
    environments: [{ name: 'gate', reviewers: ['alice'] }],
    jobs: [{ id: 51, environment: 'gate', status: 'waiting' }],
    tokens: [{ token: 'ghp_alice', login: 'alice' }],
  });
  const { id } = await environment('gate');
  const alice = connectGitHub(emulator, 'ghp_alice');
  await alice.rest.actions.reviewPendingDeploymentsForRun({
    ...RUN,
    environment_ids: [Number(id)],
    state: 'rejected',
    comment: 'not today',
  });
  const { data: job } = await github.rest.actions.getJobForWorkflowRun({ ...SHOP, job_id: 51 });
  expect(job).toMatchObject({ status: 'completed', conclusion: 'failure' });
});

test('approvals may be of any state, as set up, and belong to the run, not the attempt', async () => {
  await emulator.post('github', {
    approvals: [{ environment: 'gate', state: 'skipped', user: 'root', comment: 'bypass' }],
    runs: [{ id: 1001, attempt: 2, triggeringActor: 'bob' }],
    jobs: [{ id: 52, name: 'again' }],
  });
  expect(await approvals()).toMatchObject([{ state: 'skipped', user: { login: 'root' } }]);
  const { data: run } = await github.rest.actions.getWorkflowRun(RUN);
  expect(run).toMatchObject({
    run_attempt: 2,
    actor: { login: 'octocat' },
    triggering_actor: { login: 'bob' },
  });
  const jobsOf = async (attempt_number: number) => {
    const { data } = await github.rest.actions.listJobsForWorkflowRunAttempt({ ...RUN, attempt_number });
    return data.jobs.map(({ name }) => name);
  };
  expect([await jobsOf(1), await jobsOf(2)]).toEqual([['shift'], ['again']]);
  await expect(github.rest.actions.getReviewsForRun({ ...SHOP, run_id: 4 })).rejects.toMatchObject({
    status: 404,
  });
});

test('all of this is for a token with actions: read', async () => {
  await emulator.post('github', {
    environments: [{ name: 'gate' }],
    token: { permissions: { contents: 'read' } },
  });
  for (const read of [() => environment('gate'), approvals]) {
    await expect(read()).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-accepted-github-permissions': 'actions=read' } },
    });
  }
});
