import { parse } from 'yaml';
import type { ActionMetadata } from '../../scripts/docs-tables.ts';
import { listFiles, readText } from '../helpers/source-tree.ts';
import { expression, type Job, ownAction, readWorkflow, type Step } from '../helpers/workflow.ts';

const files = listFiles('examples/workflows', '.yml');
const metadataOf = (action: string): ActionMetadata => parse(readText(action));

const ownSteps = ({ steps = [] }: Job): readonly Step[] => steps.filter((step) => ownAction(step));

describe.each(files)('%s', (file) => {
  const text = readText(file);
  const workflow = readWorkflow(file);
  const jobs = Object.entries(workflow.jobs);

  test('gives our actions the inputs that they have, and those that they require', () => {
    for (const step of jobs.flatMap(([, job]) => ownSteps(job))) {
      const inputs = metadataOf(ownAction(step) ?? '').inputs ?? {};
      const given = Object.keys(step.with ?? {});
      expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
      expect(required.filter((name) => !given.includes(name))).toEqual([]);
    }
  });

  test('reads only outputs that are there', () => {
    for (const [, job] of jobs) {
      for (const [, id, output = ''] of Object.values(job.outputs ?? {})
        .join()
        .matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        const step = job.steps?.find((each) => each.id === id);
        const { outputs = {} } = metadataOf(ownAction(step ?? {}) ?? '');
        expect(Object.keys(outputs)).toContain(output);
      }
    }
    for (const [, id = '', output = ''] of text.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      expect(Object.keys(workflow.jobs[id]?.outputs ?? {})).toContain(output);
    }
  });

  test('is started by hand or by another workflow, and never by a pull request of a stranger', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  });

  test('says which of its values are to be replaced', () => {
    expect(text).toMatch(/^# /);
  });
});

test('another label does not take the place of the newest push, which waits in the line of its group', () => {
  const { preview } = readWorkflow('examples/workflows/previews.yml').jobs;
  expect(preview?.concurrency).toBeDefined();
  expect(preview?.if).toContain("(!github.event.label || github.event.label.name == 'preview')");
});

const shiftJobs = files.flatMap((file) =>
  Object.entries(readWorkflow(file).jobs).flatMap(([name, job]) =>
    ownSteps(job)
      .filter((step) => ownAction(step) === 'shift-traffic/action.yml')
      .map((step) => ({ at: `${file}, ${name}`, file, job, inputs: step.with ?? {} })),
  ),
);
const changing = shiftJobs.filter(
  ({ inputs }) => !['plan', 'rollback', 'monitor'].includes(inputs['mode'] ?? 'plan'),
);
const gated = changing.filter(({ inputs }) => inputs['gate'] !== 'off');
const needsOf = ({ needs = [] }: Job): readonly string[] => [needs].flat();

test('there are jobs that shift traffic', () => {
  expect(gated.length).toBeGreaterThanOrEqual(2);
});

test.each(gated)(
  '$at waits for its own environment, and is held to the plan that was shown',
  ({ job, inputs }) => {
    expect(job.environment).toBe(inputs['gate-environment']);
    expect(inputs['plan-checksum']).toMatch(/^\$\{\{ needs\.plan\.outputs\.checksum \}\}$/);
    expect(needsOf(job)).toContain('plan');
    expect(job.permissions).toEqual({ 'id-token': 'write', actions: 'read' });
    // Jobs of one domain, and of it with others, are in one group.
    const [domain] = String(inputs['domain']).split('\n');
    expect(job.concurrency).toEqual({ group: `dns-${domain}`, 'cancel-in-progress': false });
  },
);

test.each(changing.filter((each) => !gated.includes(each)))(
  '$at asks nobody, so that it does only what somebody typed the checksum and the domain of',
  ({ job, inputs }) => {
    expect(job.if).toBe("inputs.plan-checksum != ''");
    // A wrong word makes the job red: a job that is skipped would leave the run green.
    expect(job.steps?.[0]?.run).toContain(`[ "$TYPED" = ${inputs['domain']} ] || {`);
    expect(inputs['plan-checksum']).toBe(expression('inputs.plan-checksum'));
    expect(job.environment).toBeDefined();
    expect(needsOf(job)).toContain('plan');
    expect(job.concurrency).toEqual({ group: `dns-${inputs['domain']}`, 'cancel-in-progress': false });
  },
);

const ofOneJobAlone = ['mode', 'plan-for', 'plan-checksum', 'gate', 'gate-environment'];
const shared = (inputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !ofOneJobAlone.includes(name)));

test.each(changing)('$at does what its plan job plans', ({ file, inputs }) => {
  const plan = shiftJobs.find((other) => other.file === file && other.inputs['mode'] === 'plan');
  expect(shared(plan?.inputs ?? {})).toEqual(shared(inputs));
});

const ungated = shiftJobs.filter((each) => !changing.includes(each));

test.each(ungated)('$at waits for nobody, and may only prove who it is', ({ job, inputs }) => {
  expect(job.permissions).toEqual({ 'id-token': 'write' });
  // A rollback has an environment for the sake of its role's trust policy; a plan is anybody's.
  expect(job.environment).toBe(inputs['mode'] === 'rollback' ? 'dns-rollback' : undefined);
});

test.each(['rollback', 'monitor'])('a %s stands in no line with a shift, nor with the other', (mode) => {
  const groups = (isOfMode: boolean) =>
    shiftJobs
      .filter(({ inputs }) => (inputs['mode'] === mode) === isOfMode)
      .flatMap(({ job }) => job.concurrency?.group ?? []);
  expect(groups(true)).not.toEqual([]);
  expect(groups(true).filter((group) => groups(false).includes(group))).toEqual([]);
});

test('a monitor comes by itself, from a file of its own', () => {
  for (const { file } of shiftJobs.filter(({ inputs }) => inputs['mode'] === 'monitor')) {
    const { on, jobs } = readWorkflow(file);
    expect(on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^\d+-59\/10 /) }] });
    expect(Object.keys(jobs)).toHaveLength(1);
  }
});

test('each stage of the migration has an environment of its own, and follows the one before', () => {
  const stages = Object.entries(readWorkflow('examples/workflows/migrate.yml').jobs);
  const environments = stages.map(([, job]) => job.with?.['environment']);
  expect(new Set(environments).size).toBe(stages.length);
  expect(stages.map(([, job]) => job.with?.['green-percent'])).toEqual([
    undefined,
    '10',
    '25',
    '50',
    '75',
    '100',
  ]);
  expect(stages.map(([, job]) => needsOf(job))).toEqual([[], ...stages.slice(0, -1).map(([name]) => [name])]);
  const called = readWorkflow('examples/workflows/shift-stage.yml').on['workflow_call']?.inputs ?? {};
  for (const [, job] of stages) {
    expect(job.uses).toBe('./.github/workflows/shift-stage.yml');
    expect(Object.keys(job.with ?? {}).filter((name) => !Object.hasOwn(called, name))).toEqual([]);
  }
});
