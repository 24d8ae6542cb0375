import { phaseOf } from '../../src/aws/deployments.ts';
import type {
  ExpressObservation,
  ObservedDeployment,
  ObservedService,
  RunningConfiguration,
} from '../../src/deploy-express/model/observed.ts';
import { executionRole, infrastructureRole } from './deploy-inputs.ts';

export const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';
export const revisionArn = 'arn:aws:ecs:eu-west-1:123456789012:service-revision/default/web/1';
export const deploymentArn = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/default/web/d1';

/** The latest deployment of the service, of the revision that runs unless told. */
export function observedDeployment(status: string, targetRevisionArn = revisionArn): ObservedDeployment {
  return { arn: deploymentArn, status, phase: phaseOf(status), targetRevisionArn };
}

/** An Express service that runs `registry.example/web:1` since a deployment that succeeded. */
export function expressService(
  change: { readonly running?: Partial<RunningConfiguration> } & Partial<
    Omit<ExpressObservation, 'running'>
  > = {},
): ObservedService {
  const { running, ...rest } = change;
  return {
    kind: 'express',
    seenAt: Date.parse('2026-07-01T12:00:00Z'),
    serviceArn,
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/default',
    status: 'ACTIVE',
    createdAt: new Date('2026-07-01T10:00:00Z'),
    tags: [],
    infrastructureRoleArn: infrastructureRole,
    running: {
      revisionArn,
      image: 'registry.example/web:1',
      imageDigest: 'sha256:aa',
      // As full as AWS answers: what nobody gave is there by its default.
      settings: {
        containerPort: 8080,
        command: [],
        logGroup: '/aws/ecs/default/web-1a2b',
        logStreamPrefix: 'ecs',
        taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/default-web:3',
        cpuArchitecture: 'X86_64',
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'THEME', value: 'teal' },
        ],
        secrets: [],
        executionRoleArn: executionRole,
        cpuUnits: 1024,
        memoryMib: 2048,
        healthCheckPath: '/health',
        subnets: ['subnet-aaaa1111', 'subnet-bbbb2222'],
        securityGroups: ['sg-11111111', 'sg-99999999'],
        minTaskCount: 1,
        maxTaskCount: 4,
        scalingMetric: 'AVERAGE_CPU',
        scalingTarget: 60,
      },
      managedSecurityGroups: ['sg-99999999'],
      assignsPublicIp: true,
      ingress: undefined,
      hosts: ['we-0123.ecs.eu-west-1.on.aws'],
      isInternal: false,
      ...running,
    },
    deployment: observedDeployment('SUCCESSFUL'),
    runningCount: 1,
    desiredCount: 1,
    ...rest,
  };
}
