import type { ServiceSettings, Tag } from './settings.ts';

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
  readonly target: string | undefined;
  /** `KEY=value`, in the order given. */
  readonly buildArgs: readonly string[];
  /** As `docker build --secret` takes them: `id=value` is turned into a file that does not outlive the step. */
  readonly buildSecrets: readonly { readonly id: string; readonly value: string }[];
  /** `linux/amd64` or `linux/arm64`; follows `cpu-architecture` unless told. */
  readonly platform: string;
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

export type DeployInputs = {
  readonly operation: 'deploy' | 'delete';
  readonly serviceName: string;
  /** Name or ARN. */
  readonly cluster: string;
  readonly infrastructureRoleArn: string | undefined;
  readonly image: ImageSource;
  readonly settings: ServiceSettings;
  readonly environmentMode: 'replace' | 'merge';
  /** undefined = not given. */
  readonly tags: readonly Tag[] | undefined;
  /** With `false`, tags are set on the first deployment only. */
  readonly mutateTagsOnUpdate: boolean;
  readonly waitTimeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly smokeTest: SmokeTestInputs | undefined;
  readonly onCancel: 'rollback' | 'leave';
  readonly dryRun: boolean;
  /** For `delete`: also a service this action did not create. */
  readonly force: boolean;
  /** For `delete`: wait until the name is free. */
  readonly waitForDeletion: boolean;
};

export type SmokeTestInputs = {
  /** undefined = the health check path of the service. */
  readonly path: string | undefined;
  /** Accepted status codes, both ends included: `200-399` is `{from: 200, to: 399}`. */
  readonly statuses: readonly { readonly from: number; readonly to: number }[];
  readonly timeoutSeconds: number;
};
