import { policyOf, type RoleName } from '../../helpers/policies.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';
import {
  evaluate,
  inputsOfCall,
  type Job,
  ownAction,
  ownWorkflow,
  readWorkflow,
  type Values,
} from '../../helpers/workflow.ts';

/** The examples that shift, as they are written, each job with no more rights than its role of bootstrap/ has. */
let world: ShiftWorld;
let lastRun = 9000;

beforeEach(async () => {
  world = await startShiftWorld();
  await world.emulator.post('github', { token: { permissions: { actions: 'read' } } });
});
afterEach(() => world.stop());

/** Only what has to do with this world, and with being quick. */
const here: Values = {
  'apprunner-service': 'shop',
  'bake-minutes': '0.01',
  'drain-seconds': '0.1',
  'poll-interval-seconds': '0.1',
};

const roles: Readonly<Record<string, RoleName>> = {
  DNS_PLAN_ROLE: 'plan',
  DNS_SHIFT_ROLE: 'shift',
  DNS_ROLLBACK_ROLE: 'rollback',
  DNS_MONITOR_ROLE: 'monitor',
  // What a workflow that is called gets from its caller.
  'plan-role-arn': 'plan',
  'shift-role-arn': 'shift',
};

/** The rights that the stack of bootstrap/ gives the role of the job. */
async function assumeRole(job: Job | undefined, domains: string): Promise<void> {
  const credentials = job?.steps?.find(({ uses }) => uses?.includes('/configure-aws-credentials@'));
  const [, variable = ''] =
    /(?:vars|inputs)\.([\w-]+)/.exec(credentials?.with?.['role-to-assume'] ?? '') ?? [];
  const role = roles[variable];
  if (role === undefined) throw new Error(`a job assumes ${variable}`);
  const account = 'arn:aws:iam::123456789012:role';
  const stack = {
    HostedZoneId: world.zoneId,
    DomainNames: domains
      .trim()
      .split(/[\s,]+/)
      .join(),
    DnsRoleArn: `${account}/zone-shift`,
    DnsPlanRoleArn: `${account}/zone-plan`,
  };
  await world.emulator.post('policy', policyOf(role, stack));
}

async function runJob(job: Job | undefined, values: Values): Promise<ActionRun> {
  const step = job?.steps?.find((each) => ownAction(each) === 'shift-traffic/action.yml');
  const inputs = Object.entries(step?.with ?? {}).map(([name, text]) => [name, evaluate(text, values)]);
  const token = world.emulator.env['GITHUB_TOKEN'] ?? '';
  const env = { GITHUB_RUN_ID: String(lastRun) };
  let given: Values = { gate: 'required', ...Object.fromEntries(inputs), ...here };
  if (given['mode'] === 'monitor') given = { ...given, 'bake-minutes': '', 'watch-minutes': '0.02' };
  await assumeRole(job, given['domain'] ?? '');
  const run = await world.run({ ...given, 'github-token': token }, env);
  expect(run.log).not.toContain('not authorized');
  return run;
}

/** Dispatches a workflow of a plan job and an apply job, with a reviewer who says yes to what the plan shows. */
async function runWorkflow(file: string, values: Values): Promise<{ plan: ActionRun; apply: ActionRun }> {
  const workflow = readWorkflow(file);
  lastRun += 1;
  const environment = evaluate(String(workflow.jobs['apply']?.environment), values);
  await world.emulator.post('github', {
    runs: [{ id: lastRun, actor: 'octocat' }],
    jobs: [{ run: lastRun, name: 'plan' }],
  });
  const plan = await runJob(workflow.jobs['plan'], values);
  await world.emulator.post('github', {
    environments: [{ name: environment, reviewers: ['alice'] }],
    jobs: [{ run: lastRun, name: 'apply', environment }],
    approvals: [{ run: lastRun, environment, user: 'alice', comment: 'go' }],
  });
  const checksum = plan.outputs['plan-checksum'] ?? '';
  const apply = await runJob(workflow.jobs['apply'], { ...values, 'needs.plan.outputs.checksum': checksum });
  return { plan, apply };
}

/** As `inputs` of an example. */
function runExample(file: string, given: Values): Promise<{ plan: ActionRun; apply: ActionRun }> {
  const inputs = Object.entries(given).map(([name, value]) => [`inputs.${name}`, value]);
  return runWorkflow(`examples/workflows/${file}`, Object.fromEntries(inputs));
}

test('migrate.yml moves the domain stage by stage, and rollback.yml takes it back without asking', async () => {
  for (const [name, stage] of Object.entries(readWorkflow('examples/workflows/migrate.yml').jobs)) {
    const { apply } = await runExample('shift-stage.yml', {
      mode: 'shift',
      'green-percent': '',
      ...stage.with,
    });
    const percent = stage.with?.['green-percent'] ?? '0';
    expect([name, apply.exitCode, apply.outputs['green-percent']]).toEqual([name, 0, percent]);
    expect(apply.outputs['approver']).toBe('alice');
  }
  lastRun += 1;
  await world.emulator.post('github', { runs: [{ id: lastRun }], jobs: [{ environment: 'dns-rollback' }] });
  const rollback = await runJob(readWorkflow('examples/workflows/rollback.yml').jobs['rollback'], {});
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0', approver: '' } });
});

