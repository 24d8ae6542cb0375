import type { Configuration, Ecs } from './state.ts';

/**
 * Defaults of the API reference. The developer guide has others for size (1024/2048) and health check (`/`): a client
 * that cares sends its own.
 */
export const DEFAULTS = {
  cpu: '256',
  memory: '512',
  cpuArchitecture: 'X86_64',
  healthCheckPath: '/ping',
  containerPort: 80,
  logStreamPrefix: 'ecs',
  scalingTarget: {
    minTaskCount: 1,
    maxTaskCount: 20,
    autoScalingMetric: 'AVERAGE_CPU',
    autoScalingTargetValue: 60,
  },
} as const;

/** The default VPC every emulated account has, with a public subnet in each zone. */
export const DEFAULT_VPC = {
  vpcId: 'vpc-0e3f1a2b4c5d6e7f8',
  subnets: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'],
} as const;

/** The task definition Express registers itself, in the caller's name. */
export function taskDefinitionContent(ecs: Ecs, configuration: Configuration): Record<string, unknown> {
  const { container } = configuration;
  return {
    ...(configuration.executionRoleArn ? { executionRoleArn: configuration.executionRoleArn } : {}),
    ...(configuration.taskRoleArn ? { taskRoleArn: configuration.taskRoleArn } : {}),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: configuration.cpu,
    memory: configuration.memory,
    runtimePlatform: { cpuArchitecture: configuration.cpuArchitecture, operatingSystemFamily: 'LINUX' },
    containerDefinitions: [
      {
        name: 'Main',
        image: container.image,
        cpu: 0,
        essential: true,
        portMappings: [
          {
            containerPort: container.containerPort,
            hostPort: container.containerPort,
            protocol: 'tcp',
            name: 'main',
          },
        ],
        ...(container.command.length > 0 ? { command: container.command } : {}),
        environment: container.environment,
        secrets: container.secrets,
        ...(container.credentialsParameter
          ? { repositoryCredentials: { credentialsParameter: container.credentialsParameter } }
          : {}),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': container.logGroup,
            'awslogs-region': ecs.region,
            'awslogs-stream-prefix': container.logStreamPrefix,
          },
        },
      },
    ],
  };
}
