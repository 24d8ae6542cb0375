import type { Misfit } from './shapes/misfit.ts';
import type { ModelName } from './shapes/model.ts';

/**
 * The seams between the parts of the emulator. Each part lives in a file of its own and meets the others
 * only through these types, so that `main.ts` can put them together and a test can start one alone.
 */

/** Virtual time. At speed 60 a virtual minute passes in a real second; `POST /_emulator/clock` jumps ahead. */
export type Clock = {
  /** Virtual milliseconds since the epoch. */
  readonly now: () => number;
  /** Virtual seconds that pass in a real one. */
  readonly speed: number;
  /** Calls `action` once, `seconds` of virtual time from now. Returns a function that cancels it. */
  readonly after: (seconds: number, action: () => void) => () => void;
  /** Calls `action` every `seconds` of virtual time until cancelled. */
  readonly every: (seconds: number, action: () => void) => () => void;
};

/** What the server hands to an operation beside its input. */
export type CallContext = {
  readonly region: string;
  readonly accessKeyId: string;
  /** The account the credentials belong to, 12 digits. */
  readonly accountId: string;
  /** What the client says it runs for, in its user agent: `AWS_SDK_UA_APP_ID`. */
  readonly application?: string;
};

export type Operation = (input: Record<string, unknown>, context: CallContext) => unknown;

/** What a service answers to a request that does not fit its model: at least one misfit, none of them `unknown`. */
export type Refuse = (misfits: readonly Misfit[], operation: string) => AwsError;

/** What the older query API of a service calls an error that newer protocols know by its shape. */
export type QueryCode = (code: string) => string;

export type RestXml = {
  readonly kind: 'rest-xml';
  readonly pathPrefix: string;
  readonly xmlNamespace: string;
  /** The whole document of an error that does not have the usual form. */
  readonly errorDocument?: (error: AwsError, requestId: string) => object | undefined;
};

/** One AWS API: how its calls are recognised on the wire, and its operations by AWS's name. */
export type AwsService = {
  /** Short name as in the request log and in faults: `ecs`, `ecr`, `sts`, … */
  readonly name: ModelName;
  readonly protocol:
    | {
        readonly kind: 'json';
        readonly targetPrefix: string;
        readonly version: '1.0' | '1.1';
        readonly queryCode?: QueryCode;
      }
    | {
        readonly kind: 'query';
        readonly apiVersion: string;
        readonly xmlNamespace: string;
        readonly queryCode?: QueryCode;
      }
    | { readonly kind: 'cbor'; readonly serviceShape: string; readonly queryCode: QueryCode }
    | RestXml;
  /** An operation that is not in here is refused by name, never guessed. */
  readonly operations: Readonly<Record<string, Operation>>;
  readonly refuse: Refuse;
};

/** An error as AWS answers it: `code` is the wire name (`ResourceNotFoundException`, `TargetGroupNotFound`). */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** What the error's shape has beside the message. */
  readonly members: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export type Address = { readonly host: string; readonly port: number };

/** A task's only container, as the engine has to run it. */
export type ContainerSpec = {
  readonly taskId: string;
  /** As in the task definition: tag or digest reference. */
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** `undefined`: it has none, and the address it is told of is one where nobody listens. */
  readonly containerPort: number | undefined;
  readonly cpuArchitecture: 'X86_64' | 'ARM64';
  /** The task's memory; a container that takes more is killed. Without it nothing is limited. */
  readonly memoryMebibytes?: number;
  /** How the stand-in of a program that does its work and ends behaves; a real container does as its program does. */
  readonly standIn?: {
    readonly seconds: number;
    readonly exitCode: number;
    readonly logLines: readonly string[];
  };
};

export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated';

export type ContainerEvents = {
  /** The container runs; `address` is where its container port can be reached from this machine. */
  readonly running: (at: { readonly address: Address; readonly imageDigest: string | undefined }) => void;
  readonly log: (line: string) => void;
  readonly stopped: (why: {
    readonly stopCode: StopCode;
    /** `Essential container in task exited`, `CannotPullContainerError: …`, … in ECS's words. */
    readonly stoppedReason: string;
    readonly exitCode?: number;
    readonly containerReason?: string;
  }) => void;
};

/** Runs images: as real containers, or by a built-in responder that stands in for them and says so. */
export type Engine = {
  readonly kind: 'docker' | 'stub';
  /**
   * Returns at once; what happens is told by `events`. `stop` ends the container and removes it; nothing is told
   * after `stop` was called, because its caller knows why the task stops.
   */
  readonly start: (spec: ContainerSpec, events: ContainerEvents) => { readonly stop: () => Promise<void> };
  /** Stops all that was started. */
  readonly close: () => Promise<void>;
};

/** Images the emulated ECR holds. */
export type ImageStore = {
  /** `undefined` when the reference does not name this registry. */
  readonly resolve: (reference: string) =>
    | { readonly found: false }
    | {
        readonly found: true;
        readonly digest: string;
        /** Tags that name this digest now: a deployment by digest can still be told by them. */
        readonly tags: readonly string[];
        /** Go's names, `amd64` and `arm64`; empty when the manifest is no Linux image. */
        readonly architectures: readonly string[];
      }
    | undefined;
};

export type LogStore = {
  readonly createGroup: (name: string) => void;
  readonly hasGroup: (name: string) => boolean;
  readonly append: (group: string, stream: string, message: string) => void;
};

