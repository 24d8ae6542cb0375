import type { ArnMaker } from '../arn.ts';
import type { RunningClock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Address, Engine, ImageStore, LoadBalancing, LogStore, RoleStore, StopCode } from '../world.ts';
import type { Input } from './members.ts';
import type { TIMINGS } from './timings.ts';

/** What ECS stands on: the other parts of the emulator. */
export type EcsWorld = {
  readonly clock: RunningClock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
  readonly engine: Engine;
  readonly loadBalancing: LoadBalancing;
  readonly roles: RoleStore;
  readonly images: ImageStore;
  /** What an image of a registry of others is resolved to; `undefined` when it is not known. */
  readonly foreignDigestOf: (image: string) => string | undefined;
  readonly logs: LogStore;
};

/** All that ECS remembers, and its world. Passed as the first argument to whatever needs it. */
export type Ecs = EcsWorld & {
  readonly arn: ArnMaker;
  readonly clusters: Map<string, Cluster>;
  /** By ARN. An INACTIVE service stays as its own tombstone until its name is used again. */
  readonly services: Map<string, Service>;
  /** Revisions of each family, oldest first. */
  readonly taskDefinitions: Map<string, TaskDefinition[]>;
  readonly tags: Map<string, Map<string, string>>;
  /** Tasks of RunTask, newest first; also those that ECS has forgotten. */
  oneOffTasks: OneOffTask[];
  /** What RunTask answered, by cluster and client token. */
  readonly runTaskTokens: Map<string, RunTaskToken>;
  readonly scenario: Scenario;
};

export const dateOf = (ecs: EcsWorld): Date => new Date(ecs.clock.now());

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
  /** How many tasks it was scaled to from outside; an update that says nothing of scaling leaves it so. */
  scaledTo: number | undefined;
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
  /** Of the containers beside `Main`, by name, in the same way. */
  sidecarDigests: ReadonlyMap<string, string>;
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

export const wantedTasks = (service: ExpressService, revision: Revision): number =>
  service.scaledTo ?? revision.configuration.scalingTarget.minTaskCount;

export const isOver = (deployment: Deployment): boolean => deployment.finishedAt !== undefined;

export type Cluster = { readonly arn: string; readonly name: string };

export type TaskDefinition = {
  deregisteredAt?: Date;
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly registeredAt: Date;
  /** As it was sent: the emulator gives back what it does not use. */
  readonly content: Input;
};

/** `[{ name, value }]` and friends, kept as sent. */
export type NameValue = { readonly name: string; readonly value: string };

export type Secret = { readonly name: string; readonly valueFrom: string };

export type PrimaryContainer = {
  readonly image: string;
  readonly containerPort: number;
  readonly logGroup: string;
  readonly logStreamPrefix: string;
  /** False when Express named the group: then it also creates it. */
  readonly logGroupGiven: boolean;
  readonly credentialsParameter: string | undefined;
  readonly command: readonly string[];
  readonly environment: readonly NameValue[];
  readonly secrets: readonly Secret[];
};

export type ScalingTarget = {
  readonly minTaskCount: number;
  readonly maxTaskCount: number;
  readonly autoScalingMetric: string;
  readonly autoScalingTargetValue: number;
};

/** What one service revision runs: the resolved form of a create or update request. */
export type Configuration = {
  readonly executionRoleArn: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly cpu: string;
  readonly memory: string;
  readonly cpuArchitecture: 'X86_64' | 'ARM64';
  readonly healthCheckPath: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly scalingTarget: ScalingTarget;
  readonly container: PrimaryContainer;
  /** Present when the caller brought it; else Express registers one of its own. */
  readonly ownTaskDefinition: TaskDefinition | undefined;
};

export type ResourceName = keyof typeof TIMINGS.resources;

export type ManagedStatus = 'PROVISIONING' | 'ACTIVE' | 'DEPROVISIONING' | 'DELETED' | 'FAILED';

export type ManagedResource = {
  status: ManagedStatus;
  statusReason: string | undefined;
  updatedAt: Date;
  /** Absent until the resource exists. */
  arn: string | undefined;
};

/** What Express keeps for a service in the caller's account. */
export type ManagedResources = {
  readonly states: Map<ResourceName, ManagedResource>;
  /** The target groups of side 0 and side 1. */
  targetGroupArns: readonly [string, string] | undefined;
  /** The place on a load balancer; there as soon as the load balancer is. */
  ingress: Ingress | undefined;
};

