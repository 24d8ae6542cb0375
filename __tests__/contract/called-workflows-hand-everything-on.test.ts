import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import type { ActionMetadata } from '../../scripts/docs-tables.ts';
import { calledWorkflows } from '../../scripts/docs-workflows.ts';
import { listFiles, readText, root } from '../helpers/source-tree.ts';
import { expression, ownAction, ownWorkflow, readWorkflow, type Step } from '../helpers/workflow.ts';

const metadataOf = (action: string): ActionMetadata & { readonly runs: { readonly main: string } } =>
  parse(readText(action));

const callable = listFiles('.github/workflows', '.yml').filter(
  (file) => 'workflow_call' in readWorkflow(file).on,
);

test('they are those that npm run docs writes', () => {
  expect(callable).toEqual(calledWorkflows.map(({ file }) => file).sort());
});

/** Of each job, and no more: a caller has to allow it all. */
const permissions: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  '.github/workflows/deploy.yml': {
    deploy: { contents: 'read', 'id-token': 'write', deployments: 'write' },
  },
  '.github/workflows/preview.yml': {
    preview: { contents: 'read', 'id-token': 'write', 'pull-requests': 'write', deployments: 'write' },
    sweep: { 'id-token': 'write', 'pull-requests': 'write', deployments: 'write' },
  },
  '.github/workflows/shift.yml': {
    plan: { 'id-token': 'write' },
    apply: { 'id-token': 'write', actions: 'read' },
  },
  '.github/workflows/shift-without-reviewers.yml': {
    plan: { 'id-token': 'write' },
    apply: { 'id-token': 'write' },
  },
};

describe.each(calledWorkflows)('$file', ({ file, action, job, withheldInputs, withheldOutputs }) => {
  const text = readText(file);
  const { on, jobs } = readWorkflow(file);
  const { inputs = {}, outputs = {}, secrets = {} } = on['workflow_call'] ?? {};
  const metadata = metadataOf(action);
  const steps = Object.values(jobs).flatMap((each) => each.steps ?? []);
  const ownSteps = steps.filter((step) => ownAction(step));
  const stepOf = (name: string): Step => jobs[name]?.steps?.find(({ id }) => id === 'run') ?? {};

  test('is started by a call and by nothing else', () => {
    expect(Object.keys(on)).toEqual(['workflow_call']);
  });

  test('runs actions of its own commit, with inputs that they have and those that they require', () => {
    expect(ownSteps.length).toBe(Object.keys(jobs).length);
    for (const step of ownSteps) {
      expect(step.uses).toMatch(/^\$\//);
      const { inputs: taken = {} } = metadataOf(ownAction(step) ?? '');
      const given = Object.keys(step.with ?? {});
      expect(given.filter((name) => !Object.hasOwn(taken, name))).toEqual([]);
      const required = Object.keys(taken).filter((name) => taken[name]?.required);
      expect(required.filter((name) => !given.includes(name))).toEqual([]);
    }
  });

  test('hands on every input of the action but those that it withholds', () => {
    const names = Object.keys(metadata.inputs ?? {});
    expect(withheldInputs.filter((name) => !names.includes(name))).toEqual([]);
    const given = stepOf(job).with ?? {};
    const handedOn = Object.keys(given).filter(
      (name) => given[name] === expression(`inputs.${name}`) && !withheldInputs.includes(name),
    );
    expect([...handedOn, ...withheldInputs].sort()).toEqual(names.sort());
    for (const name of handedOn) expect(inputs[name]).toMatchObject({ type: 'string' });
    expect(handedOn.filter((name) => inputs[name]?.default !== undefined)).toEqual([]);
  });

  test('declares what it reads, and reads what it declares', () => {
    const read = (context: string) =>
      [
        ...new Set([...text.matchAll(new RegExp(`\\b${context}\\.([\\w-]+)`, 'g'))].map(([, name]) => name)),
      ].sort();
    expect(read('inputs')).toEqual(Object.keys(inputs).sort());
    expect(read('secrets')).toEqual(Object.keys(secrets).sort());
  });

  test('demands no secret', () => {
    expect(Object.values(secrets).filter(({ required }) => required)).toEqual([]);
  });

  test('gives out every output of the action but those that it withholds, each from a job that has it', () => {
    const names = Object.keys(metadata.outputs ?? {});
    expect(withheldOutputs.filter((name) => !names.includes(name))).toEqual([]);
    const expected = names.filter((name) => !withheldOutputs.includes(name));
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(expected));
    for (const [name, { value }] of Object.entries(outputs)) {
      const sources = [...value.matchAll(/jobs\.([\w-]+)\.outputs\.([\w-]+)/g)];
      expect(sources.length).toBeGreaterThan(0);
      for (const [, from = '', output = ''] of sources) {
        const set = /^\$\{\{ steps\.run\.outputs\.([\w-]+) \}\}$/.exec(
          jobs[from]?.outputs?.[output] ?? '',
        )?.[1];
        expect(set).toBe(name);
        expect(Object.keys(metadataOf(ownAction(stepOf(from)) ?? '').outputs ?? {})).toContain(set);
      }
    }
  });

  test('gives each job the permissions that it needs', () => {
    const given = Object.entries(jobs).map(([name, each]) => [name, each.permissions]);
    expect(Object.fromEntries(given)).toEqual(permissions[file]);
  });

  test('cancels nothing half way, and keeps apart what has nothing to do with each other', () => {
    expect(jobs[job]?.concurrency).toEqual({
      group: expect.stringMatching(/\$\{\{ inputs\.(service-name|domain) \}\}/),
      'cancel-in-progress': false,
    });
  });
});

