/**
 * The first act: what App Runner builds from source becomes an Express service in one step. Its repository has an
 * `apprunner.yaml` and no Dockerfile. Without a Docker engine an image is imported instead, and the demo says so.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppRunnerClient,
  CreateAutoScalingConfigurationCommand,
  CreateServiceCommand,
  type SourceConfiguration,
} from '@aws-sdk/client-apprunner';
import { DescribeExpressGatewayServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { makeRuntimeImage } from '../../__tests__/helpers/runtime-image.ts';
import { ask } from './ask.ts';
import { play, say } from './stage.ts';
import { canPull, canRunImages } from './with-docker.ts';

const localRuntime = 'express-deploy-actions-demo-runtime';
const instanceRole = 'arn:aws:iam::123456789012:role/shop-instance';
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf';

const apprunnerYaml = `version: 1.0
runtime: nodejs22
build:
  commands:
    build:
      - node --check server.mjs
run:
  command: node server.mjs
  network:
    port: 8080
  env:
    - name: COLOUR
      value: orange
  secrets:
    - name: DATABASE_PASSWORD
      value-from: ${secret}
`;

const builtFromSource: SourceConfiguration = {
  AuthenticationConfiguration: {
    ConnectionArn:
      'arn:aws:apprunner:eu-west-1:123456789012:connection/github/0123456789abcdef0123456789abcdef',
  },
  CodeRepository: {
    RepositoryUrl: 'https://github.com/octo/shop',
    SourceCodeVersion: { Type: 'BRANCH', Value: 'main' },
    CodeConfiguration: { ConfigurationSource: 'REPOSITORY' },
  },
};

const fromImage: SourceConfiguration = {
  ImageRepository: {
    ImageIdentifier: 'public.ecr.aws/demo/shop:orange',
    ImageRepositoryType: 'ECR_PUBLIC',
    ImageConfiguration: {
      Port: '8080',
      RuntimeEnvironmentVariables: { COLOUR: 'orange' },
      RuntimeEnvironmentSecrets: { DATABASE_PASSWORD: secret },
    },
  },
};

/** The service that has been in App Runner all along. */
async function createAppRunnerService(emulator: EmulatorHandle, source: SourceConfiguration): Promise<void> {
  const [appRunner, iam] = [new AppRunnerClient(emulator.client), new IAMClient(emulator.client)];
  const principals = ['tasks.apprunner.amazonaws.com', 'ecs-tasks.amazonaws.com'];
  const trust = { Effect: 'Allow', Principal: { Service: principals }, Action: 'sts:AssumeRole' };
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'shop-instance',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  // App Runner read the secret by the instance role; ECS reads it by this one.
  const right = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'ecsTaskExecutionRole',
      PolicyName: 'secrets-of-shop',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [right] }),
    }),
  );
  const { AutoScalingConfiguration: scaling } = await appRunner.send(
    new CreateAutoScalingConfigurationCommand({
      AutoScalingConfigurationName: 'shop',
      MinSize: 2,
      MaxSize: 4,
      MaxConcurrency: 80,
    }),
  );
  await appRunner.send(
    new CreateServiceCommand({
      ServiceName: 'shop',
      SourceConfiguration: source,
      InstanceConfiguration: { Cpu: '512', Memory: '1024', InstanceRoleArn: instanceRole },
      AutoScalingConfigurationArn: scaling?.AutoScalingConfigurationArn,
    }),
  );
  await emulator.advance(600);
  appRunner.destroy();
  iam.destroy();
}

/** The official image of the language, or where it cannot be pulled one made of the files of this machine. */
async function obtainRuntimeImage(): Promise<string | undefined> {
  const official = 'public.ecr.aws/docker/library/node:22';
  if (canPull(official)) return undefined;
  say(`${official} cannot be pulled: a runtime image was made from the programs of this machine.`);
  await makeRuntimeImage(localRuntime, 'node');
  return localRuntime;
}

