import { ActionError } from '../errors.ts';
import { atEachAttempt } from './attempts.ts';
import { leavesInDoubt } from './fault.ts';

/** A call of which an attempt was left without an answer, and which then failed: AWS may have carried it out. */
export type Doubt = { readonly operation: string; readonly input: Readonly<Record<string, unknown>> };

const doubts = new WeakMap<object, Doubt>();

/** Carried through the errors that it became the cause of. */
export function doubtOf(error: unknown): Doubt | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const doubt = doubts.get(each);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

/** A later call, of which it is known that it was not carried out, does not settle what became of an earlier one. */
export function keepDoubt(error: unknown, earlier: Doubt | undefined): void {
  if (earlier !== undefined && error instanceof Error && doubtOf(error) === undefined)
    doubts.set(error, earlier);
}

type Handler = (args: { readonly input: object }) => Promise<unknown>;
type Context = { readonly commandName?: string; leftInDoubt?: boolean };
type Middleware = (next: Handler, context: Context) => Handler;
type Stack = { readonly add: (middleware: Middleware, options: object) => void };

/**
 * Notes for each call of a client whether AWS may have carried it out although it failed. The SDK shows the last attempt
 * alone, which may be one that was refused, or that never left.
 */
export function watchForDoubt(client: unknown): void {
  const { middlewareStack } = client as { readonly middlewareStack: Stack };
  middlewareStack.add(noteDoubt, { step: 'initialize', priority: 'high', name: 'noteDoubt' });
  middlewareStack.add(seeDoubt, { ...atEachAttempt, name: 'seeDoubt' });
}

const seeDoubt: Middleware = (next, context) => async (args) => {
  try {
    return await next(args);
  } catch (cause) {
    // An error of ours is no attempt.
    if (!(cause instanceof ActionError)) context.leftInDoubt ||= leavesInDoubt(cause);
    throw cause;
  }
};

const noteDoubt: Middleware = (next, context) => async (args) => {
  try {
    return await next(args);
  } catch (cause) {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    if (context.leftInDoubt === true && cause instanceof Error)
      doubts.set(cause, { operation, input: { ...args.input } });
    throw cause;
  }
};
