import type { Configuration } from './configuration.ts';
import type { ManagedResources } from './managed-resources.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definitions.ts';
import type { TaskKeeper } from './task-keeper.ts';

export type ServiceStatus = 'ACTIVE' | 'DRAINING' | 'INACTIVE';
export type ServiceEvent = { readonly id: string; readonly createdAt: Date; readonly message: string };

type ServiceBase = {
  readonly arn: string;
  readonly name: string;
  readonly clusterName: string;
  readonly createdAt: Date;
  status: ServiceStatus;
  desiredCount: number;
  /** Newest first, as ECS shows them. */
  events: ServiceEvent[];
};

/** A service made by CreateService. It only has to be there: Express refuses to touch it. */
export type OrdinaryService = ServiceBase & { readonly kind: 'ordinary'; readonly taskDefinitionArn: string };

export type ExpressService = ServiceBase & {
  readonly kind: 'express';
  readonly infrastructureRoleArn: string;
  readonly host: string;
  readonly scheme: 'internet-facing' | 'internal';
  /** Where Express makes the log group of a container that names none. */
  readonly usualLogGroup: string;
  readonly managedSecurityGroup: string;
  readonly resources: ManagedResources;
  updatedAt: Date;
  /** Newest first. */
  deployments: Deployment[];
  /** Newest first. */
  revisions: Revision[];
  /** What runs when nothing is being deployed: the target of the last deployment that succeeded. */
  steady: Revision | undefined;
  tasks: Task[];
  readonly keepers: Map<Revision, TaskKeeper>;
};

export type Service = OrdinaryService | ExpressService;

/** An immutable version of a service: one for every create and update. */
export type Revision = {
  readonly arn: string;
  readonly createdAt: Date;
  readonly configuration: Configuration;
  readonly taskDefinition: TaskDefinition;
  /** Which of the service's two target groups it is served from; they alternate from deployment to deployment. */
  readonly side: 0 | 1;
  /** The tag is resolved once a deployment; every task of the revision runs this digest. */
  imageDigest: string | undefined;
};

export type DeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export type LifecycleStage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP';

type MonitorStatus = 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';

/** A service deployment: the way from the source revision to the target revision. */
export type Deployment = {
  readonly arn: string;
  /** The name it has in events and in `startedBy`: `ecs-svc/<19 digits>`. */
  readonly schedulerId: string;
  readonly target: Revision;
  readonly source: Revision | undefined;
  readonly createdAt: Date;
  status: DeploymentStatus;
  statusReason: string | undefined;
  stage: LifecycleStage | undefined;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  stoppedAt: Date | undefined;
  updatedAt: Date;
  /** Percent of production traffic that goes to the target revision. */
  targetPercent: number;
  rollback:
    | { readonly reason: string; readonly startedAt: Date; readonly revisionArn: string | undefined }
    | undefined;
  breaker: { status: MonitorStatus; failureCount: number; readonly threshold: number };
  alarms: { status: MonitorStatus; triggered: readonly string[] };
  /** Reads that came too early to see it. A new deployment is missed at least once in each way. */
  readonly missed: Set<'described' | 'current'>;
  /** Ends the waiting of the rollout, once `haltedBy` says why. */
  readonly halt: AbortController;
  haltedBy: Halt | undefined;
};

/** Why a deployment does not go on. */
export type Halt =
  | { readonly kind: 'superseded' | 'deleted' | 'aborted' }
  | { readonly kind: 'rollback'; readonly reason: string };

export const isOver = (deployment: Deployment): boolean => deployment.finishedAt !== undefined;
