import { partitionOf } from '../arn.ts';
import { type Policy, parsePolicy } from '../authorization/policy.ts';
import type { Ids } from '../ids.ts';
import { AwsError, type Clock } from '../world.ts';

export type Role = {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  readonly trustPolicy: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  /** Inline policies by name. */
  readonly inline: Map<string, string>;
  /** It stands in for one of the caller's account, of which nothing else is known. */
  readonly isGivenFromTheStart: boolean;
};

/** The roles of the emulator's one account, by name. */
export type Roles = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly partition: string;
  readonly accountId: string;
  readonly byName: Map<string, Role>;
  /** A deleted role is gone, whatever is assumed of names that were never heard of. */
  readonly deleted: Set<string>;
};

const ECS = 'ecs.amazonaws.com';
const ECS_TASKS = 'ecs-tasks.amazonaws.com';
const EXECUTION_POLICY = 'service-role/AmazonECSTaskExecutionRolePolicy';
const INFRASTRUCTURE_POLICY = 'service-role/AmazonECSInfrastructureRoleforExpressGatewayServices';

/** As AWS's guides and the ECS console name them, so that what is typed from a guide finds its roles. */
const FROM_THE_START = [
  { name: 'ecsTaskExecutionRole', service: ECS_TASKS, policy: EXECUTION_POLICY },
  { name: 'ecsTaskRole', service: ECS_TASKS },
  { name: 'ecsInfrastructureRole', service: ECS, policy: INFRASTRUCTURE_POLICY },
  { name: 'ecsInfrastructureRoleForExpressServices', service: ECS, policy: INFRASTRUCTURE_POLICY },
  { name: 'AWSServiceRoleForECS', service: ECS, path: '/aws-service-role/ecs.amazonaws.com/' },
];

export function createRoles(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
}): Roles {
  const { clock, ids, region, accountId } = options;
  const partition = partitionOf(region);
  const roles: Roles = { clock, ids, partition, accountId, byName: new Map(), deleted: new Set() };
  const longAgo = new Date('2025-11-21T00:00:00Z');
  for (const { name, service, policy, path } of FROM_THE_START) {
    const attached = policy === undefined ? [] : [`arn:${partition}:iam::aws:policy/${policy}`];
    addRole(roles, {
      name,
      path,
      trustPolicy: trustPolicyFor(service),
      createdAt: longAgo,
      attached,
      isGivenFromTheStart: true,
    });
  }
  return roles;
}

export function addRole(
  roles: Roles,
  given: {
    readonly name: string;
    readonly trustPolicy: string;
    readonly path?: string | undefined;
    readonly createdAt?: Date;
    readonly description?: string | undefined;
    readonly maxSessionSeconds?: number | undefined;
    readonly tags?: Role['tags'];
    readonly attached?: readonly string[];
    readonly isGivenFromTheStart?: boolean;
  },
): Role {
  const { name, trustPolicy, path = '/', description, attached = [], tags = [] } = given;
  const role: Role = {
    name,
    path,
    arn: `arn:${roles.partition}:iam::${roles.accountId}:role${path}${name}`,
    id: `AROA${roles.ids.hex(17).toUpperCase()}`,
    createdAt: given.createdAt ?? new Date(roles.clock.now()),
    description,
    maxSessionSeconds: given.maxSessionSeconds ?? 3600,
    trustPolicy,
    tags,
    attached: new Set(attached),
    inline: new Map(),
    isGivenFromTheStart: given.isGivenFromTheStart ?? false,
  };
  roles.byName.set(name, role);
  roles.deleted.delete(name);
  return role;
}

export function findRole(roles: Roles, name: string): Role {
  const role = roles.byName.get(name);
  if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return role;
}

const trustPolicyFor = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** Of its inline policies. */
export function policyOf(role: Role): Policy {
  try {
    return [...role.inline.values()].flatMap((document) => parsePolicy(JSON.parse(document)));
  } catch (cause) {
    throw new AwsError('PolicyEvaluation', cause instanceof Error ? cause.message : String(cause), 500);
  }
}
