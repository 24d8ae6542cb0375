import {
  DescribeAutoScalingConfigurationCommand,
  DescribeServiceCommand,
  DescribeVpcConnectorCommand,
  ListTagsForResourceCommand,
  type Service,
  type SourceConfiguration,
} from '@aws-sdk/client-apprunner';
import {
  type AppRunnerService,
  appRunner,
  type CustomDomain,
  findAppRunnerService,
  listCustomDomains,
  readService,
} from './app-runner.ts';
import type { NameSecret, NameValue } from './express-settings.ts';
import { ask } from './failures.ts';
import type { Tag } from './services.ts';

/** What App Runner runs, in its own words where Express has none. */
export type AppRunnerConfiguration = AppRunnerService & {
  readonly source: AppRunnerSource;
  /** The role that App Runner pulls the image with. */
  readonly accessRoleArn: string | undefined;
  readonly deploysByItself: boolean;
  /** `1024`, or `1 vCPU`. */
  readonly cpu: string | undefined;
  /** `2048`, or `2 GB`. */
  readonly memory: string | undefined;
  readonly instanceRoleArn: string | undefined;
  readonly healthCheck: {
    readonly protocol: string;
    readonly path: string;
    readonly intervalSeconds: number | undefined;
    readonly timeoutSeconds: number | undefined;
  };
  readonly scaling: AppRunnerScaling | undefined;
  /** Through which the service reaches a VPC; undefined: it does not. */
  readonly connector: AppRunnerConnector | undefined;
  readonly isPublic: boolean;
  readonly isDualStack: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly isTraced: boolean;
  readonly domains: readonly CustomDomain[];
  readonly tags: readonly Tag[];
};

export type AppRunnerSource =
  | ({ readonly kind: 'image'; readonly reference: string; readonly isPublic: boolean } & AppRunnerRun)
  | {
      readonly kind: 'code';
      readonly repositoryUrl: string;
      readonly branch: string | undefined;
      /** Relative to the repository. */
      readonly directory: string;
      /** `undefined`: it is in `apprunner.yaml`. */
      readonly api:
        | ({ readonly runtime: string; readonly buildCommand: string | undefined } & AppRunnerRun)
        | undefined;
    };

export type AppRunnerRun = {
  readonly port: string | undefined;
  readonly startCommand: string | undefined;
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
};

export type AppRunnerScaling = {
  readonly minSize: number | undefined;
  readonly maxSize: number | undefined;
  readonly maxConcurrency: number | undefined;
};

export type AppRunnerConnector = {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
};

/** The service with all that is configured around it; `undefined` when there is none of that name. */
export async function describeAppRunnerService(
  nameOrArn: string,
): Promise<AppRunnerConfiguration | undefined> {
  const arn = nameOrArn.startsWith('arn:') ? nameOrArn : (await findAppRunnerService(nameOrArn))?.arn;
  if (arn === undefined) return undefined;
  const { Service: service } = await ask(
    'apprunner:DescribeService',
    `describe App Runner service ${arn}`,
    () => appRunner().send(new DescribeServiceCommand({ ServiceArn: arn })),
  );
  if (service === undefined) return undefined;
  const scalingArn = service.AutoScalingConfigurationSummary?.AutoScalingConfigurationArn;
  const egress = service.NetworkConfiguration?.EgressConfiguration;
  const connectorArn = egress?.EgressType === 'VPC' ? egress.VpcConnectorArn : undefined;
  const [scaling, connector, domains, tags] = await Promise.all([
    scalingArn === undefined ? undefined : describeScaling(scalingArn),
    connectorArn === undefined ? undefined : describeConnector(connectorArn),
    listCustomDomains(arn),
    listTags(arn),
  ]);
  return { ...readConfiguration(service), scaling, connector, domains, tags };
}

