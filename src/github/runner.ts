import { EOL } from 'node:os';
import { ActionError } from '../errors.ts';
import { type Environment, type RunContext, readRunContext } from './context.ts';

/**
 * All that an action sees of the GitHub runner, and the only reader of INPUT_*, GITHUB_* and the process.
 *
 * Loading @actions/core costs 40–50 ms of a start of about 110 ms (it pulls in a whole HTTP client), and the first AWS
 * request should not wait for that. So it is loaded when first needed: whatever is a promise here may load it, whatever
 * is not does what core would do, which for a log line, a group marker or an input is one line of code. Await the
 * promises: a line written meanwhile would overtake, and a mask holds only for what is printed after it.
 */
export type Runner = {
  /** An input, trimmed; empty when it is not given. */
  readonly read: (input: string) => string;
  readonly info: (line: string) => void;
  readonly group: <T>(title: string, run: () => Promise<T>) => Promise<T>;
  readonly isDebug: boolean;
  /** Shown only when the user asked for debug logging; a no-op otherwise. */
  readonly debug: (line: string) => Promise<void>;
  /** Annotations: shown on the page of the run. From the eleventh of a kind on they are lines of the log only. */
  readonly notice: (message: string) => Promise<void>;
  readonly warning: (message: string) => Promise<void>;
  readonly error: (message: string, title?: string) => Promise<void>;
  readonly mask: (value: string) => Promise<void>;
  readonly setOutput: (name: string, value: string) => Promise<void>;
  /** Does nothing where the runner keeps no summary. */
  readonly appendSummary: (markdown: string) => Promise<void>;
  readonly saveState: (name: string, value: string) => Promise<void>;
  /** By a command of the log, which needs no disk. GitHub discourages it, so it is for where `saveState` fails. */
  readonly saveStateByLog: (name: string, value: string) => void;
  /** What an earlier phase of the same step saved; empty when nothing was. */
  readonly getState: (name: string) => string;
  readonly context: RunContext;
  /** Where this action itself lives, `owner/name`; undefined when it was checked out by path. */
  readonly actionRepository: string | undefined;
  /** What the workflow wrote behind the `@`; undefined when it was checked out by path. */
  readonly actionRef: string | undefined;
  /** A variable of the process that is not the runner's: AWS_REGION and its like. Empty counts as absent. */
  readonly environment: (name: string) => string | undefined;
  /** Aborted by SIGINT or SIGTERM: the job was cancelled. */
  readonly cancelled: AbortSignal;
};

export type RunnerProcess = {
  readonly env: Environment;
  readonly cwd: () => string;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly once: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
};

/** In one chunk with the client of GitHub: both hold the same HTTP client, which would else be in dist/ twice. */
const loadCore = () => import(/* webpackChunkName: "toolkit" */ '@actions/core');

type Core = Awaited<ReturnType<typeof loadCore>>;

export function connectRunner(process: RunnerProcess): Runner {
  const { env, stdout } = process;
  const isDebug = env['RUNNER_DEBUG'] === '1';
  const writeLine = (line: string) => void stdout.write(line + EOL);
  const annotated = { notice: 0, warning: 0, error: 0 };
  const annotate = async (kind: keyof typeof annotated, message: string, title?: string) => {
    annotated[kind] += 1;
    const isFull = annotated[kind] > maxAnnotations;
    if (isFull || message.length > maxAnnotationLength) writeLine(defuseCommands(`${kind}: ${message}`));
    if (isFull) return;
    const core = await loadCore();
    core[kind](clipAnnotation(message), title === undefined ? {} : { title });
  };
  return {
    read: (input) => (env[`INPUT_${input.replace(/ /g, '_').toUpperCase()}`] ?? '').trim(),
    info: (line) => writeLine(defuseCommands(line)),
    group: async (title, run) => {
      writeLine(`::group::${escapeData(title)}`);
      try {
        return await run();
      } finally {
        writeLine('::endgroup::');
      }
    },
    isDebug,
    debug: async (line) => {
      if (isDebug) (await loadCore()).debug(line);
    },
    notice: (message) => annotate('notice', message),
    warning: (message) => annotate('warning', message),
    error: (message, title) => annotate('error', message, title),
    mask: async (value) => {
      if (value.trim() !== '') (await loadCore()).setSecret(value);
    },
    setOutput: (name, value) => keep(`output ${name}`, (core) => core.setOutput(name, value)),
    appendSummary: async (markdown) => {
      if (!env['GITHUB_STEP_SUMMARY']) return;
      await keep('the job summary', (core) => core.summary.addRaw(markdown, true).write());
    },
    saveState: (name, value) => keep(`state ${name}`, (core) => core.saveState(name, value)),
    // actions/runner, ActionCommandManager.cs, SaveStateCommandExtension.
    saveStateByLog: (name, value) => writeLine(`::save-state name=${name}::${escapeData(value)}`),
    getState: (name) => env[`STATE_${name}`] ?? '',
    context: readRunContext(env, process.cwd()),
    actionRepository: env['GITHUB_ACTION_REPOSITORY'] || undefined,
    actionRef: env['GITHUB_ACTION_REF'] || undefined,
    environment: (name) => env[name] || undefined,
    cancelled: listenForCancellation(process),
  };
}

/** Writes a file of the runner's. That it cannot be written is the machine's fault, such as a full disk. */
async function keep(what: string, write: (core: Core) => unknown): Promise<void> {
  const core = await loadCore();
  try {
    await write(core);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ActionError('runner-refused', `${what} could not be written to the runner's file: ${why}`, {
      hint: 'Look at the disk of the runner. The log above shows what was done.',
      cause,
    });
  }
}

/** GitHub keeps ten annotations of a kind from a step, and 4096 characters of each; what is more is dropped silently. */
const maxAnnotations = 10;
const maxAnnotationLength = 4096;

function clipAnnotation(message: string): string {
  return message.length <= maxAnnotationLength ? message : `${message.slice(0, maxAnnotationLength - 1)}…`;
}

/**
 * Log lines carry foreign text: container logs, reasons from AWS, a build's output. The runner takes every line that
 * begins with `::name::`, or holds `##[name]`, as a command, so a container that logs `::add-mask::e` could blank out
 * the log, or `::stop-commands::x` silence our annotations. It trims as .NET does, and compares by the rules of a
 * language, which pass over characters without width (actions/runner, ActionCommand.cs); a blank they never pass over.
 */
export function defuseCommands(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(commandStart, '$1 ').replace(oldCommandStart, '$1 '))
    .join(EOL);
}

const passedOver = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}';
const commandStart = new RegExp(`^([\\s\\u0085\\p{Z}${passedOver}]*:)(?=[${passedOver}]*:)`, 'u');
const oldCommandStart = new RegExp(`(#[${passedOver}]*#)(?=[${passedOver}]*\\[)`, 'gu');

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** `once`: the runner sends each signal once, and a second Ctrl-C in a terminal should end the process at once. */
function listenForCancellation(process: RunnerProcess): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () =>
      controller.abort(new ActionError('cancelled', `the job was cancelled (${signal})`)),
    );
  }
  return controller.signal;
}
