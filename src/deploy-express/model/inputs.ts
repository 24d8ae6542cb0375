import type { CertificateRequest } from '../../dns/certificate-request.ts';
import type { StatusRange } from '../../parse.ts';
import type { ManagedBuild } from '../../source/apprunner/config.ts';
import type { SourceWish } from '../../source/choose-source.ts';
import type { GeneratedBuild } from '../../source/prepare-source.ts';
import type { CpuArchitecture, Origins, ServiceSettings, Tag } from './settings.ts';

export type DeployInputs = {
  readonly operation: 'deploy' | 'delete';
  readonly serviceName: string;
  readonly cluster: string;
  readonly infrastructureRoleArn: string | undefined;
  readonly image: ImageSource;
  readonly settings: ServiceSettings;
  /** Where the settings come from that no input gave. */
  readonly origins: Origins;
  /** What the user should know about how the inputs were read. */
  readonly notices: readonly string[];
  /** Name or ARN of the App Runner service that fills what no input gives. */
  readonly appRunnerService: string | undefined;
  /** Whether an internal load balancer will do, so also the subnets of the VPC connector in App Runner. */
  readonly allowInternal: boolean;
  /** What the service has in App Runner that could not be carried over. */
  readonly remarks: readonly Remark[];
  readonly environmentMode: 'replace' | 'merge';
  /** Hosts that the service answers for beside its own; empty: nothing is looked at. */
  readonly customDomains: readonly string[];
  /** undefined: the certificates of the account are searched for one that fits the hosts. */
  readonly certificateArn: string | undefined;
  /** undefined: one has to be there. */
  readonly certificateRequest: CertificateRequest | undefined;
  /** Whether port 80 of the load balancer is to lead to https. */
  readonly redirectHttp: boolean;
  /** undefined = not given. */
  readonly tags: readonly Tag[] | undefined;
  /** With `false`, tags are set on the first deployment only. */
  readonly mutateTagsOnUpdate: boolean;
  /** Deploys what runs again when nothing differs. */
  readonly forceNewDeployment: boolean;
  readonly preDeploy: PreDeployInputs | undefined;
  readonly waitTimeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly smokeTest: SmokeTestInputs | undefined;
  readonly onCancel: 'rollback' | 'leave';
  readonly dryRun: boolean;
  /** For `delete`: also a service this action did not create. */
  readonly force: boolean;
  /** For `delete`: wait until the name is free. */
  readonly waitForDeletion: boolean;
  /** undefined: the service itself, not a preview of it. */
  readonly preview: (PreviewTarget & { readonly maxPreviews: number }) | undefined;
  readonly github: GitHubInputs;
};

/** The pull request that a preview is of, and when it is deployed, in milliseconds since the epoch. */
export type PreviewTarget = PreviewIdentity & { readonly deployedAt: number };

/** A command that has to succeed before anything is deployed. */
export type PreDeployInputs = {
  /** What takes the place of the image's CMD. */
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
};

export type SmokeTestInputs = {
  /** undefined = the health check path of the service. */
  readonly path: string | undefined;
  /** Accepted status codes. */
  readonly statuses: readonly StatusRange[];
  /** How long to go on requesting. */
  readonly timeoutSeconds: number;
  /** Also behind an internal load balancer, which most runners cannot reach; only `smoke-test: true` sets it. */
  readonly alsoInternal: boolean;
};

/** Where the image comes from: given, built from source, or inside a task definition of the user's. */
export type ImageSource =
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'build'; readonly build: BuildInputs }
  | { readonly kind: 'task-definition'; readonly arn: string };

