import type { ACMClient } from '@aws-sdk/client-acm';
import type { AppRunnerClient } from '@aws-sdk/client-apprunner';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Credentials, Outside } from './witness.ts';

/** Plain clients of the SDK: a scenario cannot tell whom it asks. */
export type Clients = {
  readonly acm: ACMClient;
  readonly appRunner: AppRunnerClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly route53: Route53Client;
  readonly sts: STSClient;
};

export type Keep<Output> = {
  /** What of the answer goes into the record; all of it if not said. */
  readonly keep?: (output: Output) => unknown;
};

export type Kit = Clients &
  Outside & {
    /**
     * Asks once and keeps question and answer under a name; `undefined` when it was refused. `sentence`: the words of a
     * refusal are kept as well, where something here reads them.
     */
    readonly step: <Output extends object>(
      name: string,
      ask: () => Promise<Output>,
      how?: Keep<Output> & { readonly sentence?: boolean },
    ) => Promise<Output | undefined>;
    /** Asks until the answer is `done`, and keeps the last only. Throws after so many minutes, five if not said. */
    readonly until: <Output extends object>(
      name: string,
      ask: () => Promise<Output>,
      done: (output: Output) => boolean,
      minutes?: number,
    ) => Promise<Output>;
    /**
     * Looks until what is seen is `done`, for so many minutes at most, and keeps for each thing that is seen the values it
     * had one after the other. So witnesses that need other times can be the same.
     */
    readonly watch: <Sight extends Readonly<Record<string, unknown>>>(
      name: string,
      look: () => Promise<Sight>,
      done: (sight: Sight) => boolean,
      minutes: number,
    ) => Promise<void>;
    /** Keeps what was seen otherwise than by a call of AWS. */
    readonly note: (name: string, seen: unknown) => void;
    /** Lets time pass. */
    readonly pause: (seconds: number) => Promise<void>;
    /** Clients of somebody else. */
    readonly as: (credentials: Credentials) => Clients;
    /** A name as it is asked for: with what this run has behind `parity`. */
    readonly localise: (text: string) => string;
  };

export type Scenario = {
  /** Of its record's file. */
  readonly name: string;
  readonly run: (kit: Kit) => Promise<void>;
};

/** Scenarios that share what is made for them first, one after the other, in an account where nothing else of ours is. */
export type Act = {
  readonly scenarios: readonly Scenario[];
  readonly setUp?: (kit: Kit) => Promise<void>;
  /** Whether moto knows what is asked. */
  readonly moto: boolean;
  /** Beside other acts: it takes long, and lists nothing that they make. Only in an account, where time is real. */
  readonly sideBySide: boolean;
};

/** The scenario cannot be run here, for a reason that is none of ours: it is said, and nothing is recorded. */
export class LeftOut extends Error {}
