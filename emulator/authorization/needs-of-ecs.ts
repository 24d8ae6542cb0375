import { type AskedCall, type Place, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import type { Need } from './policy.ts';

/** Operations whose resource is the service that a member names, by ARN or by its name within `cluster`. */
const SERVICE_MEMBERS = {
  CreateExpressGatewayService: 'serviceName',
  DeleteExpressGatewayService: 'serviceArn',
  DescribeExpressGatewayService: 'serviceArn',
  DescribeServices: 'services',
  ListServiceDeployments: 'service',
  UpdateExpressGatewayService: 'serviceArn',
} as const;

/** Those whose resource a member names by its ARN. */
const ARN_MEMBERS = {
  DescribeServiceDeployments: 'serviceDeploymentArns',
  DescribeServiceRevisions: 'serviceRevisionArns',
  ListTagsForResource: 'resourceArn',
  StopServiceDeployment: 'serviceDeploymentArn',
  TagResource: 'resourceArn',
  UntagResource: 'resourceArn',
} as const;

const memberOf = (members: Readonly<Record<string, string>>, operation: string) =>
  Object.hasOwn(members, operation) ? members[operation] : undefined;

export function ecsNeeds(call: AskedCall, place: Place): readonly Need[] {
  const action = `ecs:${call.operation}`;
  const context = { 'ecs:cluster': place.arn('ecs', `cluster/${clusterOf(call)}`) };
  const resources = resourcesOf(call, place);
  const own = (resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource, context }));
  return [...own, ...expressNeeds(call, place, resources), ...taskNeeds(call, place)];
}

/** Whoever writes roles into a task definition, or runs one that has them, hands them over (ECS guide, "Task IAM role"). */
function taskNeeds({ operation, input }: AskedCall, place: Place): readonly Need[] {
  const definition = textsIn(input, 'taskDefinition')[0] ?? '';
  const roles =
    operation === 'RunTask'
      ? place.rolesOfDefinition(definition)
      : operation === 'RegisterTaskDefinition'
        ? [...textsIn(input, 'executionRoleArn'), ...textsIn(input, 'taskRoleArn')]
        : [];
  return [...new Set(roles)].map((role) => passRole(role, 'ecs-tasks.amazonaws.com'));
}

function resourcesOf(call: AskedCall, place: Place): readonly string[] {
  const { operation, input } = call;
  const serviceMember = memberOf(SERVICE_MEMBERS, operation);
  if (serviceMember !== undefined) {
    return textsIn(input, serviceMember).map((service) =>
      service.startsWith('arn:') ? service : place.arn('ecs', `service/${clusterOf(call)}/${service}`),
    );
  }
  const arnMember = memberOf(ARN_MEMBERS, operation);
  if (arnMember !== undefined) return textsIn(input, arnMember);
  if (operation === 'CreateCluster')
    return [place.arn('ecs', `cluster/${textsIn(input, 'clusterName')[0] ?? 'default'}`)];
  if (operation === 'DescribeTasks' || operation === 'StopTask') {
    return textsIn(input, operation === 'StopTask' ? 'task' : 'tasks').map((task) =>
      task.startsWith('arn:') ? task : place.arn('ecs', `task/${clusterOf(call)}/${task}`),
    );
  }
  if (operation === 'RunTask') {
    return textsIn(input, 'taskDefinition').map((definition) =>
      definition.startsWith('arn:') ? definition : place.arn('ecs', `task-definition/${definition}`),
    );
  }
  return [];
}

function clusterOf({ input }: AskedCall): string {
  return (textsIn(input, 'cluster')[0] ?? 'default').split('/').at(-1) ?? '';
}

/**
 * What Express does in the name of the caller: it registers a task definition and hands over the roles. "Dependent
 * actions" of CreateExpressGatewayService in the reference; operators see the same with updates. Tags at a creation need
 * ecs:TagResource, with the creating operation as `ecs:CreateAction` (ECS developer guide, "Tagging resources").
 */
function expressNeeds(call: AskedCall, place: Place, services: readonly string[]): readonly Need[] {
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

function passRole(resource: string, service: string): Need {
  return { action: 'iam:PassRole', resource, context: { 'iam:passedtoservice': service } };
}

function tagAtCreation(resource: string, operation: string): Need {
  const context: Context = { 'ecs:createaction': operation };
  return { action: 'ecs:TagResource', resource, context };
}
