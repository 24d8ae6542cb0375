import type { Address } from '../world.ts';
import type { CustomDomain } from './custom-domain.ts';
import type { HealthCheck } from './read-health-check.ts';
import type { InstanceSettings } from './read-instance.ts';
import type { NetworkSettings } from './read-network.ts';
import type { Source } from './read-source.ts';

export type ServiceStatus =
  | 'CREATE_FAILED'
  | 'RUNNING'
  | 'DELETED'
  | 'DELETE_FAILED'
  | 'PAUSED'
  | 'OPERATION_IN_PROGRESS';

/** What an update may change. */
export type Configuration = {
  readonly source: Source;
  readonly instance: InstanceSettings;
  readonly healthCheck: HealthCheck;
  readonly network: NetworkSettings;
  readonly autoScalingArn: string;
  readonly observability: object;
};

/** The one container that stands for all instances of a service. */
export type Instance = {
  readonly stop: () => Promise<void>;
  readonly address: Address;
};

export type Service = {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The bare host it answers under. */
  readonly url: string;
  readonly createdAt: Date;
  readonly kmsKey: string | undefined;
  readonly tags: Map<string, string>;
  readonly customDomains: Map<string, CustomDomain>;
  configuration: Configuration;
  status: ServiceStatus;
  updatedAt: Date;
  deletedAt: Date | undefined;
  instance: Instance | undefined;
};
