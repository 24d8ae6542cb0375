import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppRunnerClient, CreateServiceCommand } from '@aws-sdk/client-apprunner';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { DeploymentRun } from '../../helpers/deployments.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { policyOf, type RoleName } from '../../helpers/policies.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';
import { listFiles, readText } from '../../helpers/source-tree.ts';
import { evaluate, type Job, ownAction, readWorkflow, type Values } from '../../helpers/workflow.ts';

/**
 * Each example that deploys, with the inputs as they are written, and with no more rights than the stack gives that it tells to
 * make. Those that shift are in `shift-traffic/the-examples-work-as-written`.
 */
let world: Previews;
let docker: FakeDocker;
let workspace: string;
let zoneId: string;
beforeAll(async () => {
  docker = installPushingDocker();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  for (const folder of ['.', 'services/web', 'services/api', 'services/admin']) {
    mkdirSync(join(workspace, folder), { recursive: true });
    writeFileSync(join(workspace, folder, 'Dockerfile'), 'FROM scratch\n');
  }
  world = await startPreviews();
  const { emulator, ecs } = world;
  // With Previews=true the stack makes it.
  await ecs.send(new CreateClusterCommand({ clusterName: 'previews' }));
  const route53 = new Route53Client(emulator.client);
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'examples' }),
  );
  zoneId = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
  await new AppRunnerClient(emulator.client).send(
    new CreateServiceCommand({
      ServiceName: 'web-app',
      SourceConfiguration: {
        ImageRepository: {
          ImageIdentifier: 'public.ecr.aws/example/web:1',
          ImageRepositoryType: 'ECR_PUBLIC',
        },
      },
    }),
  );
  await world.set(7, { labels: ['preview'] });
});
afterAll(async () => {
  await world.stop();
  docker.remove();
  rmSync(workspace, { recursive: true });
});

const roles: Readonly<Record<string, RoleName>> = { DEPLOY_ROLE: 'deploy', PREVIEW_ROLE: 'preview' };

/** What the repository has, and what GitHub fills in. */
const values: Values = {
  'vars.EXECUTION_ROLE': EXECUTION_ROLE,
  'vars.INFRASTRUCTURE_ROLE': INFRASTRUCTURE_ROLE,
  'vars.TASK_ROLE': 'arn:aws:iam::123456789012:role/ecsTaskRole',
  'vars.PREVIEW_EXECUTION_ROLE': EXECUTION_ROLE,
  'vars.IMAGE': 'public.ecr.aws/example/web:1',
  'vars.SUBNETS': 'subnet-0a1b2c3d4e5f60001,subnet-0a1b2c3d4e5f60002',
  'vars.SECURITY_GROUP': 'sg-0a1b2c3d4e5f60001',
  'vars.DATABASE_SECRET': 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:web/db-AbCdEf',
  'vars.LOG_LEVEL': 'info',
  'secrets.NPM_TOKEN': 'not-a-token-of-anybody',
};

const given = (step: { readonly with?: object } | undefined, more: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(step?.with ?? {}).map(([name, value]) => {
      const text = String(value).replace(`\${{ inputs.dry-run || 'false' }}`, 'false');
      return [name, evaluate(text, { ...values, ...more })];
    }),
  );

/** The parameters of the stack that the example names. */
function parametersOf(file: string): Readonly<Record<string, string>> {
  const named = [...readText(file).matchAll(/\b((?:Service|Repository)NamePrefix)=([\w-]+)/g)];
  return Object.fromEntries(named.map(([, name = '', value = '']) => [name, value]));
}

async function runJob(file: string, job: Job, matrix: Values): Promise<DeploymentRun> {
  const [credentials] = (job.steps ?? []).filter(({ uses }) => uses?.includes('/configure-aws-credentials@'));
  const [, variable = ''] = /vars\.(\w+)/.exec(credentials?.with?.['role-to-assume'] ?? '') ?? [];
  const role = roles[variable];
  if (role === undefined) throw new Error(`${file} assumes ${variable}`);
  const stack = {
    HostedZoneId: zoneId,
    AppRunnerServiceName: 'web-app',
    PreviewClusterName: 'previews',
    ...parametersOf(file),
  };
  await world.emulator.post('policy', policyOf(role, stack));
  const step = job.steps?.find((each) => ownAction(each) === 'action.yml');
  const quick = { 'poll-interval-seconds': '0.1', 'smoke-test-timeout-seconds': '5' };
  // What a test gives every deployment is no part of an example.
  const nothing = { image: '', cpu: '', memory: '', 'health-check-path': '' };
  const inputs: Values = { ...nothing, ...given(step, matrix), ...quick };
  const env = { GITHUB_WORKSPACE: workspace };
  if (role !== 'preview') return world.deploy(inputs, { workspace });
  if ('operation' in inputs) return world.sweep(inputs);
  return world.on({ number: 7, action: 'labeled', label: 'preview', inputs, env });
}

type Row = { readonly matrix?: Values; readonly outcome: string };
/** In this order: each finds what those before it left. */
const examples: Readonly<Record<string, readonly Row[]>> = {
  'deploy.yml': [{ outcome: 'created' }],
  'redeploy.yml': [{ outcome: 'updated' }],
  'custom-domain.yml': [{ outcome: 'updated' }],
  'drop-in.yml': [{ outcome: 'updated' }],
  'from-app-runner.yml': [{ outcome: 'updated' }],
  'build-secrets.yml': [{ outcome: 'updated' }],
  'migrate-database.yml': [{ outcome: 'updated' }],
  'arm64.yml': [{ outcome: 'updated' }],
  'plan-migration.yml': [{ outcome: 'planned' }],
  'monorepo.yml': [
    { matrix: { 'matrix.service': 'web', 'matrix.port': '8080' }, outcome: 'created' },
    { matrix: { 'matrix.service': 'api', 'matrix.port': '3000' }, outcome: 'created' },
    { matrix: { 'matrix.service': 'admin', 'matrix.port': '8000' }, outcome: 'created' },
  ],
  'previews.yml': [{ outcome: 'created' }],
  'sweep-previews.yml': [{ outcome: 'swept' }],
};

const jobsOf = (file: string) =>
  Object.values(readWorkflow(file).jobs).filter(({ steps = [] }) =>
    steps.some((step) => ownAction(step) === 'action.yml'),
  );

test('no example that deploys is left out', () => {
  const deploying = listFiles('examples/workflows', '.yml').filter((file) => jobsOf(file).length > 0);
  expect(Object.keys(examples).toSorted()).toEqual(
    deploying.map((file) => file.replace('examples/workflows/', '')),
  );
});

test.each(
  Object.entries(examples).flatMap(([name, rows]) => rows.map((row) => ({ name, matrix: {}, ...row }))),
)('$name, $matrix: $outcome', async ({ name, matrix, outcome }) => {
  const file = `examples/workflows/${name}`;
  const [job] = jobsOf(file);
  const run = await runJob(file, job ?? {}, matrix);
  const { exitCode, outputs, log } = run;
  expect({ exitCode, outcome: outputs['outcome'], log: exitCode === 0 ? '' : log }).toEqual({
    exitCode: 0,
    outcome,
    log: '',
  });
  expect(log).not.toMatch(/not authorized|Allow \w+:/);
});