export type Ingress = {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  readonly ruleArn: string;
};

/** A task of a service; `startedBy` is the scheduler id of the deployment that wanted it. */
export type Task = TaskLife & { readonly revision: Revision };

/** A task of RunTask: of no service, and not replaced when it ends. */
export type OneOffTask = TaskLife & {
  readonly clusterName: string;
  readonly group: string;
  readonly definition: TaskDefinition;
  readonly subnets: readonly string[];
  /** As sent. */
  readonly overrides: Input | undefined;
  /** Until a first look has missed it. */
  isUnseen: boolean;
  /** From an hour after its end. */
  isForgotten: boolean;
};

export type RunTaskToken = {
  readonly request: Input;
  readonly tasks: readonly OneOffTask[];
};

export type TaskLife = {
  readonly id: string;
  readonly arn: string;
  readonly startedBy: string | undefined;
  readonly createdAt: Date;
  /** Its address in the VPC: the id of the target. */
  readonly privateIp: string;
  readonly containerRuntimeId: string;
  lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEPROVISIONING' | 'STOPPED';
  desiredStatus: 'RUNNING' | 'STOPPED';
  startedAt: Date | undefined;
  stoppingAt: Date | undefined;
  stoppedAt: Date | undefined;
  stopCode: StopCode | undefined;
  stoppedReason: string | undefined;
  exitCode: number | undefined;
  containerReason: string | undefined;
  address: Address | undefined;
  imageDigest: string | undefined;
  container: { readonly stop: () => Promise<void> } | undefined;
};

/** Keeps a revision's wanted number of tasks alive, as ECS's service scheduler does. */
export type TaskKeeper = {
  readonly scaleTo: (count: number) => void;
  /** Resolves once the wanted number of tasks runs and is healthy in the load balancer. */
  readonly whenHealthy: (signal: AbortSignal) => Promise<void>;
  /** Called for each task that stops unasked, by itself or because the load balancer found it unhealthy. */
  readonly onFailure: (listener: () => void) => void;
  /** Leaves the tasks as they are: none that stops is replaced. */
  readonly startNoMore: () => void;
  /** Somebody else has stopped a task, and that is not to wait for the next look. */
  readonly lookSoon: () => void;
  /** Stops the tasks and looks no more. */
  readonly retire: () => void;
};

type Failure = { readonly resource: ResourceName; readonly reason: string };

/** How the tasks of RunTask behave, beside what the engine does. */
type RunTaskScenario = {
  /** Of the stand-in, which runs no program. */
  readonly exitCode: number;
  readonly seconds: number;
  readonly logLines: readonly string[];
  /** Why no task can start, with either engine. */
  readonly neverStarts: string | undefined;
};

/** What a test asks ECS to do wrong; see `POST /_emulator/ecs` in the README. */
export type Scenario = {
  /** So many creates and updates to come are refused as if a role had not propagated. */
  rolePropagationFailures: number;
  /** Services whose rollback alarm goes off in the next canary. */
  readonly armedAlarms: Set<string>;
  /** Rollbacks end as ROLLBACK_FAILED while true. */
  failRollback: boolean;
  /** By service name: the managed resource that cannot be provisioned, and why. */
  readonly failResources: Map<string, Failure>;
  /** By service name: one that stays PROVISIONING until this is taken back. */
  readonly stuckResources: Map<string, Failure>;
  /** ListServiceDeployments says nothing of its order; true gives the oldest first. */
  oldestDeploymentsFirst: boolean;
  /** An update that changes nothing begins no deployment. */
  ignoreIdenticalUpdates: boolean;
  /** Forces endpoints with (`true`) or without (`false`) `https://`; undefined: by the service's name. */
  endpointScheme: boolean | undefined;
  /** Each deployment that succeeds removes the listeners that ECS did not make. */
  takesForeignListeners: boolean;
  /** Subnets without a route to an internet gateway: a service in them gets an internal load balancer. */
  readonly privateSubnets: Set<string>;
  runTask: RunTaskScenario;
  /** So many calls of RunTask to come start nothing, each for its reason. */
  runTaskFailures: readonly { readonly reason: string; readonly detail: string | undefined }[];
  /** How DescribeExpressGatewayService answers for a service that is not there: both have been seen. */
  missingServiceError: 'ResourceNotFoundException' | 'InvalidParameterException';
};