/** What the service has now; what differs from App Runner ends the demo. */
async function compare(emulator: EmulatorHandle, serviceArn: string | undefined): Promise<void> {
  const ecs = new ECSClient(emulator.client);
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
  ecs.destroy();
  const { primaryContainer, scalingTarget, ...now } = service?.activeConfigurations?.[0] ?? {};
  const colour = primaryContainer?.environment?.find(({ name }) => name === 'COLOUR')?.value;
  const password = primaryContainer?.secrets?.find(({ name }) => name === 'DATABASE_PASSWORD')?.valueFrom;
  const rows = [
    ['environment', 'COLOUR=orange', `COLOUR=${colour}`],
    ['secrets', `DATABASE_PASSWORD from ${secret}`, `DATABASE_PASSWORD from ${password}`],
    ['port', '8080', String(primaryContainer?.containerPort)],
    ['size', '512 CPU units, 1024 MiB', `${now.cpu} CPU units, ${now.memory} MiB`],
    ['scaling', '2 to 4', `${scalingTarget?.minTaskCount} to ${scalingTarget?.maxTaskCount}`],
    ['role', instanceRole, String(now.taskRoleArn)],
  ] as const;
  say();
  say('The service has the same settings in Express as in App Runner:');
  for (const [what, before, after] of rows) {
    say(`   ${what.padEnd(12)} ${after}`);
    if (before !== after) throw new Error(`${what}: App Runner had ${before}, and Express has ${after}`);
  }
}

/** The rows of the job summary, where each has what to do. */
function sayWhatCouldNotBeCarried(summary: string): void {
  const [, section = ''] = summary.split('### What could not be carried over from App Runner');
  const rows = (section.split(/\n#|\n\|[^\n]*Good to know/)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const topics = rows.flatMap((row) => /^\| \*{0,2}([^|*]*[^|* ])/.exec(row)?.[1] ?? []);
  if (topics.length === 0) throw new Error('the job summary does not say what could not be carried over');
  say();
  say('These could not be carried over. The job summary says what to do about each:');
  say(`   ${topics.filter((topic) => topic !== 'Topic' && topic !== '---').join(', ')}`);
}

function importShop(emulator: EmulatorHandle, workspace: string, runtimeImage: string | undefined) {
  return play({
    title: 'One job: the App Runner service becomes an Express service',
    expect: 'green',
    inputs: {
      'apprunner-service': 'shop',
      'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
      // The emulator runs an hour in a minute, so the action has to look more often than it does beside AWS.
      'poll-interval-seconds': '0.5',
      ...(runtimeImage !== undefined && { 'runtime-image': runtimeImage }),
    },
    env: emulator.env,
    workspace,
    roleValues: { TaskRoleArn: instanceRole },
  });
}

export async function playImport(): Promise<void> {
  const withDocker = canRunImages();
  say();
  say(
    withDocker
      ? 'App Runner built a service from source: its repository has an apprunner.yaml and no Dockerfile.'
      : 'No Docker engine of this machine can be used: a service that App Runner runs from an image is imported.',
  );
  const runtimeImage = withDocker ? await obtainRuntimeImage() : undefined;
  const workspace = mkdtempSync(join(tmpdir(), 'demo-'));
  const emulator = await startEmulator('--speed', '60', '--engine', withDocker ? 'docker' : 'stub');
  try {
    if (withDocker) {
      writeFileSync(join(workspace, 'apprunner.yaml'), apprunnerYaml);
      copyFileSync(join('examples', 'app', 'server.mjs'), join(workspace, 'server.mjs'));
    }
    await createAppRunnerService(emulator, withDocker ? builtFromSource : fromImage);
    const { outputs, summary } = await importShop(emulator, workspace, runtimeImage);
    await compare(emulator, outputs['service-arn']);
    sayWhatCouldNotBeCarried(summary);
    const host = outputs['endpoint'] ?? '';
    say();
    say(`https://${host} answers:`);
    say(`   ${(await ask(emulator, host)).split('\n').slice(0, 3).join(' ')}`);
  } finally {
    await emulator.stop();
    rmSync(workspace, { recursive: true, force: true });
    if (runtimeImage !== undefined)
      execFileSync('docker', ['image', 'rm', '--force', runtimeImage], { stdio: 'ignore' });
  }
}
