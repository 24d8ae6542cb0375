import { ActionError } from '../errors.ts';
import { connectRunner, type Runner, type RunnerProcess } from './runner.ts';

export type ActionProcess = RunnerProcess & {
  exitCode?: number | string | null | undefined;
  readonly exit: (code?: number) => void;
};

/** The runner sends SIGINT, and SIGTERM 7.5 s later: by then the last word must be said. */
const CANCEL_GRACE_MS = 7_000;
/** A request that was given up on may hold its socket; the job must not wait for that. */
const LINGER_MS = 1_000;

/** The one try/catch of an action: runs it, says what went wrong, sets the exit code. */
export async function runAction(
  main: (runner: Runner) => Promise<void>,
  process: ActionProcess = globalThis.process,
): Promise<void> {
  const runner = connectRunner(process);
  runner.cancelled.addEventListener('abort', () => {
    const giveUp = () => {
      runner.info('The job was cancelled, and its time is over. AWS continues with the last request.');
      process.exit(1);
    };
    setTimeout(giveUp, CANCEL_GRACE_MS).unref();
  });
  try {
    await main(runner);
  } catch (thrown) {
    process.exitCode = 1;
    await reportFailure(runner, asCancellation(thrown, runner.cancelled));
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The SDK answers an aborted request with an error of its own. */
function asCancellation(thrown: unknown, cancelled: AbortSignal): unknown {
  const isAbort = thrown instanceof Error && thrown.name === 'AbortError';
  return isAbort && cancelled.aborted ? cancelled.reason : thrown;
}

async function reportFailure(runner: Runner, thrown: unknown): Promise<void> {
  if (!(thrown instanceof ActionError)) {
    await runner.error(renderBug(thrown, runner.actionRepository));
    return;
  }
  const help = whereToReadOn(thrown.code, runner);
  await runner.error(`${renderActionError(thrown)}\nSee ${help}`, thrown.code);
  // The report is written by now; that this cannot be added to it is no failure of its own.
  await runner.appendSummary(`\nSee ${help}\n`).catch(() => undefined);
  for (const line of renderCauses(thrown.cause)) await runner.debug(line);
}

export function renderActionError(error: ActionError): string {
  const message = `${error.message} [${error.code}]`;
  return error.hint === undefined ? message : `${message}\n${error.hint}`;
}

/** The section about a code, of the very version that runs; a bare path where the runner does not name that version. */
function whereToReadOn(code: string, { actionRepository, actionRef }: Runner): string {
  const section = `docs/troubleshooting.md#${code}`;
  return actionRepository === undefined || actionRef === undefined
    ? section
    : `https://github.com/${actionRepository}/blob/${actionRef}/${section}`;
}

function renderBug(thrown: unknown, repository: string | undefined): string {
  const where =
    repository === undefined ? "this action's repository" : `https://github.com/${repository}/issues`;
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `This is a bug in the action, not in your workflow. Please report it at ${where} with these lines:\n${stack}`;
}

/** Names, messages and request ids only: an AWS reply may hold the values of environment variables. */
export function renderCauses(cause: unknown): readonly string[] {
  const lines: string[] = [];
  // A cause may point back at itself; ten are more than any of ours has.
  for (let current = cause; current !== undefined && lines.length < 10; ) {
    if (!(current instanceof Error)) return [...lines, `caused by: ${typeof current}`];
    lines.push(`caused by: ${current.name}: ${current.message}${renderRequestId(current)}`);
    current = current.cause;
  }
  return lines;
}

function renderRequestId(error: Error & { readonly $metadata?: { readonly requestId?: string } }): string {
  const requestId = error.$metadata?.requestId;
  return requestId === undefined ? '' : ` (AWS request id ${requestId})`;
}
