import type { ResourceName } from './managed-resources.ts';

/** What a test asks ECS to do wrong; see `POST /_emulator/ecs` in the README. */
export type Scenario = {
  /** So many creates and updates to come are refused as if a role had not propagated. */
  rolePropagationFailures: number;
  /** Services whose rollback alarm goes off in the next canary. */
  readonly armedAlarms: Set<string>;
  /** Rollbacks end as ROLLBACK_FAILED while true. */
  failRollback: boolean;
  /** By service name: the managed resource that cannot be provisioned, and why. */
  readonly failResources: Map<string, { readonly resource: ResourceName; readonly reason: string }>;
  /** Forces endpoints with (`true`) or without (`false`) `https://`; undefined: by the service's name. */
  endpointScheme: boolean | undefined;
  /** Subnets without a route to an internet gateway: a service in them gets an internal load balancer. */
  readonly privateSubnets: Set<string>;
  /** How DescribeExpressGatewayService answers for a service that is not there: both have been seen. */
  missingServiceError: 'ResourceNotFoundException' | 'InvalidParameterException';
};

export const createScenario = (): Scenario => ({
  rolePropagationFailures: 0,
  armedAlarms: new Set(),
  failRollback: false,
  failResources: new Map(),
  endpointScheme: undefined,
  privateSubnets: new Set(),
  missingServiceError: 'ResourceNotFoundException',
});