function readConfiguration(
  service: Service,
): Omit<AppRunnerConfiguration, 'scaling' | 'connector' | 'domains' | 'tags'> {
  const {
    SourceConfiguration: source,
    InstanceConfiguration: instance,
    NetworkConfiguration: network,
  } = service;
  const check = service.HealthCheckConfiguration;
  return {
    ...readService(service),
    source: readSource(source ?? {}),
    accessRoleArn: source?.AuthenticationConfiguration?.AccessRoleArn,
    deploysByItself: source?.AutoDeploymentsEnabled ?? false,
    cpu: instance?.Cpu,
    memory: instance?.Memory,
    instanceRoleArn: instance?.InstanceRoleArn,
    healthCheck: {
      protocol: check?.Protocol ?? 'TCP',
      path: check?.Path ?? '/',
      intervalSeconds: check?.Interval,
      timeoutSeconds: check?.Timeout,
    },
    isPublic: network?.IngressConfiguration?.IsPubliclyAccessible ?? true,
    isDualStack: network?.IpAddressType === 'DUAL_STACK',
    kmsKeyArn: service.EncryptionConfiguration?.KmsKey,
    isTraced: service.ObservabilityConfiguration?.ObservabilityEnabled ?? false,
  };
}

function readSource({ CodeRepository: code, ImageRepository: image }: SourceConfiguration): AppRunnerSource {
  if (code === undefined) {
    return {
      kind: 'image',
      reference: image?.ImageIdentifier ?? '',
      isPublic: image?.ImageRepositoryType === 'ECR_PUBLIC',
      ...readRun(image?.ImageConfiguration),
    };
  }
  const { CodeConfiguration: configuration } = code;
  const values =
    configuration?.ConfigurationSource === 'API' ? configuration.CodeConfigurationValues : undefined;
  return {
    kind: 'code',
    repositoryUrl: code.RepositoryUrl ?? '',
    branch: code.SourceCodeVersion?.Value,
    directory: code.SourceDirectory?.replace(/^\/+/, '') || '.',
    api: values && { runtime: values.Runtime ?? '', buildCommand: values.BuildCommand, ...readRun(values) },
  };
}

type SeenRun = {
  readonly Port?: string | undefined;
  readonly StartCommand?: string | undefined;
  readonly RuntimeEnvironmentVariables?: Record<string, string> | undefined;
  readonly RuntimeEnvironmentSecrets?: Record<string, string> | undefined;
};

function readRun(seen: SeenRun | undefined): AppRunnerRun {
  const variables = Object.entries(seen?.RuntimeEnvironmentVariables ?? {});
  const secrets = Object.entries(seen?.RuntimeEnvironmentSecrets ?? {});
  return {
    port: seen?.Port,
    startCommand: seen?.StartCommand?.trim() || undefined,
    environment: variables.map(([name, value]) => ({ name, value })),
    secrets: secrets.map(([name, valueFrom]) => ({ name, valueFrom })),
  };
}

async function describeScaling(arn: string): Promise<AppRunnerScaling> {
  const answer = await ask(
    'apprunner:DescribeAutoScalingConfiguration',
    'describe the auto scaling of App Runner',
    () => appRunner().send(new DescribeAutoScalingConfigurationCommand({ AutoScalingConfigurationArn: arn })),
  );
  const seen = answer.AutoScalingConfiguration;
  return { minSize: seen?.MinSize, maxSize: seen?.MaxSize, maxConcurrency: seen?.MaxConcurrency };
}

async function describeConnector(arn: string): Promise<AppRunnerConnector> {
  const { VpcConnector: seen } = await ask(
    'apprunner:DescribeVpcConnector',
    'describe the VPC connector of App Runner',
    () => appRunner().send(new DescribeVpcConnectorCommand({ VpcConnectorArn: arn })),
  );
  return { subnets: seen?.Subnets ?? [], securityGroups: seen?.SecurityGroups ?? [] };
}

async function listTags(arn: string): Promise<AppRunnerConfiguration['tags']> {
  const { Tags: tags } = await ask(
    'apprunner:ListTagsForResource',
    'list the tags of the App Runner service',
    () => appRunner().send(new ListTagsForResourceCommand({ ResourceArn: arn })),
  );
  return (tags ?? []).map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' }));
}