test('the second place of the root action leads to the same bundle', () => {
  const copy = '.github/actions/deploy-express/action.yml';
  const main = (action: string) => normalize(join(dirname(action), metadataOf(action).runs.main));
  expect(main(copy)).toBe(main('action.yml'));
  expect(existsSync(join(root, main(copy)))).toBe(true);
});

test('a deployment may have an environment, whose address is that of the service', () => {
  const { deploy } = readWorkflow('.github/workflows/deploy.yml').jobs;
  expect(deploy?.environment).toEqual({
    name: expression('inputs.environment'),
    url: expression('steps.run.outputs.url'),
  });
});

test('what is asked to be deleted is not checked out, nor is an image that is there already', () => {
  const checkout = (file: string, job: string) => readWorkflow(file).jobs[job]?.steps?.[0]?.if;
  const built = "inputs.image == '' && inputs.task-definition-arn == ''";
  expect(checkout('.github/workflows/deploy.yml', 'deploy')).toBe(built);
  expect(checkout('.github/workflows/preview.yml', 'preview')).toBe(
    `github.event.action != 'closed' && ${built}`,
  );
});

test('a preview is made on pull_request from the repository itself, and nothing is done on pull_request_target', () => {
  const { preview, sweep } = readWorkflow('.github/workflows/preview.yml').jobs;
  expect(preview?.if?.split(' && ')).toEqual([
    "github.event_name == 'pull_request'",
    'github.event.pull_request.head.repo.full_name == github.repository',
    "github.event.pull_request.user.login != 'dependabot[bot]'",
    // A job that is passed over never takes the place of the newest push, which waits in the line of its group.
    "(!github.event.label || github.event.label.name == (inputs.preview-label || 'preview'))",
  ]);
  expect(sweep?.if).toBe("github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'");
});

test('a stage is planned in no environment, waits in its own, and is held to the plan; its gate cannot be turned off', () => {
  const { on, jobs } = readWorkflow('.github/workflows/shift.yml');
  const { plan, apply } = jobs;
  const given = (job: typeof plan) => job?.steps?.find(({ id }) => id === 'run')?.with ?? {};
  expect(plan?.environment).toBeUndefined();
  expect(given(plan)).toMatchObject({ mode: 'plan', 'plan-for': expression('inputs.mode') });
  expect(apply?.needs).toBe('plan');
  expect(apply?.environment).toBe(expression('inputs.environment'));
  expect(given(apply)).toMatchObject({
    mode: expression('inputs.mode'),
    'gate-environment': expression('inputs.environment'),
    'plan-checksum': expression('needs.plan.outputs.checksum'),
  });
  expect(on['workflow_call']?.inputs?.['environment']?.required).toBe(true);
  for (const job of [plan, apply]) expect(Object.keys(given(job))).not.toContain('gate');
});

