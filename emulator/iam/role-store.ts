import { judge } from '../authorization/policy.ts';
import type { RoleStore } from '../world.ts';
import { readTrustPolicy, trusts } from './policy-document.ts';
import { policyOf, type Role, type Roles } from './roles.ts';

/** IAM is eventually consistent; "a few seconds" is what operators see before ECS can assume a new role. */
const PROPAGATION_SECONDS = 10;

/** The one managed policy whose text matters here: it lets nobody read a secret (ECS guide, "Task execution IAM role"). */
const isWhollyKnown = ({ attached }: Role): boolean =>
  [...attached].every((arn) => arn.endsWith(':policy/service-role/AmazonECSTaskExecutionRolePolicy'));

/**
 * What ECS makes of a role it is given.
 *
 * Unless `strict`, a role of this account that IAM has never heard of is usable: an emulator starts empty, and
 * whoever points their tests at it names roles that exist in their account. What was deleted is missing all the same.
 */
export function createRoleStore(roles: Roles, options: { readonly strict: boolean }): RoleStore {
  const ownRole = new RegExp(
    `^arn:${roles.partition}:iam::${roles.accountId}:role/(?:\\S*/)?([\\w+=,.@-]{1,64})$`,
  );
  return {
    judge: (roleArn, servicePrincipal) => {
      const name = ownRole.exec(roleArn)?.[1];
      if (name === undefined || roles.deleted.has(name)) return 'missing';
      const role = roles.byName.get(name);
      if (!role) return options.strict ? 'missing' : 'usable';
      if (role.arn !== roleArn) return 'missing';
      if (!trusts(readTrustPolicy(role.trustPolicy), servicePrincipal)) return 'untrusted';
      const ageSeconds = (roles.clock.now() - role.createdAt.getTime()) / 1000;
      return ageSeconds < PROPAGATION_SECONDS ? 'propagating' : 'usable';
    },
    may: (roleArn, action, resource) => {
      const role = roles.byName.get(ownRole.exec(roleArn)?.[1] ?? '');
      if (role === undefined || role.isGivenFromTheStart || !isWhollyKnown(role)) return undefined;
      return judge(policyOf(role), { action, resource, context: {} }) === undefined;
    },
  };
}
