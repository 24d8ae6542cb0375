import { checkoutAction, credentialsAction } from '../../src/deploy-express/migration/render-workflow.ts';
import { listFiles, readText } from '../helpers/source-tree.ts';
import { expression, readWorkflow } from '../helpers/workflow.ts';

/** Our own, and those that users copy. */
const files = [...listFiles('.github/workflows', '.yml'), ...listFiles('examples/workflows', '.yml')];

test('there is a workflow', () => {
  expect(files).toContain('.github/workflows/ci.yml');
});

describe.each(files)('%s', (file) => {
  const text = readText(file);
  const workflow = readWorkflow(file);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps ?? []);

  test('names every foreign action by commit, with its version beside it', () => {
    const uses = text.split('\n').filter((line) => /\buses: (?!\.\/|\$\/)/.test(line));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('gives no job a permission that the job does not name', () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of jobs) expect([name, job.permissions]).toEqual([name, expect.anything()]);
  });

  test('leaves no token in the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  test('puts no expression into a script, where its value would be run', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('lets no job hang', () => {
    const own = jobs.filter(([, job]) => job.uses === undefined);
    const given = workflow.on['workflow_call']?.inputs?.['timeout-minutes']?.default;
    for (const [name, { 'timeout-minutes': minutes }] of own) {
      const least = minutes === expression('inputs.timeout-minutes') ? given : minutes;
      expect([name, least]).toEqual([name, expect.any(Number)]);
    }
  });
});

test('a workflow that the action writes names the same commits', () => {
  const example = readText('examples/workflows/from-app-runner.yml');
  expect(example).toContain(`uses: ${checkoutAction}\n`);
  expect(example).toContain(`uses: ${credentialsAction}\n`);
});

test('the last job of CI waits for all others, and runs also when they fail', () => {
  const { jobs } = readWorkflow('.github/workflows/ci.yml');
  const { 'all-passed': last, ...others } = jobs;
  expect(last?.needs).toEqual(Object.keys(others));
  expect(last?.if).toBe('always()');
  expect(last?.steps?.[0]?.run).toContain(
    `"${Object.keys(others)
      .map(() => 'success')
      .join(' ')}"`,
  );
});
