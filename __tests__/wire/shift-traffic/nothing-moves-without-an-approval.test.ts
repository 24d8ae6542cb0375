import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  await world.run({ mode: 'adopt' });
  await github({
    token: { permissions: { actions: 'read' } },
    environments: [
      { name: 'dns-shift', reviewers: ['alice', 'octocat'], branches: ['main'], canAdminsBypass: false },
      { name: 'typo' },
    ],
  });
});
afterAll(() => world.stop());

const github = (body: object) => world.emulator.post('github', body);
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

const anyPlan = 'f'.repeat(64);

/** What the job before shows, and hands on. */
async function planOf(inputs: Readonly<Record<string, string>>): Promise<string> {
  const plan = await world.run({ ...inputs, mode: 'plan' });
  expect(plan).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  return plan.outputs['plan-checksum'] ?? '';
}

/** A job of its own run: approvals are of a run. */
async function run(options: {
  readonly id: number;
  readonly environment?: string;
  readonly approvals?: readonly object[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Record<string, string>;
}) {
  const { id, environment, approvals = [] } = options;
  await github({ runs: [{ id, actor: 'octocat' }] });
  await github({ jobs: [{ id: id + 500, run: id, name: 'shift', ...(environment && { environment }) }] });
  await github({ oidc: { job: id + 500 } });
  await github({ approvals: approvals.map((approval) => ({ run: id, environment, ...approval })) });
  return world.run(
    {
      mode: 'shift',
      'green-percent': '10',
      gate: 'required',
      'gate-environment': 'dns-shift',
      'plan-checksum': anyPlan,
      'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '',
      ...options.inputs,
    },
    { GITHUB_RUN_ID: String(id), ...options.env },
  );
}

const approvedByAlice = { state: 'approved', user: 'alice', comment: 'Go on,\n`ten` percent' };

test.each<[string, Omit<Parameters<typeof run>[0], 'id'>, string]>([
  ['no environment', {}, 'runs in no environment'],
  ['another environment', { environment: 'typo' }, 'runs in environment typo, not in dns-shift'],
  [
    'an environment without rules',
    { environment: 'typo', inputs: { 'gate-environment': 'typo' } },
    'asks nobody',
  ],
  ['nobody who approved', { environment: 'dns-shift' }, 'nobody approved environment dns-shift'],
  [
    'an administrator who skipped it',
    { environment: 'dns-shift', approvals: [{ ...approvedByAlice, state: 'skipped' }] },
    'by alice is "skipped", which is no approval',
  ],
  [
    'somebody who rejected it',
    { environment: 'dns-shift', approvals: [{ ...approvedByAlice, state: 'rejected' }] },
    'alice rejected',
  ],
  [
    'no token',
    { environment: 'dns-shift', approvals: [approvedByAlice], inputs: { 'github-token': '' } },
    'without a token',
  ],
  [
    'a token that nobody knows',
    { environment: 'dns-shift', approvals: [approvedByAlice], inputs: { 'github-token': 'x' } },
    'GitHub answered 401',
  ],
  [
    'no identity token',
    { environment: 'dns-shift', approvals: [approvedByAlice], env: { ACTIONS_ID_TOKEN_REQUEST_URL: '' } },
    'id-token: write',
  ],
])('a job with %s is refused', async (_case, options, because) => {
  const id = 2000 + Math.floor(performance.now());
  const seen = await run({ id, ...options });
  expect(seen.log).toContain(because);
  expect(seen.log).toContain('[gate-refused]');
  expect(seen).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(await shares()).toEqual([100, 0]);
});

test.each(['public', 'private'])(
  'an environment without reviewers, %s: the cause, then what to do',
  async (visibility) => {
    await world.emulator.post('github', { environments: [{ name: 'no-rules' }], repository: { visibility } });
    const id = visibility === 'public' ? 4190 : 4191;
    const refused = await run({ id, environment: 'no-rules', inputs: { 'gate-environment': 'no-rules' } });
    await world.emulator.post('github', { repository: { visibility: 'public' } });
    const [told = ''] = /::error[^\n]*/.exec(refused.log) ?? [];
    expect(told).toMatch(
      /^::error title=gate-refused::environment no-rules asks nobody.*%0AAdd required reviewers/,
    );
    expect(told.includes('use shift-without-reviewers.yml')).toBe(visibility === 'private');
    expect(told).toMatch(/%0ASee docs\/troubleshooting\.md#gate-refused$/);
    expect(refused).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  },
);

test('a token without the permission closes the gate, and the permission is named', async () => {
  await github({ token: { permissions: {} } });
  const seen = await run({ id: 3001, environment: 'dns-shift', approvals: [approvedByAlice] });
  expect(seen.log).toContain('GitHub answered 403');
  expect(seen.log).toContain('permissions: actions: read');
  expect(seen.exitCode).toBe(1);
  await github({ token: { permissions: { actions: 'read' } } });
});

test.each(['error', 'reset'])('GitHub being down (%s) closes the gate', async (fault) => {
  await world.emulator.addFaults([{ service: 'github', operation: '*', fault, times: 40 }]);
  const seen = await run({ id: 3100 + fault.length, environment: 'dns-shift', approvals: [approvedByAlice] });
  expect(seen).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(await shares()).toEqual([100, 0]);
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
});

test('an approval opens it, and the approver stands beside the change', async () => {
  const checksum = await planOf({ 'green-percent': '10' });
  await world.emulator.forgetRequests();
  const seen = await run({
    id: 4001,
    environment: 'dns-shift',
    approvals: [approvedByAlice],
    inputs: { 'plan-checksum': checksum },
  });
  expect(seen).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', approver: 'alice' } });
  expect(seen.log).toMatch(/^alice approved environment dns-shift$/m);
  expect(JSON.parse(seen.outputs['audit'] ?? '')).toMatchObject({
    run: { runId: '4001' },
    gate: {
      kind: 'approved',
      approver: { login: 'alice' },
      environment: { name: 'dns-shift' },
      rules: ['reviewers'],
    },
  });
  expect(seen.summary).toContain(
    'alice approved environment <code>dns-shift</code>: Go on, &#96;ten&#96; percent',
  );
  const change = (await world.emulator.requests()).find(
    ({ operation }) => operation === 'ChangeResourceRecordSets',
  );
  expect(change?.input['ChangeBatch']).toMatchObject({
    Comment: expect.stringMatching(
      /^shift-traffic app\.example\.com: give green 10 %.*; run octo\/shop 4001\/1; approved by alice \(\d+\) in dns-shift; "Go on, `ten` percent"$/,
    ),
  });
});

test('an approval of no plan is none: nothing is called', async () => {
  await world.emulator.forgetRequests();
  const seen = await run({
    id: 4050,
    environment: 'dns-shift',
    approvals: [approvedByAlice],
    inputs: { 'plan-checksum': '' },
  });
  expect(seen.exitCode).toBe(1);
  expect(seen.log).toContain('plan-checksum: not given');
  expect(await world.calls()).toEqual([]);
});

test('an approval is of the plan that was shown, and of no other', async () => {
  const shown = { 'green-percent': '25', 'bake-minutes': '0.01' };
  const checksum = await planOf(shown);
  const expectRefused = async (id: number, inputs: Readonly<Record<string, string>>) => {
    const approved = { environment: 'dns-shift', approvals: [approvedByAlice] };
    const seen = await run({ id, ...approved, inputs: { ...shown, 'plan-checksum': checksum, ...inputs } });
    expect(seen).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(seen.log).toContain('[state-changed]');
    expect(seen.log).toContain('is not the one that was approved');
  };
  await expectRefused(4060, { 'green-percent': '50' });
  await expectRefused(4061, { 'green-percent': '', steps: '25,50' });
  await expectRefused(4062, { 'bake-minutes': '0' });
  await expectRefused(4063, { 'probe-status': '200-599' });
  expect(await shares()).toEqual([90, 10]);
});

test('all steps of one job are one plan', async () => {
  const steps = { 'green-percent': '', steps: '15,20' };
  const seen = await run({
    id: 4070,
    environment: 'dns-shift',
    approvals: [approvedByAlice],
    inputs: { ...steps, 'plan-checksum': await planOf(steps) },
  });
  expect(seen).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '20' } });
});

