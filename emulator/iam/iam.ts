import type { Ids } from '../ids.ts';
import { queryRefusal } from '../shapes/refusals.ts';
import type { AwsService, Clock, RoleStore } from '../world.ts';
import { roleOperations } from './role-operations.ts';
import { rolePolicyOperations } from './role-policy-operations.ts';
import { createRoleStore } from './role-store.ts';
import { createRoles } from './roles.ts';
import { simulationOperations } from './simulation.ts';

/** IAM, as far as roles go: `roles` for ECS to judge by, `api` for clients. Both see the same state. */
export function createIam(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
  /** Refuse roles that were neither there from the start nor created through the API. */
  readonly strictRoles: boolean;
}): { readonly roles: RoleStore; readonly api: AwsService } {
  const roles = createRoles(options);
  return {
    roles: createRoleStore(roles, { strict: options.strictRoles }),
    api: {
      name: 'iam',
      protocol: {
        kind: 'query',
        apiVersion: '2010-05-08',
        xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
      },
      refuse: queryRefusal,
      operations: {
        ...roleOperations(roles),
        ...rolePolicyOperations(roles),
        ...simulationOperations(roles),
      },
    },
  };
}
