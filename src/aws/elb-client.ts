import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientConfig } from './clients.ts';

let client: ElasticLoadBalancingV2Client | undefined;

export function elb(): ElasticLoadBalancingV2Client {
  client ??= new ElasticLoadBalancingV2Client(clientConfig());
  return client;
}
