import { optionalStructures, optionalText, optionalTexts, requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { findListener, findLoadBalancer, findPlainListener, findRule, findTargetGroup } from './lookup.ts';
import { page } from './paging.ts';
import { renderTargetGroup } from './render.ts';
import { type Balancing, balancerUsing, type TargetGroup } from './state.ts';
import { targetStatus } from './target-groups.ts';

export const describeTargetOperations = (balancing: Balancing): Record<string, Operation> => ({
  DescribeTargetGroups: (input) => {
    const { items, NextMarker } = page(chosenTargetGroups(balancing, input), input);
    return { TargetGroups: items.map((group) => renderTargetGroup(balancing, group)), NextMarker };
  },

  DescribeTargetHealth: (input) => {
    const group = findTargetGroup(balancing, requiredText(input, 'TargetGroupArn'));
    const asked = optionalStructures(input, 'Targets')?.map((target) => requiredText(target, 'Id'));
    const ids = asked && asked.length > 0 ? asked : [...group.targets.keys()];
    return { TargetHealthDescriptions: ids.map((id) => describeHealth(balancing, group, id)) };
  },

  DescribeTags: (input) => {
    const arns = optionalTexts(input, 'ResourceArns') ?? [];
    return {
      TagDescriptions: arns.map((ResourceArn) => ({ ResourceArn, Tags: tagsOf(balancing, ResourceArn) })),
    };
  },
});

/** All that Express makes carries this tag; taking it away would detach the resource (developer guide). */
const MANAGED = [{ Key: 'AmazonECSManaged', Value: 'true' }];

function tagsOf(balancing: Balancing, arn: string) {
  const plain = findPlainListener(balancing, arn);
  if (plain) return [...plain.listener.tags].map(([Key, Value]) => ({ Key, Value }));
  requireResource(balancing, arn);
  return MANAGED;
}

function chosenTargetGroups(balancing: Balancing, input: Record<string, unknown>): TargetGroup[] {
  const arns = optionalTexts(input, 'TargetGroupArns') ?? [];
  const names = optionalTexts(input, 'Names') ?? [];
  const loadBalancerArn = optionalText(input, 'LoadBalancerArn');
  const all = [...balancing.targetGroups.values()];
  if (arns.length > 0) return arns.map((arn) => findTargetGroup(balancing, arn));
  if (loadBalancerArn !== undefined) {
    const loadBalancer = findLoadBalancer(balancing, loadBalancerArn);
    return all.filter(({ arn }) => balancerUsing(balancing, arn) === loadBalancer);
  }
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find((group) => group.name === name);
    if (!found) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
    return found;
  });
}

function describeHealth(balancing: Balancing, group: TargetGroup, id: string) {
  const { state, reason, description } = targetStatus(balancing, group, id);
  return {
    Target: { Id: id, Port: group.port },
    HealthCheckPort: String(group.port),
    TargetHealth: { State: state, Reason: reason, Description: description },
  };
}

function requireResource(balancing: Balancing, arn: string): void {
  if (arn.includes(':loadbalancer/')) findLoadBalancer(balancing, arn);
  else if (arn.includes(':targetgroup/')) findTargetGroup(balancing, arn);
  else if (arn.includes(':listener-rule/')) findRule(balancing, arn);
  else findListener(balancing, arn);
}
