import type { Pair } from '../../parse-pairs.ts';
import type { Runtime } from './resolve-runtime.ts';

/** A service as App Runner would build and run it, from `apprunner.yaml` or from inputs that say the same. */
export type AppRunnerConfig = {
  readonly build: ManagedBuild | DockerfileBuild;
  readonly run: RunSettings;
};

export type ManagedRuntime = Extract<Runtime, { kind: 'managed' }>;

export type ManagedBuild = {
  readonly kind: 'managed';
  readonly runtime: ManagedRuntime;
  /** Each phase is one shell. */
  readonly phases: {
    readonly preBuild: readonly string[];
    readonly build: readonly string[];
    readonly postBuild: readonly string[];
  };
  /** On the run image. */
  readonly preRun: readonly string[];
  /** Of all phases, and of nothing else. */
  readonly buildEnvironment: readonly Pair[];
  readonly startCommand: string;
};

/** `runtime: docker`, which App Runner itself never had. */
export type DockerfileBuild = {
  readonly kind: 'dockerfile';
  /** `undefined`: the default one. */
  readonly dockerfile: string | undefined;
  /** Instead of the image's own. */
  readonly startCommand: string | undefined;
};

/** What the service gets, and the image does not. */
export type RunSettings = {
  /** `undefined`: App Runner's default, `defaultPort`. */
  readonly port: number | undefined;
  /** A variable that holds the port, beside `PORT`. */
  readonly portVariable: string | undefined;
  readonly environment: readonly Pair[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
};

export const defaultPort = 8080;