test('shift.yml adopts and shifts what was planned, and an approval is not good for another state', async () => {
  const adopted = await runExample('shift.yml', { mode: 'adopt', 'green-percent': '10' });
  expect(adopted.plan.outputs).toMatchObject({ outcome: 'planned', changed: 'false' });
  expect(adopted.apply).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
  const shifted = await runExample('shift.yml', { mode: 'shift', 'green-percent': '10' });
  expect(shifted.apply).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '10' } });
  const { jobs } = readWorkflow('examples/workflows/shift.yml');
  const again = await runJob(jobs['apply'], {
    'inputs.mode': 'shift',
    'inputs.green-percent': '25',
    'needs.plan.outputs.checksum': shifted.plan.outputs['plan-checksum'] ?? '',
  });
  expect(again).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(again.log).toContain('[state-changed]');
});

test.each(['shift-called.yml', 'shift-zone-of-another-account.yml'])(
  'shift.yml that is called adopts and shifts as %s calls it',
  async (file) => {
    const call = readWorkflow(`examples/workflows/${file}`).jobs['shift'] ?? {};
    const dispatch = (mode: string) =>
      runWorkflow(
        ownWorkflow(call) ?? '',
        inputsOfCall(call, {
          'inputs.mode': mode,
          'inputs.green-percent': '10',
          'vars.DNS_PLAN_ROLE': 'plan role',
          'vars.DNS_SHIFT_ROLE': 'shift role',
          'vars.ZONE_PLAN_ROLE': 'arn:aws:iam::123456789012:role/zone-plan',
          'vars.ZONE_SHIFT_ROLE': 'arn:aws:iam::123456789012:role/zone-shift',
          'vars.ZONE_ID': world.zoneId,
        }),
      );
    const adopted = await dispatch('adopt');
    expect(adopted.plan).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned', changed: 'false' } });
    expect(adopted.apply).toMatchObject({
      exitCode: 0,
      outputs: { 'green-percent': '0', approver: 'alice' },
    });
    const shifted = await dispatch('shift');
    expect(shifted.apply).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'baked', 'green-percent': '10' },
    });
  },
);

test('shift-several-names.yml adopts and shifts a domain and its www in one batch each', async () => {
  const two = await startShiftWorld({ domains: ['example.com', 'www.example.com'], greenKnowsDomain: false });
  await world.stop();
  world = two;
  await world.emulator.post('github', { token: { permissions: { actions: 'read' } } });
  const file = 'shift-several-names.yml';
  const adopted = await runExample(file, { mode: 'adopt', 'green-percent': '10' });
  expect(adopted.apply).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  const shifted = await runExample(file, { mode: 'shift', 'green-percent': '10' });
  expect(shifted.apply).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', approver: 'alice' } });
  expect(JSON.parse(shifted.apply.outputs['domains'] ?? '')).toMatchObject([
    { domain: 'example.com', greenPercent: 10 },
    { domain: 'www.example.com', greenPercent: 10 },
  ]);
});

test('shift-without-reviewers.yml does what the plan of the run before showed, and nothing else', async () => {
  const { plan, apply } = readWorkflow('examples/workflows/shift-without-reviewers.yml').jobs;
  const inputs = { 'inputs.mode': 'adopt', 'inputs.green-percent': '10' };
  const planned = await runJob(plan, inputs);
  const checksum = planned.outputs['plan-checksum'] ?? '';
  const other = await runJob(apply, { ...inputs, 'inputs.plan-checksum': '0'.repeat(64) });
  expect(other).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  expect(other.log).toContain('is not the one that was approved');
  const done = await runJob(apply, { ...inputs, 'inputs.plan-checksum': checksum });
  expect(done).toMatchObject({ exitCode: 0, outputs: { changed: 'true', 'green-percent': '0' } });
});

test('shift-without-reviewers.yml that is called does the same, and plans again before', async () => {
  const call = readWorkflow('examples/workflows/shift-without-reviewers-called.yml').jobs['shift'] ?? {};
  const { plan, apply } = readWorkflow(ownWorkflow(call) ?? '').jobs;
  const dispatch = (checksum: string) =>
    inputsOfCall(call, {
      'inputs.mode': 'adopt',
      'inputs.green-percent': '10',
      'inputs.plan-checksum': checksum,
      'inputs.confirm': 'app.example.com',
      'vars.DNS_PLAN_ROLE': 'plan role',
      'vars.DNS_SHIFT_ROLE': 'shift role',
    });
  const planned = await runJob(plan, dispatch(''));
  const checksum = planned.outputs['plan-checksum'] ?? '';
  const again = await runJob(plan, dispatch(checksum));
  expect(again.outputs['plan-checksum']).toBe(checksum);
  const done = await runJob(apply, dispatch(checksum));
  expect(done).toMatchObject({ exitCode: 0, outputs: { changed: 'true', 'green-percent': '0' } });
});

test('monitor.yml watches what shift.yml shifted', async () => {
  await runExample('shift.yml', { mode: 'adopt', 'green-percent': '10' });
  await runExample('shift.yml', { mode: 'shift', 'green-percent': '10' });
  const [watch] = Object.values(readWorkflow('examples/workflows/monitor.yml').jobs);
  const watched = await runJob(watch, {});
  expect(watched).toMatchObject({ exitCode: 0, outputs: { changed: 'false' } });
});
