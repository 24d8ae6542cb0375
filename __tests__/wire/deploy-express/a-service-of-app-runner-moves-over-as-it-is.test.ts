import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppRunnerClient,
  CreateAutoScalingConfigurationCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  CreateVpcConnectorCommand,
} from '@aws-sdk/client-apprunner';
import { DescribeExpressGatewayServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { parse } from 'yaml';
import { roles } from '../../helpers/deploy-inputs.ts';
import { type EmulatorHandle, startEmulator } from '../../helpers/emulator.ts';
import { type ActionRun, runAction } from '../../helpers/run-action.ts';

let emulator: EmulatorHandle;
let appRunner: AppRunnerClient;
let workspace: string;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '600');
  appRunner = new AppRunnerClient(emulator.client);
});
afterAll(async () => {
  appRunner.destroy();
  await emulator.stop();
});
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const instanceRole = 'arn:aws:iam::123456789012:role/shop-instance';
const image: CreateServiceCommandInput['SourceConfiguration'] = {
  ImageRepository: {
    ImageIdentifier: 'public.ecr.aws/demo/shop:1',
    ImageRepositoryType: 'ECR_PUBLIC',
    ImageConfiguration: {
      Port: '3000',
      StartCommand: 'migrate && serve',
      RuntimeEnvironmentVariables: { LEVEL: 'info', TOKEN: 'hush' },
      RuntimeEnvironmentSecrets: { DB: 'arn:aws:ssm:us-east-1:123456789012:parameter/db' },
    },
  },
};

async function createService(name: string, more: Partial<CreateServiceCommandInput> = {}): Promise<string> {
  const { Service } = await appRunner.send(
    new CreateServiceCommand({ ServiceName: name, SourceConfiguration: image, ...more }),
  );
  return Service?.ServiceArn ?? '';
}

const run = (inputs: Readonly<Record<string, string>>, env = {}): Promise<ActionRun> =>
  runAction({
    inputs: { 'poll-interval-seconds': '0.1', 'smoke-test': 'false', ...inputs },
    env: { ...emulator.env, ...env },
    workspace,
  });

async function configurationOf(serviceArn: string | undefined) {
  const ecs = new ECSClient(emulator.client);
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
  ecs.destroy();
  return service?.activeConfigurations?.[0];
}