test('without reviewers, a stage is done only by who gives the checksum of its plan and types the first domain', () => {
  const { plan, apply } = readWorkflow('.github/workflows/shift-without-reviewers.yml').jobs;
  expect(plan?.environment).toBeUndefined();
  expect(plan?.if).toBeUndefined();
  expect(apply?.if).toBe("inputs.plan-checksum != ''");
  expect(apply?.environment).toBe(expression('inputs.environment'));
  expect(apply?.steps?.find(({ id }) => id === 'run')?.with).toMatchObject({
    gate: 'off',
    'plan-checksum': expression('inputs.plan-checksum'),
  });
  const [{ run = '' } = {}] = apply?.steps ?? [];
  const compare = (DOMAIN: string, TYPED: string) =>
    spawnSync('bash', ['--norc', '-c', run], { env: { DOMAIN, TYPED }, encoding: 'utf8' });
  for (const domain of [
    'app.example.com',
    'app.example.com, b.test',
    '\n app.example.com\n b.test\n',
    'app.example.com,b',
  ]) {
    expect(compare(domain, 'app.example.com').status).toBe(0);
    for (const typed of ['', 'b.test', 'app.example.com,', '*']) {
      const { status, stdout } = compare(domain, typed);
      expect([status, stdout]).toEqual([
        1,
        '::error::confirm has to be app.example.com, the first name in domain\n',
      ]);
    }
  }
});

const shifts = ['.github/workflows/shift.yml', '.github/workflows/shift-without-reviewers.yml'];

/** Both are given the same, or the checksum of the one could never be that of the other. */
test.each(shifts)('%s: plan and apply are given the same', (file) => {
  const { plan, apply } = readWorkflow(file).jobs;
  const handedOn = (job: typeof plan) =>
    Object.entries(job?.steps?.find(({ id }) => id === 'run')?.with ?? {}).filter(
      ([name]) =>
        !['mode', 'plan-for', 'gate', 'gate-environment', 'plan-checksum', 'dns-role-arn'].includes(name),
    );
  expect(handedOn(apply)).toEqual(handedOn(plan));
  // Who only plans, without an approval, is no role that may change records in another account.
  const dnsRole = (job: typeof plan) => job?.steps?.find(({ id }) => id === 'run')?.with?.['dns-role-arn'];
  expect(dnsRole(plan)).toBe(expression('inputs.dns-plan-role-arn'));
  expect(dnsRole(apply)).toBe(expression('inputs.dns-role-arn'));
});

const calls = listFiles('examples/workflows', '.yml').flatMap((file) =>
  Object.entries(readWorkflow(file).jobs).flatMap(([name, job]) => {
    const called = ownWorkflow(job);
    return called === undefined ? [] : [{ at: `${file}, ${name}`, job, called }];
  }),
);

test('each has an example of a call', () => {
  expect([...new Set(calls.map(({ called }) => called))].sort()).toEqual(callable);
});

test.each(calls)(
  '$at gives what $called takes and requires, and what its jobs have to be allowed',
  ({ job, called }) => {
    const { inputs = {}, secrets = {} } = readWorkflow(called).on['workflow_call'] ?? {};
    const given = Object.keys(job.with ?? {});
    expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
    expect(required.filter((name) => !given.includes(name))).toEqual([]);
    expect(job.secrets).not.toBe('inherit');
    expect(Object.keys(job.secrets ?? {}).filter((name) => !Object.hasOwn(secrets, name))).toEqual([]);
    // GitHub starts nothing when one is missing.
    expect(job.permissions).toEqual(Object.assign({}, ...Object.values(permissions[called] ?? {})));
  },
);

test('a call deadlocks with a workflow that holds the same concurrency group, so that no example of one has any', () => {
  expect(calls.filter(({ job }) => job.concurrency)).toEqual([]);
});