export type BuildInputs = {
  /** Folder with the source, relative to the workspace. */
  readonly source: string;
  /** Relative to `source`; `Dockerfile` unless told. */
  readonly dockerfile: string;
  /** What to build from, as far as the inputs say. */
  readonly from: BuildFromInputs;
  /** Once the source was read: what a Dockerfile is generated from. `undefined`: the user has one. */
  readonly generated: GeneratedBuild | undefined;
  readonly target: string | undefined;
  /** `KEY=value`, in the order given. */
  readonly buildArgs: readonly string[];
  /** Each is handed to `docker build --secret` in a file that does not outlive the step. */
  readonly buildSecrets: readonly { readonly id: string; readonly value: string }[];
  /** `undefined`: the platform of the running service, and `linux/amd64` where none runs. */
  readonly platform: Platform | undefined;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly attestations: boolean;
  readonly repository: RepositoryInputs;
  /** Tags beside the commit SHA. */
  readonly imageTags: readonly string[];
};

export type RepositoryInputs = {
  readonly name: string;
  readonly scanOnPush: boolean;
  readonly immutableTags: boolean;
  /** Untagged images are expired after this many days; undefined = no lifecycle policy is set. */
  readonly expireUntaggedDays: number | undefined;
};

/** What an image is built from, as far as the inputs say; what lies in the source folder decides with them. */
export type BuildFromInputs = {
  readonly wish: SourceWish;
  readonly isSourceGiven: boolean;
  /** Whether the inputs say what to build, and how. */
  readonly isAsked: boolean;
  /** Relative to the workspace; `undefined`: the source folder. */
  readonly context: string | undefined;
  /** What `runtime`, `build-command` and `start-command` ask for. */
  readonly runtime: ManagedBuild | undefined;
  /** What the user should know about that runtime. */
  readonly runtimeNotes: readonly string[];
  readonly runtimeImage: string | undefined;
  readonly buildImage: string | undefined;
};

export type Platform = 'linux/amd64' | 'linux/arm64';

export const platformOfArchitecture: Readonly<Record<CpuArchitecture, Platform>> = {
  X86_64: 'linux/amd64',
  ARM64: 'linux/arm64',
};

/** What is shown on GitHub of a deployment, and with which right. */
export type GitHubInputs = {
  /** `undefined`: GitHub is told nothing, and asked nothing. */
  readonly token: string | undefined;
  readonly deployment: 'auto' | 'always' | 'off';
  /** `undefined`: the environment that `deploymentPlace` chooses. */
  readonly environment: string | undefined;
};

export type PreviewInputs = {
  readonly trigger: 'label' | 'all';
  readonly label: string;
  /** How many previews of one service may run in one cluster at a time. */
  readonly maxPreviews: number;
};

/** What makes a service the preview of one pull request: nothing else is ever updated or deleted as one. */
export type PreviewIdentity = {
  /** GitHub's number of the repository, which stays when it is renamed. */
  readonly repositoryId: string;
  readonly pullRequest: number;
  /** The service of the input `service-name`. */
  readonly previewOf: string;
};

/** How long a preview may stay idle, and how many one run deletes. */
export type SweepLimits = {
  readonly maxIdleHours: number;
  readonly maxDeletions: number;
};

export type SweepInputs = SweepLimits & {
  readonly cluster: string;
  /** undefined: the previews of all services of this repository. */
  readonly previewOf: string | undefined;
  readonly dryRun: boolean;
  readonly github: GitHubInputs;
};

export type MigrationInputs = {
  /** Name or ARN; undefined: all services of the account and Region. */
  readonly appRunnerService: string | undefined;
  /** Relative to the workspace: one file, or a folder, which ends in `/`; undefined: none is written. */
  readonly workflow: string | undefined;
  readonly allowInternal: boolean;
  /** What the other inputs of the step say of the service to come; it goes before what App Runner says. */
  readonly wanted: WantedService;
};

export type WantedService = {
  readonly serviceName: string | undefined;
  readonly cluster: string;
  readonly customDomains: readonly string[] | undefined;
  readonly settings: ServiceSettings;
};

/** Something that App Runner does for the service, and Express does not do, or does in another way. */
export type Remark = {
  readonly topic: string;
  readonly seen: string;
  readonly todo: string;
  /** Unless it is taken care of, the service does not work, or not as it did. */
  readonly isUrgent: boolean;
  /** Otherwise it is only good to know. */
  readonly isToDo: boolean;
};
