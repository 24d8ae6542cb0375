import { ACMClient } from '@aws-sdk/client-acm';
import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clients } from './scenario.ts';
import type { ClientConfig } from './witness.ts';

export const clientsOf = (config: ClientConfig): Clients => ({
  acm: new ACMClient(config),
  appRunner: new AppRunnerClient(config),
  cloudwatch: new CloudWatchClient(config),
  ecr: new ECRClient(config),
  ecs: new ECSClient(config),
  elbv2: new ElasticLoadBalancingV2Client(config),
  iam: new IAMClient(config),
  logs: new CloudWatchLogsClient(config),
  route53: new Route53Client(config),
  sts: new STSClient(config),
});
