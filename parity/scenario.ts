import type { ACMClient } from '@aws-sdk/client-acm';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { STSClient } from '@aws-sdk/client-sts';

/** Plain clients of the SDK: a scenario cannot tell whom it asks. */
export type Clients = {
  readonly acm: ACMClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ecr: ECRClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly route53: Route53Client;
  readonly sts: STSClient;
};

export type Kit = Clients & {
  /** Asks once and keeps question and answer under a name; `undefined` when it was refused. */
  readonly step: <Output extends object>(
    name: string,
    ask: () => Promise<Output>,
  ) => Promise<Output | undefined>;
  /** Asks until the answer is `done`, and keeps the last only. Throws after five minutes. */
  readonly until: <Output extends object>(
    name: string,
    ask: () => Promise<Output>,
    done: (output: Output) => boolean,
  ) => Promise<Output>;
};

export type Scenario = {
  /** Of its record's file. */
  readonly name: string;
  readonly run: (kit: Kit) => Promise<void>;
};