test('image, port, variables, secrets, size, scaling, role and tags come along', async () => {
  const { AutoScalingConfiguration: scaling } = await appRunner.send(
    new CreateAutoScalingConfigurationCommand({
      AutoScalingConfigurationName: 'small',
      MinSize: 2,
      MaxSize: 6,
      MaxConcurrency: 50,
    }),
  );
  await createService('shop', {
    InstanceConfiguration: { Cpu: '512', Memory: '1024', InstanceRoleArn: instanceRole },
    AutoScalingConfigurationArn: scaling?.AutoScalingConfigurationArn,
    Tags: [{ Key: 'team', Value: 'shop' }],
  });
  const done = await run({ ...roles, 'apprunner-service': 'shop', 'max-task-count': '4' });
  expect(done.log).toContain('container-port: not set → 3000 (App Runner)');
  expect(done).toMatchObject({ exitCode: 0, outputs: { outcome: 'created', 'service-name': 'shop' } });
  expect(await configurationOf(done.outputs['service-arn'])).toMatchObject({
    cpu: '512',
    memory: '1024',
    healthCheckPath: '/',
    taskRoleArn: instanceRole,
    primaryContainer: {
      image: 'public.ecr.aws/demo/shop:1',
      containerPort: 3000,
      command: ['/bin/sh', '-c', 'migrate && exec serve'],
      environment: [
        { name: 'LEVEL', value: 'info' },
        { name: 'PORT', value: '3000' },
        { name: 'TOKEN', value: 'hush' },
      ],
      secrets: [{ name: 'DB', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/db' }],
    },
    scalingTarget: { minTaskCount: 2, maxTaskCount: 4 },
  });
  expect(done.summary).toContain('What could not be carried over from App Runner');
  expect(done.log).toContain('health check: TCP: the port is open');
  expect(done.log + done.summary).not.toContain('hush');
}, 120_000);

test('a service behind a VPC connector is not made internal, nor public, without a word', async () => {
  const { VpcConnector: connector } = await appRunner.send(
    new CreateVpcConnectorCommand({
      VpcConnectorName: 'inside',
      Subnets: ['subnet-0a1', 'subnet-0b2'],
      SecurityGroups: ['sg-0c3'],
    }),
  );
  await createService('inner', {
    NetworkConfiguration: {
      EgressConfiguration: { EgressType: 'VPC', VpcConnectorArn: connector?.VpcConnectorArn },
    },
  });
  const inputs = { ...roles, 'apprunner-service': 'inner', 'dry-run': 'true' };
  const refused = await run(inputs);
  expect(refused.exitCode).toBe(1);
  expect(refused.log).toContain('reaches its VPC through subnets subnet-0a1, subnet-0b2');
  const allowed = await run({ ...inputs, 'allow-internal': 'true' });
  expect(allowed.log).toContain('subnets: not set → subnet-0a1, subnet-0b2 (App Runner)');
  const given = await run({ ...inputs, subnets: 'subnet-0d4,subnet-0e5' });
  expect(given.log).toContain('subnets: not set → subnet-0d4, subnet-0e5\n');
}, 120_000);

test('IAM is asked which secrets the execution role may not read', async () => {
  const iam = new IAMClient(emulator.client);
  const RoleName = 'reads-one';
  const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}`;
  const allow = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const trust = allow({ Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const letRead = (Resource: readonly string[]) => {
    const PolicyDocument = JSON.stringify(allow({ Action: 'secretsmanager:GetSecretValue', Resource }));
    return iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'secrets', PolicyDocument }));
  };
  await createService('secretive', {
    SourceConfiguration: {
      ImageRepository: {
        ImageIdentifier: 'public.ecr.aws/demo/shop:1',
        ImageRepositoryType: 'ECR_PUBLIC',
        ImageConfiguration: {
          RuntimeEnvironmentSecrets: {
            KEY: `${arn('shop/key-AbCdEf')}:value::`,
            TOKEN: arn('shop/token-AbCdEf'),
          },
        },
      },
    },
  });
  const inputs = { ...roles, 'apprunner-service': 'secretive', 'dry-run': 'true' };
  const asked = { ...inputs, 'execution-role-arn': `arn:aws:iam::123456789012:role/${RoleName}` };

  await letRead([arn('shop/key-*')]);
  expect((await run(asked)).log).toContain(
    'secrets: the execution role may not read TOKEN. Allow the execution role secretsmanager:GetSecretValue for TOKEN: ECS reads',
  );
  await letRead([arn('shop/*')]);
  expect((await run(asked)).log).not.toMatch(/^- secrets/m);
  await emulator.addFaults([
    { service: 'iam', operation: 'SimulatePrincipalPolicy', fault: 'denied', times: 1 },
  ]);
  const unanswered = await run(asked);
  expect(unanswered).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(unanswered.log).toContain('secrets: KEY, TOKEN. Allow the execution role to read them');
  iam.destroy();
}, 120_000);

test('a secret that ECS does not take is refused before there is a service, unless an input replaces it', async () => {
  const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf';
  await createService('keyed', {
    SourceConfiguration: {
      ImageRepository: {
        ImageIdentifier: 'public.ecr.aws/demo/shop:1',
        ImageRepositoryType: 'ECR_PUBLIC',
        ImageConfiguration: { RuntimeEnvironmentSecrets: { DB: `${secret}:password`, USER: secret } },
      },
    },
  });
  const inputs = { ...roles, 'apprunner-service': 'keyed', 'dry-run': 'true' };
  const refused = await run(inputs);
  expect(refused.exitCode).toBe(1);
  expect(refused.log).toContain(
    'ECS does not take every secret of App Runner service keyed: DB refers to an ARN with 1 of the 3 colons',
  );
  expect(refused.log).toContain('Give DB in secrets: all three, as in ARN:KEY::');
  const replaced = await run({ ...inputs, secrets: `DB=${secret}:password::` });
  expect(replaced).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  const planned = await run({ operation: 'plan-migration', 'apprunner-service': 'keyed' });
  expect(planned.exitCode).toBe(0);
  expect(planned.summary).toContain('DB refers to an ARN with 1 of the 3 colons');
}, 120_000);

test('a service that is not there', async () => {
  const done = await run({ ...roles, 'apprunner-service': 'nobody' });
  expect(done.exitCode).toBe(1);
  expect(done.log).toContain('there is no App Runner service nobody in eu-west-1');
});

test('a plan for all services changes nothing, and writes a workflow on request', async () => {
  await createService('from-source', {
    SourceConfiguration: {
      AuthenticationConfiguration: {
        ConnectionArn:
          'arn:aws:apprunner:us-east-1:123456789012:connection/github/0123456789abcdef0123456789abcdef',
      },
      CodeRepository: {
        RepositoryUrl: 'https://github.com/octo/shop',
        SourceCodeVersion: { Type: 'BRANCH', Value: 'main' },
        CodeConfiguration: {
          ConfigurationSource: 'API',
          CodeConfigurationValues: {
            Runtime: 'NODEJS_22',
            BuildCommand: 'npm ci',
            StartCommand: 'node server.js',
            RuntimeEnvironmentVariables: { TOKEN: 'hush' },
          },
        },
      },
    },
  });
  await emulator.forgetRequests();
  // Nothing is built, so there need be no docker.
  const withoutDocker = { PATH: join(workspace, 'nothing') };
  const file = '.github/workflows/express.yml';
  const inputs = { operation: 'plan-migration', 'apprunner-service': '*', 'write-workflow': file };
  const done = await run(inputs, withoutDocker);
  expect(done).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned', changed: 'false' } });
  const calls = (await emulator.requests()).map(({ operation }) => operation);
  expect(calls.filter((name) => !/^(?:Describe|List|Get)/.test(name))).toEqual([]);
  const { services } = JSON.parse(done.outputs['migration-plan'] ?? '');
  expect(services).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: 'from-source',
        source: 'code',
        environment: ['PORT', 'TOKEN'],
        inputs: expect.objectContaining({ runtime: 'NODEJS_22', 'start-command': 'node server.js' }),
      }),
    ]),
  );
  const workflow = readFileSync(join(workspace, file), 'utf8');
  expect(Object.keys(parse(workflow).jobs)).toContain('from-source');
  expect(done.summary).toContain('from-source');
  expect(workflow + done.summary + done.log + JSON.stringify(done.outputs)).not.toContain('hush');
  const again = await run(inputs);
  expect(again.exitCode).toBe(1);
  expect(again.log).toContain(`write-workflow: ${file} exists already`);
}, 120_000);

test('a folder gets all workflows or none, and the summary shows them', async () => {
  const folder = 'generated/';
  const inputs = {
    operation: 'plan-migration',
    'apprunner-service': 'from-source',
    'service-name': 'front',
    'custom-domains': 'shop.test',
    'write-workflow': folder,
  };
  const done = await run(inputs);
  expect(done.exitCode).toBe(0);
  const names = [
    'deploy-express',
    'shift',
    'shift-without-reviewers',
    'rollback',
    'previews',
    'sweep-previews',
  ].map((name) => `${name}.yml`);
  expect(readdirSync(join(workspace, folder)).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(done.summary).toContain(`<details><summary>${folder}${name}</summary>`);
  expect(done.summary).toContain('domain: shop.test');
  const shift = readFileSync(join(workspace, folder, 'shift.yml'), 'utf8');
  expect(shift).toContain('express-service: "front"');
  rmSync(join(workspace, folder, 'deploy-express.yml'));
  const again = await run(inputs);
  expect(again.exitCode).toBe(1);
  expect(again.log).toContain(
    `${folder}shift.yml, ${folder}shift-without-reviewers.yml, ${folder}rollback.yml`,
  );
  expect(existsSync(join(workspace, folder, 'deploy-express.yml'))).toBe(false);
});

test('what only one service can have is refused for all', async () => {
  const done = await run({
    operation: 'plan-migration',
    'apprunner-service': '*',
    'service-name': 'front',
    'custom-domains': 'shop.test',
  });
  expect(done.exitCode).toBe(1);
  expect(done.log).toContain('service-name: given with apprunner-service *');
  expect(done.log).toContain('custom-domains: given with apprunner-service *');
});

test('a workflow is not written out of the workspace', async () => {
  writeFileSync(join(workspace, 'a'), 'a');
  const inputs = { operation: 'plan-migration', 'apprunner-service': '*' };
  const done = await run({ ...inputs, 'write-workflow': '../escape.yml' });
  expect(done.log).toContain('write-workflow: "../escape.yml"; wanted a path in the workspace');
  expect(existsSync(join(workspace, '..', 'escape.yml'))).toBe(false);
});
