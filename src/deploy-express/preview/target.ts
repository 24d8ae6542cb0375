import type { PreviewTarget } from '../inputs.ts';

/** What a run of the action is about. */
export type Target =
  | { readonly kind: 'service' }
  | ({ readonly kind: 'preview' } & PreviewRun)
  | { readonly kind: 'sweep' }
  | { readonly kind: 'migration' }
  /** Said, and done with. */
  | { readonly kind: 'nothing'; readonly because: string };

/** What is deployed, or deleted. */
export type ServiceTarget = Extract<Target, { kind: 'service' | 'preview' }>;

export type PreviewRun = PreviewTarget & {
  readonly operation: 'deploy' | 'delete';
  /** Of the preview itself. */
  readonly serviceName: string;
  /** Head of the pull request. */
  readonly commitSha: string;
  /** Why it is deleted: `pull request 7 is closed`. */
  readonly because: string | undefined;
};
