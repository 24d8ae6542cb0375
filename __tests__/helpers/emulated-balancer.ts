import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createLoadBalancing } from '../../emulator/elastic-load-balancing/load-balancing.ts';
import type { LoadBalancing } from '../../emulator/world.ts';
import { ACCOUNT, type EmulatedApis, REGION, serveApis } from './emulated-apis.ts';

export const PLACEMENT = {
  vpcId: 'vpc-1',
  scheme: 'internet-facing',
  subnetIds: ['subnet-a', 'subnet-b'],
  securityGroupIds: ['sg-1'],
} as const;

/** What Express makes for one service. */
export type ExpressService = {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  readonly dnsName: string;
  readonly ruleArn: string;
  readonly first: string;
  readonly second: string;
};

export type EmulatedBalancer = {
  readonly apis: EmulatedApis;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly balancing: LoadBalancing;
  readonly close: () => Promise<void>;
  readonly addService: (host: string, options?: { readonly healthCheckPath?: string }) => ExpressService;
};

export async function startBalancer(options: {
  readonly speed: number;
  readonly startAllowanceMs?: number;
}): Promise<EmulatedBalancer> {
  const { speed, startAllowanceMs = 0 } = options;
  const made: { part?: ReturnType<typeof createLoadBalancing> } = {};
  const apis = await serveApis(
    (parts) => {
      made.part = createLoadBalancing({
        ...parts,
        region: REGION,
        accountId: ACCOUNT,
        startAllowanceMs,
      });
      return [made.part.api];
    },
    { speed },
  );
  const { part } = made;
  if (!part) throw new Error('the server made no load balancing');
  const balancing = part.loadBalancing;
  const addService: EmulatedBalancer['addService'] = (host, { healthCheckPath = '/' } = {}) => {
    const placed = balancing.ensureLoadBalancer(PLACEMENT);
    const group = { vpcId: PLACEMENT.vpcId, port: 8080, healthCheckPath };
    const [first, second] = [balancing.createTargetGroup(group), balancing.createTargetGroup(group)];
    const ruleArn = balancing.createRule({
      listenerArn: placed.listenerArn,
      hosts: [host],
      forward: [
        { targetGroupArn: first, weight: 100 },
        { targetGroupArn: second, weight: 0 },
      ],
    });
    return { ...placed, ruleArn, first, second };
  };
  const close = (): Promise<void> => {
    part.close();
    return apis.close();
  };
  return { apis, elb: new ElasticLoadBalancingV2Client(apis.client), balancing, addService, close };
}
