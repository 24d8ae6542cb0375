import { parse } from 'yaml';
import { readText } from './source-tree.ts';

export type Step = {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
};

/** One with `steps`, or one that calls a workflow and has `uses`. */
export type Job = {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string | { readonly name: string; readonly url: string };
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly permissions?: Readonly<Record<string, string>>;
  /** A workflow that is called lets its caller say it. */
  readonly 'timeout-minutes'?: number | string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly secrets?: string | Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
};

export type WorkflowInput = {
  readonly type: string;
  readonly description?: string;
  readonly default?: string | number;
  readonly required?: boolean;
};

export type Trigger = {
  readonly inputs?: Readonly<Record<string, WorkflowInput>>;
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
};

export type Workflow = {
  readonly on: Readonly<Record<string, Trigger | null>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};

export function readWorkflow(file: string): Workflow {
  return parse(readText(file));
}

/**
 * `shift-traffic/action.yml` for a step that uses that action of ours: by the name that examples give it, or as a workflow of
 * this repository names what is in the same commit.
 */
export function ownAction({ uses = '' }: Step): string | undefined {
  const folder = /^OWNER\/express-deploy-actions\/?([a-z-]*)@/.exec(uses) ?? /^\$\/([.\w/-]+)$/.exec(uses);
  return folder ? `${folder[1]}/action.yml`.replace(/^\//, '') : undefined;
}

/** `.github/workflows/deploy.yml` for a job that calls that workflow of ours. */
export function ownWorkflow({ uses = '' }: Job): string | undefined {
  return /^OWNER\/express-deploy-actions\/(\.github\/workflows\/[a-z-]+\.yml)@/.exec(uses)?.[1];
}

/** `${{ inputs.x }}` */
export const expression = (of: string): string => `\${{ ${of} }}`;

export type Values = Readonly<Record<string, string>>;

/**
 * The expressions that steps use: `${{ inputs.x }}`, `${{ vars.X }}`, `${{ needs.plan.outputs.checksum }}`, and
 * `${{ inputs.x == 'value' && inputs.y || '' }}`.
 */
export function evaluate(text: string, values: Values): string {
  const read = (name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the workflow asks for ${name}`);
    return value;
  };
  return text
    .replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => read(name))
    .replace(
      /\$\{\{ ([\w.-]+) == '([^']*)' && ([\w.-]+) \|\| '' \}\}/g,
      (_, name: string, wanted: string, then: string) => (read(name) === wanted ? read(then) : ''),
    );
}

/** What a called workflow has in `inputs`: what the job gives, else the default, else an empty string. */
export function inputsOfCall(job: Job, values: Values): Values {
  const declared = readWorkflow(ownWorkflow(job) ?? '').on['workflow_call']?.inputs ?? {};
  const entries = Object.entries(declared).map(([name, input]) => {
    const given = job.with?.[name] ?? String(input.default ?? '');
    return [`inputs.${name}`, evaluate(given, values)];
  });
  return Object.fromEntries(entries);
}
