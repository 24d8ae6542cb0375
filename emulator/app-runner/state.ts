import type { ArnMaker } from '../arn.ts';
import type { Ids } from '../ids.ts';
import { AwsError, type Clock, type Engine, type LogStore, type MetricSink } from '../world.ts';
import type { Service } from './service.ts';

/** All that the emulated App Runner remembers. Passed as the first argument to whatever needs it. */
export type AppRunner = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly arn: ArnMaker;
  readonly engine: Engine;
  /** For services built from source: nothing is built here. */
  readonly standIn: Engine;
  readonly logs: LogStore;
  readonly metrics: MetricSink;
  /** True when the world's DNS has this CNAME. */
  readonly hasCname: (name: string, value: string) => boolean;
  readonly services: Map<string, Service>;
  readonly autoScaling: Map<string, AutoScalingConfiguration>;
  readonly vpcConnectors: Map<string, VpcConnector>;
};

export type AutoScalingConfiguration = {
  readonly arn: string;
  readonly name: string;
  readonly revision: number;
  readonly maxConcurrency: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly createdAt: Date;
  readonly isDefault: boolean;
};

export type VpcConnector = {
  readonly arn: string;
  readonly name: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly createdAt: Date;
};

/** Seconds of virtual time; operators see an image-based service run after 2 to 4 minutes, the rest within one or two. */
export const TIMINGS = {
  create: 120,
  deploy: 90,
  pause: 45,
  resume: 60,
  delete: 60,
  domainCreating: 15,
  domainCheck: 30,
  domainBinding: 60,
  domainDeleting: 30,
} as const;

export function findService(runner: AppRunner, arn: string): Service {
  const service = runner.services.get(arn);
  if (service) return service;
  throw new AwsError('ResourceNotFoundException', `Service cannot be found: ${arn}`);
}

export const dateOf = ({ clock }: Pick<AppRunner, 'clock'>): Date => new Date(clock.now());
