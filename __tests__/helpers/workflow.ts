import { parse } from 'yaml';
import { readText } from './source-tree.ts';

export type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
};

/** One with `steps`, or one that calls a workflow and has `uses`. */
export type Job = {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
};

export type WorkflowInput = { readonly default?: string; readonly required?: boolean };

export type Workflow = {
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, WorkflowInput>> } | null>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};

export function readWorkflow(file: string): Workflow {
  return parse(readText(file));
}

/** `shift-traffic/action.yml` for a step that uses that action of ours, by the name that examples give it. */
export function ownAction({ uses = '' }: Step): string | undefined {
  const match = /^OWNER\/express-deploy-actions(\/[a-z-]+)?@/.exec(uses);
  return match ? `${match[1] ?? ''}/action.yml`.replace(/^\//, '') : undefined;
}
