import { type AskedCall, type Place, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import type { Need } from './policy.ts';

/**
 * What Express does in the name of the caller: it registers a task definition and hands over the roles. The reference
 * names no dependent actions of these calls; operators saw what they ask for. Tags at a creation need ecs:TagResource,
 * with the creating operation as `ecs:CreateAction` (ECS developer guide, "Tagging resources").
 */
export function expressNeeds(call: AskedCall, place: Place, services: readonly string[]): readonly Need[] {
  const { operation, input } = call;
  const creates = operation === 'CreateExpressGatewayService';
  if (!creates && operation !== 'UpdateExpressGatewayService') return [];
  const hasOwnDefinition = textsIn(input, 'taskDefinitionArn').length > 0;
  const before = creates || hasOwnDefinition ? [] : services.flatMap((arn) => place.rolesOfService(arn));
  const ofTasks = [...before, ...textsIn(input, 'executionRoleArn'), ...textsIn(input, 'taskRoleArn')];
  const tags = Array.isArray(input['tags']) ? input['tags'] : [];
  return [
    ...(hasOwnDefinition ? [] : [{ action: 'ecs:RegisterTaskDefinition', resource: '*', context: {} }]),
    ...textsIn(input, 'infrastructureRoleArn').map((role) => passRole(role, 'ecs.amazonaws.com')),
    ...[...new Set(ofTasks)].map((role) => passRole(role, 'ecs-tasks.amazonaws.com')),
    ...(tags.length === 0 ? [] : services.map((resource) => tagAtCreation(resource, operation))),
  ];
}

/** Whoever writes roles into a task definition, or runs one that has them, hands them over (ECS guide, "Task IAM role"). */
export function taskNeeds({ operation, input }: AskedCall, place: Place): readonly Need[] {
  const definition = textsIn(input, 'taskDefinition')[0] ?? '';
  const roles =
    operation === 'RunTask'
      ? place.rolesOfDefinition(definition)
      : operation === 'RegisterTaskDefinition'
        ? [...textsIn(input, 'executionRoleArn'), ...textsIn(input, 'taskRoleArn')]
        : [];
  return [...new Set(roles)].map((role) => passRole(role, 'ecs-tasks.amazonaws.com'));
}

function passRole(resource: string, service: string): Need {
  return { action: 'iam:PassRole', resource, context: { 'iam:passedtoservice': service } };
}

function tagAtCreation(resource: string, operation: string): Need {
  const context: Context = { 'ecs:createaction': operation };
  return { action: 'ecs:TagResource', resource, context };
}
