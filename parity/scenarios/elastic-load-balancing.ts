import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scenario } from '../scenario.ts';

const arn = (resource: string): string => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:${resource}`;
const BALANCER = arn('loadbalancer/app/none/0123456789abcdef');
const LISTENER = arn('listener/app/none/0123456789abcdef/0123456789abcdef');
const RULE = arn('listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef');
const GROUP = arn('targetgroup/none/0123456789abcdef');

/** Only Express makes load balancers in the emulator: what both can be asked is what is not there. */
export const absences: Scenario = {
  name: 'elastic-load-balancing-absences',
  run: async ({ elbv2, step }) => {
    await step('list load balancers', () => elbv2.send(new DescribeLoadBalancersCommand({})));
    await step('one by a name that is not there', () =>
      elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
    );
    await step('one by an ARN that is not there', () =>
      elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [BALANCER] })),
    );
    await step('listeners of a load balancer that is not there', () =>
      elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: BALANCER })),
    );
    await step('a listener that is not there', () =>
      elbv2.send(new DescribeListenersCommand({ ListenerArns: [LISTENER] })),
    );
    await step('rules of a listener that is not there', () =>
      elbv2.send(new DescribeRulesCommand({ ListenerArn: LISTENER })),
    );
    await step('a rule that is not there', () => elbv2.send(new DescribeRulesCommand({ RuleArns: [RULE] })));
    await step('change a rule that is not there', () =>
      elbv2.send(
        new ModifyRuleCommand({
          RuleArn: RULE,
          Conditions: [{ Field: 'host-header', Values: ['a.example'] }],
        }),
      ),
    );
    await step('list target groups', () => elbv2.send(new DescribeTargetGroupsCommand({})));
    await step('a target group that is not there', () =>
      elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [GROUP] })),
    );
    await step('targets of a group that is not there', () =>
      elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: GROUP })),
    );
    await step('tags of what is not there', () =>
      elbv2.send(new DescribeTagsCommand({ ResourceArns: [BALANCER] })),
    );
  },
};