/** Roles the emulated IAM knows, with the services allowed to assume them. */
export type RoleStore = {
  /**
   * `missing`: no such role. `propagating`: made so recently that ECS cannot assume it yet. `untrusted`: its trust
   * policy does not name the service. Roles of the form that tests take for granted exist from the start.
   */
  readonly judge: (
    roleArn: string,
    servicePrincipal: string,
  ) => 'usable' | 'missing' | 'propagating' | 'untrusted';
  /** `undefined` where the emulator cannot know: it has no texts of managed policies, and not every role. */
  readonly may: (roleArn: string, action: string, resource: string) => boolean | undefined;
};

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

/**
 * The load balancer side: what Express makes (load balancer, HTTPS listener, one rule a service, two target groups a
 * service), the health checks against real addresses, and the state that requests are routed by.
 */
export type LoadBalancing = {
  readonly ensureLoadBalancer: (options: {
    readonly vpcId: string;
    readonly scheme: 'internet-facing' | 'internal';
    readonly subnetIds: readonly string[];
    readonly securityGroupIds: readonly string[];
  }) => { readonly loadBalancerArn: string; readonly listenerArn: string; readonly dnsName: string };
  readonly createTargetGroup: (options: {
    readonly vpcId: string;
    readonly port: number;
    readonly healthCheckPath: string;
  }) => string;
  readonly modifyTargetGroup: (
    targetGroupArn: string,
    change: { readonly healthCheckPath?: string; readonly port?: number },
  ) => void;
  readonly createRule: (options: {
    readonly listenerArn: string;
    readonly hosts: readonly string[];
    readonly forward: readonly { readonly targetGroupArn: string; readonly weight: number }[];
    /** The certificate the service brings to the listener's list; it leaves the list with the rule. */
    readonly certificateArn?: string;
  }) => string;
  readonly setRuleWeights: (
    ruleArn: string,
    forward: readonly { readonly targetGroupArn: string; readonly weight: number }[],
  ) => void;
  readonly registerTarget: (
    targetGroupArn: string,
    target: { readonly id: string; readonly address: Address },
  ) => void;
  readonly deregisterTarget: (targetGroupArn: string, targetId: string) => void;
  readonly targetState: (
    targetGroupArn: string,
    targetId: string,
  ) => { readonly state: TargetState; readonly reason?: string; readonly description?: string };
  readonly deleteRule: (ruleArn: string) => void;
  readonly deleteTargetGroup: (targetGroupArn: string) => void;
  /** Takes away the listeners that Express did not make. */
  readonly removeForeignListeners: (loadBalancerArn: string) => void;
  readonly deleteLoadBalancer: (loadBalancerArn: string) => void;
  /** The target a request with this Host header goes to now, by rule and weights; `status` is what the load balancer answers without one (404 no rule, 503 no target in the group whose turn it is). */
  readonly route: (host: string) => Routed;
  /** True when the load balancer serves this host name (own name, or one in a rule), so that its certificate is offered. */
  readonly serves: (host: string) => boolean;
};

/**
 * Names that AWS gives out itself (a load balancer's, an App Runner service's, an Express endpoint's), as the emulator
 * resolves them. Asked with a canonical name: lower case, with the last dot.
 */
export type AwsNames = (
  name: string,
) => { readonly addresses: readonly string[]; readonly healthy: boolean } | undefined;

/** Reaches the same front end: an IPv4 socket takes connections to the IPv4-mapped form of its address. */
export const mappedToIpv6 = (address: string): string => `::ffff:${address}`;

/** A zone that AWS keeps for the names of one of its services in a Region. */
export type AwsZone = {
  readonly hostedZoneId: string;
  /** What its names end with, with the last dot. */
  readonly suffix: string;
  /** The types of record an alias into it may have, beside those that its target answers. */
  readonly types: readonly string[];
};

/** How a request that a front end took came out, for those who count. */
export type Outcome = {
  /** 101 of an upgraded connection; 460 when the user went away before there was an answer. */
  readonly status: number;
  readonly milliseconds: number;
  /** False when the front end answered itself, for want of a target or because the target broke off. */
  readonly fromTarget: boolean;
  /** False when there was no target, or no connection to it came about. */
  readonly isConnected: boolean;
};

/** Answers that a front end gives by itself, without a target. */
export type OwnStatus = 404 | 502 | 503 | 504;

/** Where a request goes, or the answer that the front end gives itself. */
export type Routed = ({ readonly address: Address } | { readonly status: OwnStatus }) & {
  /** Called when the request sets out for the target. */
  readonly began?: () => void;
  readonly ended?: (outcome: Outcome) => void;
};

/** What takes the requests of users on AWS's side: the load balancers, or App Runner. */
export type FrontEnd = {
  /** What its names resolve to. Tells front ends apart when the same custom host is served by both. */
  readonly address: string;
  /** True for the names AWS gave out there, which end here whatever the DNS says. */
  readonly hasName: (host: string) => boolean;
  /** True when a request with this Host header would be more than a 404. */
  readonly serves: (host: string) => boolean;
  readonly route: (host: string) => Routed;
  /** The names in the certificate that is offered to a client that asks for this one; the default's when none fits. */
  readonly certificateNames: (serverName: string) => readonly string[];
  /** What plain HTTP on port 80 is answered; `undefined`: nothing listens there. `query` is without the question mark. */
  readonly plainHttp: (asked: {
    readonly host: string;
    readonly path: string;
    readonly query: string;
  }) => PlainAnswer | undefined;
};

/** What a front end answers by itself on port 80. */
export type PlainAnswer = { readonly status: number; readonly location?: string };

/** CloudWatch as the parts that measure see it: one value of one metric, now. */
export type MetricSink = {
  readonly add: (point: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly value: number;
    readonly unit: string;
  }) => void;
};

/** Certificates the emulated ACM knows. */
export type CertificateStore = {
  readonly find: (
    arn: string,
  ) => { readonly status: string; readonly domainNames: readonly string[] } | undefined;
};
