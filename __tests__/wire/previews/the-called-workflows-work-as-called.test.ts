import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { callsTo } from '../../helpers/deployments.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';
import { type Inputs, type Previews, startPreviews } from '../../helpers/previews.ts';
import { evaluate, inputsOfCall, ownWorkflow, readWorkflow } from '../../helpers/workflow.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
  await world.set(7, { labels: ['preview'] });
  await world.ecs.send(new CreateClusterCommand({ clusterName: 'previews' }));
});
afterAll(() => world.stop());

const vars = {
  'vars.DEPLOY_ROLE': 'deploy role',
  'vars.PREVIEW_ROLE': 'preview role',
  'vars.EXECUTION_ROLE': EXECUTION_ROLE,
  'vars.PREVIEW_EXECUTION_ROLE': EXECUTION_ROLE,
  'vars.INFRASTRUCTURE_ROLE': INFRASTRUCTURE_ROLE,
  'secrets.BUILD_SECRETS': '',
};

/** There is nothing to build here, and no time to lose. */
const here = {
  image: 'public.ecr.aws/example/web:1',
  'poll-interval-seconds': '0.1',
  'smoke-test': 'false',
};

/** All inputs that the step of a called workflow gives the action, most of them empty. */
function inputsOf(example: string, caller: string, job: string): Inputs {
  const call = readWorkflow(`examples/workflows/${example}`).jobs[caller] ?? {};
  const values = { ...vars, ...inputsOfCall(call, vars) };
  const step = readWorkflow(ownWorkflow(call) ?? '').jobs[job]?.steps?.find(({ id }) => id === 'run');
  const given = Object.entries(step?.with ?? {}).map(([name, text]) => [name, evaluate(text, values)]);
  return Object.fromEntries(given);
}

test('deploy.yml deploys what the example says, and takes the default for all that it does not say', async () => {
  const run = await world.deploy({ ...inputsOf('deploy-called.yml', 'deploy', 'deploy'), ...here });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created', 'service-name': 'web' } });
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input).toEqual({
    serviceName: 'web',
    cluster: 'default',
    executionRoleArn: EXECUTION_ROLE,
    infrastructureRoleArn: INFRASTRUCTURE_ROLE,
    primaryContainer: { image: expect.any(String), containerPort: 8080, environment: [], secrets: [] },
    healthCheckPath: '/health',
    cpu: '512',
    memory: '1024',
    tags: [{ key: 'managed-by', value: 'deploy-express' }],
  });
});

test('preview.yml makes a preview for an event, and sweeps on a schedule', async () => {
  const inputs = { ...inputsOf('previews-called.yml', 'preview', 'preview'), ...here };
  const run = await world.on({ action: 'opened', number: 7, inputs });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created', 'service-name': 'web-pr-7' } });
  await world.set(7, { state: 'closed' });
  const swept = await world.sweep(inputsOf('previews-called.yml', 'preview', 'sweep'));
  expect(swept).toMatchObject({ exitCode: 0, outputs: { outcome: 'swept', 'deleted-services': 'web-pr-7' } });
});
