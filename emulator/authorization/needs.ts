import { arnMaker, partitionOf } from '../arn.ts';
import { type AskedCall, type Place, type Surroundings, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import { ecsNeeds } from './needs-of-ecs.ts';
import { route53Needs } from './needs-of-route-53.ts';
import type { Need } from './policy.ts';

/** Prefixes of actions that differ from what the emulator calls the service. */
const PREFIXES: Readonly<Record<string, string>> = { elbv2: 'elasticloadbalancing' };

/** "No permissions are required" (STS API reference); a token is traded in before there are credentials to judge. */
const FREE = ['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:AssumeRoleWithWebIdentity'];

/**
 * What AWS wants to see allowed for a call, from the Service Authorization Reference: an action is called as its
 * operation, and a resource stands here where the reference has one for it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function needsOf(call: AskedCall, surroundings: Surroundings): readonly Need[] {
  const { region, accountId } = surroundings;
  const place = { ...surroundings, partition: partitionOf(region), arn: arnMaker(region, accountId) };
  const action = `${PREFIXES[call.service] ?? call.service}:${call.operation}`;
  if (FREE.includes(action)) return [];
  if (call.service === 'ecs') return ecsNeeds(call, place);
  if (call.service === 'route53') return route53Needs(call, place);
  if (call.service === 'elbv2' && call.operation === 'CreateListener')
    return createListenerNeeds(call, place);
  if (call.service === 'acm' && call.operation === 'RequestCertificate') return requestNeeds(call, place);
  const known = RESOURCES[call.service]?.(call, place) ?? [];
  const context = call.service === 'elbv2' ? MANAGED : {};
  return (known.length === 0 ? ['*'] : known).map((resource) => ({ action, resource, context }));
}

/** Express tags all that it makes, and there are no other load balancers here. */
const MANAGED: Context = { 'aws:resourcetag/amazonecsmanaged': 'true' };

/** Tags in the request are tags on a listener that is not there yet: it is asked for as any of the load balancer's. */
function createListenerNeeds({ input }: AskedCall, { arn }: Place): readonly Need[] {
  const [loadBalancerArn = ''] = textsIn(input, 'LoadBalancerArn');
  const protocol = { 'elasticloadbalancing:listenerprotocol': textsIn(input, 'Protocol') };
  const create: Need = {
    action: 'elasticloadbalancing:CreateListener',
    resource: loadBalancerArn,
    context: { ...MANAGED, ...protocol },
  };
  const tags = input['Tags'];
  if (!Array.isArray(tags) || tags.length === 0) return [create];
  const path = loadBalancerArn.slice(loadBalancerArn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
  return [
    create,
    {
      action: 'elasticloadbalancing:AddTags',
      resource: arn('elasticloadbalancing', `listener/${path}/*`),
      context: { 'elasticloadbalancing:createaction': 'CreateListener' },
    },
  ];
}

/** Who sends tags along has to be allowed to set them. */
function requestNeeds({ input }: AskedCall, { arn }: Place): readonly Need[] {
  const tags: readonly unknown[] = Array.isArray(input['Tags']) ? input['Tags'] : [];
  const requestTags = tags.map((tag) => {
    const { Key, Value = '' } = Object(tag);
    return [`aws:requesttag/${String(Key).toLowerCase()}`, String(Value)];
  });
  const names = [...textsIn(input, 'DomainName'), ...textsIn(input, 'SubjectAlternativeNames')];
  const context: Context = {
    'acm:domainnames': names,
    'acm:validationmethod': textsIn(input, 'ValidationMethod')[0] ?? 'EMAIL',
    ...Object.fromEntries(requestTags),
  };
  const request: Need = { action: 'acm:RequestCertificate', resource: '*', context };
  if (tags.length === 0) return [request];
  return [
    request,
    {
      action: 'acm:AddTagsToCertificate',
      resource: arn('acm', 'certificate/*'),
      context: Object.fromEntries(requestTags),
    },
  ];
}

type FindResources = (call: AskedCall, place: Place) => readonly string[];

const RESOURCES: Readonly<Record<string, FindResources>> = {
  acm: ({ input }) => textsIn(input, 'CertificateArn'),
  apprunner: ({ input }) =>
    ['ServiceArn', 'AutoScalingConfigurationArn', 'VpcConnectorArn', 'ResourceArn'].flatMap((name) =>
      textsIn(input, name),
    ),
  cloudwatch: ({ operation, input }, { arn }) =>
    operation === 'DescribeAlarms'
      ? textsIn(input, 'AlarmNames').map((name) => arn('cloudwatch', `alarm:${name}`))
      : [],
  ecr: ({ input }, { arn }) =>
    [...textsIn(input, 'repositoryName'), ...textsIn(input, 'repositoryNames')].map((name) =>
      arn('ecr', `repository/${name}`),
    ),
  // The reading of load balancers has no resources, changing has.
  elbv2: ({ operation, input }) =>
    operation.startsWith('Describe')
      ? []
      : ['RuleArn', 'ListenerArn', 'LoadBalancerArn'].flatMap((name) => textsIn(input, name)),
  iam: ({ input }, { partition, accountId }) => [
    ...textsIn(input, 'RoleName').map((name) => `arn:${partition}:iam::${accountId}:role/${name}`),
    ...textsIn(input, 'PolicySourceArn'),
  ],
  logs: ({ input }, { arn }) =>
    textsIn(input, 'logGroupName').map((group) => {
      const [stream] = textsIn(input, 'logStreamName');
      return arn('logs', `log-group:${group}${stream === undefined ? '' : `:log-stream:${stream}`}`);
    }),
  sts: ({ input }) => textsIn(input, 'RoleArn'),
};
