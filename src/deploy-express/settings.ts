/** The words both the inputs and the running service are described in. All pure data, in our names. */

export type NameValue = { readonly name: string; readonly value: string };
/** `valueFrom`: ARN of a Secrets Manager secret or SSM parameter. */
export type NameSecret = { readonly name: string; readonly valueFrom: string };
export type CpuArchitecture = 'X86_64' | 'ARM64';
export type ScalingMetric = 'AVERAGE_CPU' | 'AVERAGE_MEMORY' | 'REQUEST_COUNT_PER_TARGET';
/** ECS needs both members. */
export type ContainerLogs = { readonly group: string; readonly streamPrefix: string };

/**
 * What an Express service is configured by. In the inputs, an absent member means "not given": it keeps what runs, or
 * takes AWS's default on the first deployment.
 */
export type ServiceSettings = {
  readonly containerPort?: number;
  readonly command?: readonly string[];
  readonly logs?: ContainerLogs;
  readonly repositoryCredentials?: string;
  readonly environment?: readonly NameValue[];
  readonly secrets?: readonly NameSecret[];
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly taskDefinitionArn?: string;
  /** CPU units, 1024 = 1 vCPU. */
  readonly cpuUnits?: number;
  readonly memoryMib?: number;
  readonly cpuArchitecture?: CpuArchitecture;
  readonly healthCheckPath?: string;
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly scaling?: ScalingSettings;
};

export type ScalingSettings = {
  readonly minTaskCount?: number;
  readonly maxTaskCount?: number;
  readonly metric?: ScalingMetric;
  readonly targetValue?: number;
};

export type Tag = { readonly key: string; readonly value: string };
