import { parseSweepInputs } from '../../src/deploy-express/inputs/operations.ts';
import { parseInputs } from '../../src/deploy-express/inputs/parse-inputs.ts';
import { runnerInIreland } from '../helpers/raw-inputs.ts';
import { listFiles } from '../helpers/source-tree.ts';
import { ownAction, ownWorkflow, readWorkflow } from '../helpers/workflow.ts';

/** What a repository would have in its variables, secrets and matrix. */
function resolve(value: string): string {
  return value
    .replace(/\$\{\{ vars\.\w*ROLE \}\}/g, 'arn:aws:iam::123456789012:role/role')
    .replace(/\$\{\{ vars\.IMAGE \}\}/g, 'registry.example/web:1')
    .replace(/\$\{\{ vars\.SUBNETS \}\}/g, 'subnet-0a,subnet-0b')
    .replace(/\$\{\{ matrix\.port \}\}/g, '8080')
    .replace(/\$\{\{ inputs\.dry-run[^}]*\}\}/g, 'true')
    .replace(/\$\{\{ [\w.]+ \}\}/g, 'value');
}

const calls: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '.github/workflows/deploy.yml': {},
  '.github/workflows/preview.yml': { preview: 'true' },
};

/** What deploy-express is given, by a step or by a workflow that is called. */
const steps = listFiles('examples/workflows', '.yml').flatMap((file) =>
  Object.values(readWorkflow(file).jobs)
    .flatMap((job) => {
      const called = calls[ownWorkflow(job) ?? ''];
      const given = (job.steps ?? []).filter((step) => ownAction(step) === 'action.yml');
      return called ? [{ with: { ...job.with, ...called } }] : given;
    })
    .map(({ with: given = {} }) => {
      const inputs = Object.entries(given).map(([name, value]) => [name, resolve(String(value))] as const);
      return [file, Object.fromEntries(inputs)] as const;
    }),
);

test('each kind of deployment has an example', () => {
  expect(steps.map(([file]) => file.replace('examples/workflows/', ''))).toEqual([
    'arm64.yml',
    'build-secrets.yml',
    'deploy-called.yml',
    'deploy.yml',
    'drop-in.yml',
    'from-app-runner.yml',
    'monorepo.yml',
    'previews-called.yml',
    'previews.yml',
    'sweep-previews.yml',
  ]);
});

test.each(steps)('%s gives every input in a form that is taken', (_file, inputs) => {
  const read = (name: string) => inputs[name] ?? '';
  const preview = {
    repositoryId: '1',
    pullRequest: 7,
    previewOf: 'web',
    deployedAt: 0,
    operation: 'deploy',
    serviceName: 'web-pr-7',
  } as const;
  const parsed =
    inputs['operation'] === 'sweep'
      ? parseSweepInputs(read, runnerInIreland)
      : parseInputs(read, runnerInIreland, inputs['preview'] === 'true' ? preview : undefined);
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
});
