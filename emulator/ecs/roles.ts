import { AwsError } from '../world.ts';
import { optionalText } from './members.ts';
import type { Ecs } from './state.ts';
import { findTaskDefinition } from './task-definitions.ts';

/** ECS tries the infrastructure role while it answers; a role that was just made is not everywhere yet. */
export function checkInfrastructureRole(ecs: Ecs, roleArn: string): void {
  if (ecs.scenario.rolePropagationFailures > 0) {
    ecs.scenario.rolePropagationFailures -= 1;
    throw cannotAssume(roleArn);
  }
  if (ecs.roles.judge(roleArn, 'ecs.amazonaws.com') !== 'usable') throw cannotAssume(roleArn);
}

const cannotAssume = (roleArn: string): AwsError =>
  new AwsError(
    'AccessDeniedException',
    `Cannot assume role ${roleArn}. Please verify that the role exists and that ecs.amazonaws.com is authorized to perform: sts:AssumeRole on it.`,
    403,
  );

/** None for a service that runs a task definition of the caller's own: that was registered before. */
export function rolesOfService(ecs: Ecs, serviceArn: string): readonly string[] {
  const service = ecs.services.get(serviceArn);
  if (service?.kind !== 'express') return [];
  const { executionRoleArn, taskRoleArn, ownTaskDefinition } =
    (service.steady ?? service.revisions[0])?.configuration ?? {};
  if (ownTaskDefinition !== undefined) return [];
  return [executionRoleArn, taskRoleArn].filter((role) => role !== undefined);
}

export function rolesOfDefinition(ecs: Ecs, reference: string): readonly string[] {
  const content = findTaskDefinition(ecs, reference)?.content ?? {};
  return ['executionRoleArn', 'taskRoleArn'].flatMap((name) => optionalText(content, name) ?? []);
}
