import { arnMaker } from '../arn.ts';
import { refuseBy, serializationError } from '../shapes/refusals.ts';
import type { AwsService } from '../world.ts';
import { createCluster, describeClusters } from './clusters.ts';
import { createExpressGatewayService } from './express-create.ts';
import { deleteExpressGatewayService } from './express-delete.ts';
import { updateExpressGatewayService } from './express-update.ts';
import { describeExpressGatewayService } from './express-view.ts';
import { type Input, missing } from './members.ts';
import { rolesOfDefinition, rolesOfService } from './roles.ts';
import { runTask, stopTask } from './run-task.ts';
import { applyScenario, createScenario } from './scenario-control.ts';
import {
  describeServiceDeployments,
  listServiceDeployments,
  stopServiceDeployment,
} from './service-deployments.ts';
import { describeServiceRevisions } from './service-revisions.ts';
import { createService, describeServices, listServices } from './services.ts';
import type { Ecs, EcsWorld } from './state.ts';
import { stateView } from './state-view.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import {
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts';
import { describeTasks, listTasks } from './tasks.ts';

const OPERATIONS: Readonly<Record<string, (ecs: Ecs, input: Input) => unknown>> = {
  CreateCluster: createCluster,
  CreateExpressGatewayService: createExpressGatewayService,
  CreateService: createService,
  DeleteExpressGatewayService: deleteExpressGatewayService,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeClusters: describeClusters,
  DescribeExpressGatewayService: describeExpressGatewayService,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTasks: describeTasks,
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateExpressGatewayService: updateExpressGatewayService,
};

export type EcsPart = {
  readonly service: AwsService;
  /** `POST /_emulator/ecs`: sets up what is to go wrong. */
  readonly applyScenario: (body: unknown) => void;
  /** What `GET /_emulator/state` shows of ECS. */
  readonly state: () => object;
  /** Roles that the tasks of an Express service have, as it would be deployed again. */
  readonly rolesOfService: (serviceArn: string) => readonly string[];
  /** Roles that a task definition names. */
  readonly rolesOfDefinition: (reference: string) => readonly string[];
};

export function createEcs(world: EcsWorld): EcsPart {
  const ecs: Ecs = {
    ...world,
    arn: arnMaker(world.region, world.accountId),
    clusters: new Map(),
    services: new Map(),
    taskDefinitions: new Map(),
    tags: new Map(),
    oneOffTasks: [],
    runTaskTokens: new Map(),
    scenario: createScenario(),
  };
  return {
    service: {
      name: 'ecs',
      protocol: { kind: 'json', targetPrefix: 'AmazonEC2ContainerServiceV20141113', version: '1.1' },
      refuse: refuseBy({ type: serializationError, missing }),
      operations: Object.fromEntries(
        Object.entries(OPERATIONS).map(([name, operate]) => [name, (input: Input) => operate(ecs, input)]),
      ),
    },
    applyScenario: (body) => applyScenario(ecs, body),
    state: () => stateView(ecs),
    rolesOfService: (serviceArn) => rolesOfService(ecs, serviceArn),
    rolesOfDefinition: (reference) => rolesOfDefinition(ecs, reference),
  };
}
