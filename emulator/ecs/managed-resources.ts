import { sleep } from '../clock.ts';
import { DEFAULT_VPC } from './configuration.ts';
import { addEvent } from './events.ts';
import {
  type Deployment,
  dateOf,
  type Ecs,
  type ExpressService,
  type Ingress,
  type ManagedResource,
  type ManagedResources,
  type ResourceName,
} from './state.ts';
import { TIMINGS } from './timings.ts';

export const createManagedResources = (): ManagedResources => ({
  states: new Map(),
  targetGroupArns: undefined,
  ingress: undefined,
});

const isResourceName = (name: string): name is ResourceName => Object.hasOwn(TIMINGS.resources, name);
export const RESOURCE_NAMES: readonly ResourceName[] = Object.keys(TIMINGS.resources).filter(isResourceName);

/** PROVISIONING is shown from the moment the service is created, before its deployment begins. */
export function announceResources(ecs: Ecs, service: ExpressService): void {
  for (const name of RESOURCE_NAMES) setResource(ecs, service, name, { status: 'PROVISIONING' });
}

/**
 * Brings what is not ACTIVE yet to life, each in its time. A resource that fails stays FAILED with its reason, and the
 * result is that reason, once ECS has given up on it.
 */
export async function provision(
  ecs: Ecs,
  service: ExpressService,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const [name, { status }] of service.resources.states) {
    if (status === 'FAILED') setResource(ecs, service, name, { status: 'PROVISIONING' });
  }
  let elapsed = 0;
  for (const name of RESOURCE_NAMES) {
    if (service.resources.states.get(name)?.status === 'ACTIVE') continue;
    await sleep(ecs.clock, Math.max(0, TIMINGS.resources[name] - elapsed), signal);
    elapsed = Math.max(elapsed, TIMINGS.resources[name]);
    await waitWhileStuck(ecs, service, { name, signal });
    const failure = ecs.scenario.failResources.get(service.name);
    if (failure?.resource === name) {
      setResource(ecs, service, name, { status: 'FAILED', statusReason: failure.reason });
      addEvent(ecs, service, `was unable to provision a managed resource: ${failure.reason}`);
      await sleep(ecs.clock, TIMINGS.resourceFailure, signal);
      return failure.reason;
    }
    setResource(ecs, service, name, { status: 'ACTIVE', arn: make(ecs, service, name) });
  }
  return undefined;
}

/** Tried again and again, with the reason beside a status that does not change; it heals by itself once it can. */
async function waitWhileStuck(
  ecs: Ecs,
  service: ExpressService,
  { name, signal }: { readonly name: ResourceName; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    const stuck = ecs.scenario.stuckResources.get(service.name);
    if (stuck?.resource !== name) return;
    setResource(ecs, service, name, { status: 'PROVISIONING', statusReason: stuck.reason });
    await sleep(ecs.clock, TIMINGS.resourceRetry, signal);
  }
}

function setResource(
  ecs: Ecs,
  service: ExpressService,
  name: ResourceName,
  change: Partial<Omit<ManagedResource, 'updatedAt'>>,
): void {
  const before = service.resources.states.get(name);
  const base = before ?? { status: 'PROVISIONING' as const, arn: undefined };
  service.resources.states.set(name, { ...base, statusReason: undefined, updatedAt: dateOf(ecs), ...change });
}

function make(ecs: Ecs, service: ExpressService, name: ResourceName): string {
  const path = `${service.clusterName}/${service.name}`;
  switch (name) {
    case 'logGroup':
      return makeLogGroup(ecs, service);
    case 'serviceSecurityGroup':
      return ecs.arn('ec2', `security-group/${service.managedSecurityGroup}`);
    case 'loadBalancerSecurityGroup':
      return ecs.arn('ec2', `security-group/${loadBalancerSecurityGroup(ecs, service)}`);
    case 'certificate':
      return ecs.arn('acm', `certificate/${ecs.ids.uuid()}`);
    case 'targetGroups':
      return makeTargetGroups(ecs, service);
    case 'loadBalancer':
      return takePlace(ecs, service).loadBalancerArn;
    case 'listener':
      return takePlace(ecs, service).listenerArn;
    case 'rule':
      return takePlace(ecs, service).ruleArn;
    case 'scalableTarget':
      return ecs.arn('application-autoscaling', `scalable-target/${ecs.ids.hex(32)}`);
    case 'scalingPolicy':
      return ecs.arn(
        'autoscaling',
        `scalingPolicy:${ecs.ids.uuid()}:resource/ecs/service/${path}:policyName/${service.name}`,
      );
    case 'metricAlarm':
      return ecs.arn('cloudwatch', `alarm:${alarmName(service)}`);
  }
}

