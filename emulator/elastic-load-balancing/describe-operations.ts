import { optionalText, optionalTexts } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { findListener, findLoadBalancer, findPlainListener, findRule } from './lookup.ts';
import { page } from './paging.ts';
import {
  renderDefaultRule,
  renderListener,
  renderLoadBalancer,
  renderPlainListener,
  renderRule,
} from './render.ts';
import { type Balancing, type LoadBalancer, rulesOf } from './state.ts';

export const describeOperations = (balancing: Balancing): Record<string, Operation> => ({
  DescribeLoadBalancers: (input) => {
    const { items, NextMarker } = page(chosenLoadBalancers(balancing, input), input);
    return { LoadBalancers: items.map((item) => renderLoadBalancer(balancing, item)), NextMarker };
  },

  DescribeListeners: (input) => {
    const { items, NextMarker } = page(chosenListeners(balancing, input), input);
    return { Listeners: items, NextMarker };
  },

  DescribeRules: (input) => {
    const { items, NextMarker } = page(chosenRules(balancing, input), input);
    return { Rules: items, NextMarker };
  },
});

function chosenLoadBalancers(balancing: Balancing, input: Record<string, unknown>): LoadBalancer[] {
  const arns = optionalTexts(input, 'LoadBalancerArns') ?? [];
  const names = optionalTexts(input, 'Names') ?? [];
  if (arns.length > 0 && names.length > 0) {
    throw new AwsError(
      'ValidationError',
      'Load balancer names and load balancer ARNs cannot be specified at the same time',
    );
  }
  if (arns.length > 0) return arns.map((arn) => findLoadBalancer(balancing, arn));
  const all = [...balancing.loadBalancers.values()];
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find((loadBalancer) => loadBalancer.name === name);
    if (!found) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${name}]' not found`);
    return found;
  });
}

function chosenListeners(balancing: Balancing, input: Record<string, unknown>): object[] {
  const arns = optionalTexts(input, 'ListenerArns') ?? [];
  const loadBalancerArn = optionalText(input, 'LoadBalancerArn');
  if (loadBalancerArn !== undefined) {
    const loadBalancer = findLoadBalancer(balancing, loadBalancerArn);
    const plain = [...loadBalancer.plainListeners.values()];
    return [renderListener(loadBalancer), ...plain.map((one) => renderPlainListener(loadBalancer, one))];
  }
  if (arns.length > 0) {
    return arns.map((arn) => {
      const plain = findPlainListener(balancing, arn);
      return plain
        ? renderPlainListener(plain.loadBalancer, plain.listener)
        : renderListener(findListener(balancing, arn));
    });
  }
  throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
}

function chosenRules(balancing: Balancing, input: Record<string, unknown>): object[] {
  const arns = optionalTexts(input, 'RuleArns') ?? [];
  const listenerArn = optionalText(input, 'ListenerArn');
  if (listenerArn !== undefined && arns.length > 0) {
    throw new AwsError('ValidationError', 'You cannot specify both a listener ARN and rule ARNs');
  }
  if (listenerArn !== undefined) {
    const loadBalancer = findListener(balancing, listenerArn);
    return [...rulesOf(loadBalancer.listener).map(renderRule), renderDefaultRule(loadBalancer)];
  }
  if (arns.length === 0)
    throw new AwsError('ValidationError', 'You must specify either listener ARN or rule ARNs');
  return arns.map((arn) => {
    const { rule, loadBalancer } = findRule(balancing, arn);
    return rule ? renderRule(rule) : renderDefaultRule(loadBalancer);
  });
}
