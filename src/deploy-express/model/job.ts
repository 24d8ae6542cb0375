import type { RunContext } from '../../github/context.ts';
import type { Runner } from '../../github/runner.ts';
import type { Clock } from '../../poll.ts';
import type { DeployInputs, PreviewTarget } from './inputs.ts';
import type { ObservedService } from './observed.ts';
import type { PlannedImage } from './plan.ts';
import type { DeployResult, Facts } from './result.ts';

/** A run of the action: whom it talks to, what it is about, and what has become true. */
export type Job = {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly deadlines: Deadlines;
  /** `undefined` until it is found out what the event asks for. */
  target: Target | undefined;
  /** Of the service that is deployed or deleted, from when they could be read. */
  inputs: DeployInputs | undefined;
  /** Made when there is something to tell. */
  announcer: Announcer | undefined;
  readonly facts: Facts;
};

/** A job that has a plan: what its steps are done with. */
export type PlannedJob = Job & {
  readonly inputs: DeployInputs;
  readonly announcer: Announcer;
  readonly service: ObservedService;
  readonly image: PlannedImage;
};

/** What a run of the action is about. */
export type Target =
  | ServiceTarget
  | { readonly kind: 'sweep' }
  | { readonly kind: 'migration' }
  /** The event asks for nothing: the reason is said in a notice, and the job ends green. */
  | { readonly kind: 'nothing'; readonly because: string };

/** A target that is deployed or deleted. */
export type ServiceTarget = { readonly kind: 'service' } | ({ readonly kind: 'preview' } & PreviewRun);

export type PreviewRun = PreviewTarget & {
  readonly operation: 'deploy' | 'delete';
  /** The name of the preview itself. */
  readonly serviceName: string;
  /** Head of the pull request. */
  readonly commitSha: string;
  /** Why it is deleted: `pull request 7 is closed`. */
  readonly because: string | undefined;
};

/** Each is aborted some seconds after the job was cancelled; the runner kills the process after 7.5 s. */
export type Deadlines = {
  /** What AWS has not answered by now is not waited for. */
  readonly answersDue: AbortSignal;
  /** By now it has to be known what became of the deployment, so that the log can say it. */
  readonly lastWordDue: AbortSignal;
  /** GitHub has to be told by now. */
  readonly farewellDue: AbortSignal;
};

/** The commit this run is about. Of a pull request it is the head, while GitHub's own word for it is a merge commit. */
export function commitOf(target: Target | undefined, context: RunContext): string {
  return target?.kind === 'preview' ? target.commitSha : context.commitSha;
}

/** Shows on GitHub what happens to a service: a sticky comment for a preview, a deployment with its states. */
export type Announcer = {
  readonly begun: (service: ObservedService) => Promise<void>;
  /** Does not wait for GitHub, so that AWS is watched in the meantime. */
  readonly submitted: (seen: Submitted) => void;
  readonly ended: (result: DeployResult) => Promise<void>;
};

/** What AWS was given to roll out. */
export type Submitted = {
  readonly imageDigest: string | undefined;
  readonly revisionArn: string | undefined;
};