test('a strict gate wants somebody else than who started the run', async () => {
  const own = { state: 'approved', user: 'octocat', comment: '' };
  const strict = {
    'green-percent': '25',
    'gate-strict': 'true',
    'plan-checksum': await planOf({ 'green-percent': '25' }),
  };
  const alone = await run({ id: 4100, environment: 'dns-shift', approvals: [own], inputs: strict });
  expect(alone.log).toContain('octocat both started the run and approved it');
  const right = await run({
    id: 4102,
    environment: 'dns-shift',
    approvals: [approvedByAlice],
    inputs: strict,
  });
  expect(right).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '25' } });
});

test('a plan and a rollback ask nobody', async () => {
  await world.emulator.forgetRequests();
  const unplanned = { 'plan-checksum': '' };
  expect(
    await run({ id: 5001, inputs: { ...unplanned, mode: 'plan', 'green-percent': '50' } }),
  ).toMatchObject({
    exitCode: 0,
  });
  expect(
    await run({ id: 5002, inputs: { ...unplanned, mode: 'rollback', 'green-percent': '' } }),
  ).toMatchObject({
    exitCode: 0,
    outputs: { 'green-percent': '0', approver: '' },
  });
  expect((await world.calls()).filter((call) => call.startsWith('github:'))).toEqual([]);
});
