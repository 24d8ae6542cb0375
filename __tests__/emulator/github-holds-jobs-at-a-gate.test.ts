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
  const { data: job } = await github.rest.actions.getJobForWorkflowRun({ ...SHOP, job_id: 52 });
  expect(job).toMatchObject({ name: 'again', run_attempt: 2 });
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
