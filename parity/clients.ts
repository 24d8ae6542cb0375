import { ACMClient } from '@aws-sdk/client-acm';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clients } from './scenario.ts';
import type { ClientConfig } from './witness.ts';

export const clientsOf = (config: ClientConfig): Clients => ({
  acm: new ACMClient(config),
  cloudwatch: new CloudWatchClient(config),
  ecr: new ECRClient(config),
  elbv2: new ElasticLoadBalancingV2Client(config),
  iam: new IAMClient(config),
  logs: new CloudWatchLogsClient(config),
  route53: new Route53Client(config),
  sts: new STSClient(config),
});
