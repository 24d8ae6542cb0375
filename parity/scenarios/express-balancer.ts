import { DescribeServiceRevisionsCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { balancerOf, revisionOf, ruleOf } from '../express.ts';
import type { Kit, Scenario } from '../scenario.ts';

const PORT_80_SECONDS = 30;

/** What Express makes around a service, and whether its balancer lets port 80 in. */
export const balancer = (name: string): Scenario => ({
  name: 'ecs-express-balancer',
  run: async (kit) => {
    const { ecs, elbv2, note, pause, step } = kit;
    const revision = await revisionOf(kit, name);
    const serviceRevisionArns = [revision.serviceRevisionArn ?? ''];
    await step(
      'what ECS manages',
      () => ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })),
      {
        keep: ({ serviceRevisions }) => serviceRevisions?.[0]?.ecsManagedResources,
      },
    );
    const LoadBalancerArn = balancerOf(revision);
    const found = await step('the load balancer', () =>
      elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] })),
    );
    await step('its listeners', () => elbv2.send(new DescribeListenersCommand({ LoadBalancerArn })));
    await step(
      'the rule of the service',
      () => elbv2.send(new DescribeRulesCommand({ RuleArns: [ruleOf(revision)] })),
      {
        // Any that is free.
        keep: ({ Rules = [] }) => Rules.map(({ Priority: _, ...rule }) => rule),
      },
    );
    await step('tags of both', () =>
      elbv2.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn, ruleOf(revision)] })),
    );
    const url = `http://${found?.LoadBalancers?.[0]?.DNSName}/`;
    note('port 80, where nothing listens', await knock(kit, url));
    const made = await step('listen on it', () =>
      elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn,
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [
            { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
          ],
          Tags: [{ Key: 'made-by', Value: 'parity' }],
        }),
      ),
    );
    await pause(PORT_80_SECONDS);
    note('port 80, where something listens', await knock(kit, url));
    const ListenerArn = made?.Listeners?.[0]?.ListenerArn;
    await step('listen no more', () => elbv2.send(new DeleteListenerCommand({ ListenerArn })));
  },
});

/** A proxy says in its own words that nobody answers. */
async function knock({ get }: Kit, url: string): Promise<object> {
  const page = await get(url).catch(() => undefined);
  return page === undefined || page.status >= 500
    ? { answers: false }
    : { answers: true, status: page.status };
}
