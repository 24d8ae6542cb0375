import type { Clock } from '../../poll.ts';
import type { DeployInputs, PreviewTarget } from './inputs.ts';
import type { ObservedService } from './observed.ts';
import type { PlannedImage } from './plan.ts';
import type { Facts } from './result.ts';

/** What a run of the action is about. */
export type Target =
  | { readonly kind: 'service' }
  | ({ readonly kind: 'preview' } & PreviewRun)
  | { readonly kind: 'sweep' }
  | { readonly kind: 'migration' }
  /** The event asks for nothing: the reason is said in a notice, and the job ends green. */
  | { readonly kind: 'nothing'; readonly because: string };

/** A target that is deployed or deleted. */
export type ServiceTarget = Extract<Target, { kind: 'service' | 'preview' }>;

export type PreviewRun = PreviewTarget & {
  readonly operation: 'deploy' | 'delete';
  /** The name of the preview itself. */
  readonly serviceName: string;
  /** Head of the pull request. */
  readonly commitSha: string;
  /** Why it is deleted: `pull request 7 is closed`. */
  readonly because: string | undefined;
};

/** What every step needs to be carried out. */
export type ApplyContext = {
  readonly inputs: DeployInputs;
  readonly service: ObservedService;
  readonly image: PlannedImage;
  readonly clock: Clock;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly deadlines: Deadlines;
  readonly log: (line: string) => void;
  readonly notice: (message: string) => Promise<void>;
  /** Told when AWS has accepted a create or update, minutes before its outcome. */
  readonly onSubmitted: (facts: Facts) => void;
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
