import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
let checksum = '';
let lastRun = 7000;

beforeAll(async () => {
  world = await startShiftWorld();
  checksum = (await world.run({ mode: 'plan' })).outputs['plan-checksum'] ?? '';
  await github({
    token: { permissions: { actions: 'read' } },
    environments: [
      { name: 'gate', reviewers: [{ team: 'ops' }], preventSelfReview: true, canAdminsBypass: null },
      { name: 'timer', waitTimerMinutes: 5 },
      { name: 'rule', customRules: ['change-calendar'] },
    ],
  });
});
afterAll(() => world.stop());
beforeEach(() => world.emulator.forgetRequests());
afterEach(() => fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' }));

const github = (body: object) => world.emulator.post('github', body);

/** Adopts, in a run of its own that octocat started and alice approved. */
async function adopt(options: {
  readonly environment?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly approver?: string;
  readonly run?: object;
}): Promise<ActionRun> {
  lastRun += 1;
  const environment = options.environment ?? 'gate';
  await github({
    runs: [{ id: lastRun, actor: 'octocat', ...options.run }],
    jobs: [{ run: lastRun, environment }],
    approvals:
      environment === 'gate' ? [{ run: lastRun, environment, user: options.approver ?? 'alice' }] : [],
  });
  const inputs = {
    mode: 'adopt',
    gate: 'required',
    'gate-environment': environment,
    'plan-checksum': checksum,
    'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '',
    ...options.inputs,
  };
  return world.run(inputs, { GITHUB_RUN_ID: String(lastRun) });
}

async function expectClosed(run: ActionRun, because: string): Promise<void> {
  expect(run.log).toContain(because);
  expect(run.log).toContain('[gate-refused]');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false', approver: '' } });
  expect(await world.calls()).not.toContain('route53:ChangeResourceRecordSets');
}

const reads = [
  ['repos/get-environment', 'read environment gate'],
  ['actions/get-workflow-run', 'read this run'],
  ['actions/get-reviews-for-run', 'read the approvals of this run'],
] as const;

describe.each(reads)('%s', (operation, doing) => {
  test.each([
    ['denied', { fault: 'denied' }, 'GitHub answered 403', 'permissions: actions: read'],
    ['500', { fault: 'error' }, 'GitHub answered 500', ''],
    ['a page of a proxy', { fault: 'malformed' }, 'the answer is not JSON', ''],
  ])('%s', async (_case, fault, because, hint) => {
    await world.emulator.addFaults([{ service: 'github', operation, times: 9, ...fault }]);
    const run = await adopt({});
    await expectClosed(run, `could not ${doing}: ${because}`);
    expect(run.log).toContain(hint);
    expect(run.log).not.toContain('Please sign in');
  });

  test.each(
    [{}, [], 'approved', 7, { message: 'Moved Permanently' }].map((body) => [JSON.stringify(body), body]),
  )('answered with %s', async (_case, body) => {
    // An empty list of approvals is an answer like another: nobody has approved.
    const because = `${operation} ${JSON.stringify(body)}`.endsWith('reviews-for-run []')
      ? 'nobody approved'
      : 'has another shape than expected';
    await world.emulator.addFaults([{ service: 'github', operation, fault: 'malformed', body }]);
    await expectClosed(await adopt({}), because);
  });
});

test('an environment that the token is not shown names permission and plan', async () => {
  await github({ repository: { visibility: 'private' } });
  await world.emulator.addFaults([
    {
      service: 'github',
      operation: 'repos/get-environment',
      fault: 'error',
      status: 404,
      message: 'Not Found',
    },
  ]);
  const run = await adopt({});
  await expectClosed(run, 'GitHub shows no environment gate');
  expect(run.log).toContain('only on a paid plan');
  await github({ repository: { visibility: 'public' } });
});

test.each([
  ['run_id', 'of run 6999'],
  ['repository', 'of repository 6999'],
])('a token whose %s is not of this job', async (claim, because) => {
  await github({ oidc: { claims: { [claim]: '6999' } } });
  await expectClosed(await adopt({}), because);
  await github({ oidc: { claims: {} } });
});

test.each(['run_attempt', 'check_run_id', 'repository_id', 'ref', 'actor_id'])(
  'a token without %s',
  async (claim) => {
    await github({ oidc: { claims: { [claim]: null } } });
    await expectClosed(await adopt({}), `the job's OIDC token, ${claim}, is no text`);
    await github({ oidc: { claims: {} } });
  },
);

test('a token service that fails is not taken for a missing permission', async () => {
  await world.emulator.addFaults([{ service: 'github', operation: 'oidc/token', fault: 'error', times: 20 }]);
  const run = await adopt({});
  await expectClosed(run, 'GitHub gave no OIDC token');
  expect(run.log).toContain('token service did not answer');
});

test('nobody approves a run of their own, whether they started it or ran it again', async () => {
  await expectClosed(await adopt({ approver: 'octocat' }), 'octocat both started the run and approved it');
  const again = await adopt({ run: { triggeringActor: 'alice' } });
  await expectClosed(again, 'alice both started the run and approved it');
});

test('a strict gate refuses where it cannot know that administrators keep to the rules', async () => {
  const inputs = { 'gate-strict': 'true' };
  await expectClosed(await adopt({ inputs }), 'administrators may bypass the rules of environment gate');
});

test.each([
  ['timer', 'wait-timer'],
  ['rule', 'custom-rule'],
])('environment %s counts for gate-accept: %s alone', async (environment, accept) => {
  await expectClosed(await adopt({ environment }), 'asks nobody');
  await expectClosed(
    await adopt({ environment, inputs: { 'gate-accept': 'reviewers' } }),
    'no protection rule of the kind reviewers',
  );
  const run = await adopt({ environment, inputs: { 'gate-accept': accept } });
  expect(run).toMatchObject({ exitCode: 0, outputs: { approver: '' } });
  expect(run.log).toContain(`Environment ${environment} allowed the job (${accept})`);
});

test('the gate asks GitHub for as little as it needs, with the token in no output', async () => {
  const run = await adopt({});
  expect(run.exitCode).toBe(0);
  const asked = (await world.calls()).filter((call) => call.startsWith('github:'));
  expect(asked.toSorted()).toEqual([
    'github:actions/get-job-for-workflow-run',
    'github:actions/get-reviews-for-run',
    'github:actions/get-workflow-run',
    'github:oidc/token',
    'github:repos/get-environment',
  ]);
  expect(JSON.stringify(run)).not.toContain(world.emulator.env['GITHUB_TOKEN']);
});
