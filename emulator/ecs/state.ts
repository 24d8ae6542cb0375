import type { ArnMaker } from '../arn.ts';
import type { RunningClock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Engine, ImageStore, LoadBalancing, LogStore, RoleStore } from '../world.ts';
import type { Cluster } from './clusters.ts';
import type { Scenario } from './scenario.ts';
import type { Service } from './service.ts';
import type { TaskDefinition } from './task-definitions.ts';

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
  readonly scenario: Scenario;
};

export const dateOf = (ecs: EcsWorld): Date => new Date(ecs.clock.now());