export const alarmName = (service: ExpressService): string =>
  `${service.clusterName}/${service.name}/RollbackAlarm`;

function makeLogGroup(ecs: Ecs, service: ExpressService): string {
  const container = service.revisions[0]?.configuration.container;
  const name = container?.logGroup ?? service.usualLogGroup;
  if (!container?.logGroupGiven && !ecs.logs.hasGroup(name)) ecs.logs.createGroup(name);
  return ecs.arn('logs', `log-group:${name}`);
}

function makeTargetGroups(ecs: Ecs, service: ExpressService): string {
  const configuration = service.revisions[0]?.configuration;
  const create = (): string =>
    ecs.loadBalancing.createTargetGroup({
      vpcId: DEFAULT_VPC.vpcId,
      port: configuration?.container.containerPort ?? 80,
      healthCheckPath: configuration?.healthCheckPath ?? '/',
    });
  const pair = [create(), create()] as const;
  service.resources.targetGroupArns = pair;
  return pair[0];
}

/**
 * Services of one VPC and scheme share a load balancer; the first of them fixes its subnets. The rule is made together
 * with it, before the API shows it: rules are what a load balancer has room for 25 of, so that services which come
 * at the same time do not all take the last place.
 */
function takePlace(ecs: Ecs, service: ExpressService): Ingress {
  if (service.resources.ingress) return service.resources.ingress;
  const { loadBalancerArn, listenerArn } = ecs.loadBalancing.ensureLoadBalancer({
    vpcId: DEFAULT_VPC.vpcId,
    scheme: service.scheme,
    subnetIds: service.revisions[0]?.configuration.subnets ?? DEFAULT_VPC.subnets,
    securityGroupIds: [loadBalancerSecurityGroup(ecs, service)],
  });
  const certificateArn = service.resources.states.get('certificate')?.arn;
  const ruleArn = ecs.loadBalancing.createRule({
    listenerArn,
    ...(certificateArn !== undefined && { certificateArn }),
    hosts: [service.host],
    forward: weights(service, 0, 100),
  });
  service.resources.ingress = { loadBalancerArn, listenerArn, ruleArn };
  return service.resources.ingress;
}

const loadBalancerSecurityGroup = (ecs: Ecs, service: ExpressService): string =>
  `sg-0${Buffer.from(`${ecs.accountId}${service.scheme}`).toString('hex').slice(-16)}`;

/**
 * The rule's weights with `percent` of the traffic on `side`. Express writes 100/0 when nothing moves and parts of a
 * thousand while it shifts (950/50 was observed): the sum is no constant.
 */
function weights(service: ExpressService, side: 0 | 1, percent: number): readonly ForwardWeight[] {
  const scale = percent === 0 || percent === 100 ? 1 : 10;
  return (service.resources.targetGroupArns ?? []).map((targetGroupArn, index) => ({
    targetGroupArn,
    weight: (index === side ? percent : 100 - percent) * scale,
  }));
}

type ForwardWeight = { readonly targetGroupArn: string; readonly weight: number };

/** Sends `percent` of the traffic to the deployment's target, by Express's own rule and no other. */
export function setTraffic(ecs: Ecs, service: ExpressService, deployment: Deployment, percent: number): void {
  deployment.targetPercent = percent;
  const rule = service.resources.ingress?.ruleArn;
  // A first deployment that is given up leaves the rule as it is: nothing else could answer.
  if (!rule || (percent === 0 && !deployment.source)) return;
  ecs.loadBalancing.setRuleWeights(rule, weights(service, deployment.target.side, percent));
}

export function startDeprovisioning(ecs: Ecs, service: ExpressService): void {
  for (const name of service.resources.states.keys())
    setResource(ecs, service, name, { status: 'DEPROVISIONING' });
}

/** The load balancer goes with the last service that used it; the log group stays. */
export function finishDeprovisioning(ecs: Ecs, service: ExpressService): void {
  const { loadBalancing } = ecs;
  const { ingress, targetGroupArns = [] } = service.resources;
  if (ingress) loadBalancing.deleteRule(ingress.ruleArn);
  for (const arn of targetGroupArns) loadBalancing.deleteTargetGroup(arn);
  const isUsed = [...ecs.services.values()].some(
    (other) =>
      other.kind === 'express' &&
      other !== service &&
      other.status !== 'INACTIVE' &&
      other.resources.ingress?.loadBalancerArn === ingress?.loadBalancerArn,
  );
  if (ingress && !isUsed) loadBalancing.deleteLoadBalancer(ingress.loadBalancerArn);
  for (const name of service.resources.states.keys()) setResource(ecs, service, name, { status: 'DELETED' });
}
