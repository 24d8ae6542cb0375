import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';

/**
 * The mistakes of a first afternoon. What a person reads first is the cause, then what to do, then where to read on. An
 * environment without reviewers is in `shift-traffic/nothing-moves-without-an-approval`. Of the trust in GitHub's identity another
 * action speaks: `contract/errors-and-permissions-are-documented` holds docs/troubleshooting.md to it.
 */
let world: Deployments;
let empty: string;
beforeAll(async () => {
  empty = mkdtempSync(path.join(tmpdir(), 'nothing-to-build-'));
  // A failed first deployment takes eleven minutes of AWS's time.
  world = await startDeployments('--speed', '1500');
  await world.emulator.post('stub', [
    { imageContains: 'lost-path', healthStatus: 404 },
    { imageContains: 'other-port', listens: false, logLines: ['Listening on port 3000'] },
  ]);
  await world.emulator.post('ecs', { privateSubnets: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'] });
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const iam = new IAMClient(world.emulator.client);
  await iam.send(
    new CreateRoleCommand({ RoleName: 'reads-nothing', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  iam.destroy();
});
afterAll(async () => {
  await world.stop();
  rmSync(empty, { recursive: true, force: true });
});

type Mistake = {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly inEmptyWorkspace?: boolean;
  readonly before?: () => Promise<unknown>;
};

const passRole =
  'User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
const image = (name: string) => ({ image: `public.ecr.aws/example/${name}:1` });

test.each<[string, Mistake, RegExp, RegExp]>([
  [
    'the role may not pass the roles of the service',
    {
      before: () => world.addFault('ecs', 'CreateExpressGatewayService', 'denied', { message: passRole }),
    },
    /^error: could not create .*iam:PassRole/,
    /Allow iam:PassRole/,
  ],
  [
    'no Region',
    { env: { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined } },
    /^error: .*inputs?.*AWS_REGION: not set/,
    /configure-aws-credentials/,
  ],
  [
    'a Region that is none',
    { env: { AWS_REGION: 'Ireland' } },
    /^error: .*AWS_REGION: "Ireland"/,
    /eu-west-1|us-east-1|wanted/,
  ],
  [
    'the Region of another service',
    { inputs: { image: '', 'apprunner-service': 'web-app' }, env: { AWS_REGION: 'eu-central-1' } },
    /^error: there is no App Runner service web-app in eu-central-1/,
    /Correct apprunner-service, or aws-region of configure-aws-credentials/,
  ],
  [
    'the wrong health path',
    { inputs: { ...image('lost-path'), 'health-check-path': '/helth' } },
    /^error: GET \/helth answered 404/,
    /set health-check-path to a path that answers 200/,
  ],
  [
    'the wrong port',
    { inputs: { ...image('other-port'), 'container-port': '8080' } },
    /^error: GET \/ on port 8080 did not pass: its log says "Listening on port 3000"/,
    /check container-port and health-check-path, and that the application listens on 0\.0\.0\.0/,
  ],
  [
    'nothing to build',
    { inputs: { image: '' }, inEmptyWorkspace: true },
    /^error: .*(Dockerfile|apprunner\.yaml)/,
    /Dockerfile/,
  ],
  [
    'private subnets',
    { inputs: { subnets: 'subnet-0a1b2c3d,subnet-1a2b3c4d' } },
    /^error: service \S+ is not reachable from the internet/,
    /public subnets in subnets.*allow-internal: true/,
  ],
  [
    'no certificate for the domain',
    { inputs: { 'custom-domains': 'app.shop.example' } },
    /^error: .*no issued certificate for app\.shop\.example/,
    /aws acm request-certificate/,
  ],
  [
    'a secret that the execution role may not read',
    {
      inputs: {
        secrets: 'KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/web/key',
        'execution-role-arn': 'arn:aws:iam::123456789012:role/reads-nothing',
      },
    },
    /^error: the execution role of \S+ may not read a secret: .*ssm:GetParameters/,
    /Let the execution role read the secrets/,
  ],
])('%s', async (what, { inputs = {}, env = {}, inEmptyWorkspace, before }, cause, wayOut) => {
  await before?.();
  const run = await world.deploy(
    { 'service-name': what.replace(/\W+/g, '-').slice(0, 40), ...inputs },
    { env, ...(inEmptyWorkspace && { workspace: empty }) },
  );
  expect(run.exitCode).toBe(1);
  const error = linesOf(run).filter((line) => line.startsWith('error: '));
  expect(error).toHaveLength(1);
  expect(error[0]).toMatch(cause);
  const [, told = ''] = /::error[^:]*::(.*)/.exec(run.log) ?? [];
  expect(told.replaceAll('%0A', ' ')).toMatch(wayOut);
  const [, code = ''] = /\[([a-z-]+)\](?:%0A|$)/.exec(told) ?? [];
  expect(told).toMatch(new RegExp(`%0ASee \\S*docs/troubleshooting\\.md#${code}$`));
  expect(run.summary).toMatch(new RegExp(`\nSee \\S*docs/troubleshooting\\.md#${code}\n`));
  expect(run.summary.indexOf('**Failed:**')).toBeLessThan(400);
  expect(run.summary).toContain('**What to do:**');
});
