import { type AskedCall, type Place, textsIn } from './asked-call.ts';
import { matchesPattern } from './conditions.ts';
import type { ResourceType } from './reference.ts';

/**
 * What a call is about: ARNs in its input that have the format of one of the action's resource types, or else names that
 * stand where the type's last slot is. Empty where the emulator cannot tell.
 */
export function resourcesOf(
  call: AskedCall,
  types: readonly ResourceType[],
  place: Place,
): readonly string[] {
  const arns = arnsIn(call).filter((arn) => types.some(({ format }) => hasFormat(arn, format)));
  if (arns.length > 0) return arns;
  return types
    .filter(({ required }) => required)
    .flatMap((type) => namesOf(type.name, call).flatMap((name) => fill(type.format, name, { call, place })));
}

/** Resources that a simulation is about are none of its own. */
const OF_OTHER_CALLS = 'ResourceArns';

const arnsIn = ({ input }: AskedCall): readonly string[] =>
  Object.keys(input)
    .filter((member) => member !== OF_OTHER_CALLS)
    .flatMap((member) => textsIn(input, member))
    .filter((text) => text.startsWith('arn:'));

const hasFormat = (arn: string, format: string): boolean =>
  matchesPattern(arn, format.replaceAll(/\$\{\w+\}/g, '*'));

/** Members that name a resource of the type otherwise than by its ARN; the first that is there does. */
const NAMING_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  'cloudwatch:alarm': ['AlarmName', 'AlarmNames'],
  'ecr:repository': ['repositoryName', 'repositoryNames'],
  'ecs:cluster': ['clusterName', 'clusters'],
  'ecs:service': ['serviceName', 'serviceArn', 'service', 'services'],
  'ecs:task': ['task', 'tasks'],
  'ecs:task-definition': ['taskDefinition'],
  'iam:role': ['RoleName'],
  'logs:log-group': ['logGroupName'],
  'logs:log-stream': ['logStreamName'],
  'route53:change': ['Id'],
  'route53:delegationset': ['Id'],
  'route53:healthcheck': ['HealthCheckId'],
  'route53:hostedzone': ['HostedZoneId', 'Id'],
};

function namesOf(type: string, { input }: AskedCall): readonly string[] {
  const members = NAMING_MEMBERS[type] ?? [];
  const names = members.map((member) => textsIn(input, member)).find((texts) => texts.length > 0) ?? [];
  if (names.length === 0 && type === 'ecs:cluster') return ['default'];
  // `/hostedzone/Z…`, as Route 53 itself answers.
  return type.startsWith('route53:') ? names.map((name) => name.split('/').at(-1) ?? '') : names;
}

/** The last slot is the name's. Empty when another stays open, as the name of an App Runner service beside its id. */
function fill(
  format: string,
  name: string,
  { call, place }: { readonly call: AskedCall; readonly place: Place },
): readonly string[] {
  const slots = [...format.matchAll(/\$\{(\w+)\}/g)].map(([, slot = '']) => slot);
  const values: Readonly<Record<string, string | undefined>> = {
    Partition: place.partition,
    Region: place.region,
    Account: place.accountId,
    ClusterName: clusterOf(call),
    LogGroupName: textsIn(call.input, 'logGroupName')[0],
    [slots.at(-1) ?? '']: name,
    // `family:revision`, or a family for its newest revision.
    ...(slots.includes('TaskDefinitionFamilyName') && {
      TaskDefinitionFamilyName: name.split(':')[0],
      TaskDefinitionRevisionNumber: name.split(':')[1] ?? '*',
    }),
  };
  if (slots.some((slot) => values[slot] === undefined)) return [];
  return [format.replaceAll(/\$\{(\w+)\}/g, (_, slot: string) => values[slot] ?? '')];
}

export function clusterOf({ input }: AskedCall): string {
  return (textsIn(input, 'cluster')[0] ?? 'default').split('/').at(-1) ?? '';
}
