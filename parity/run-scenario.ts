import { isDeepStrictEqual } from 'node:util';
import { clientsOf } from './clients.ts';
import { normalise } from './normalise.ts';
import type { Step } from './record.ts';
import type { Clients, Kit, Scenario } from './scenario.ts';
import type { ClientConfig, Stage } from './witness.ts';

type Asked = { operation: string; input: unknown };

/** Runs a scenario on a stage; resolves with its steps, ready to be compared. */
export async function runScenario(
  scenario: Scenario,
  stage: Stage,
  interrupted: AbortSignal,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  await scenario.run(createKit(scenario.name, stage, interrupted, steps));
  return normalise(steps, stage.run) as readonly Step[];
}

/** What a scenario is given; each step of it is put at the end of `steps`. */
export function createKit(scenario: string, stage: Stage, interrupted: AbortSignal, steps: Step[]): Kit {
  const asked: Asked = { operation: '', input: undefined };
  const add = (step: Step): void => {
    if (steps.some(({ name }) => name === step.name))
      throw new TypeError(`two steps are called "${step.name}"`);
    steps.push(step);
  };
  const keep = (name: string, answer: Omit<Step, 'name' | 'operation' | 'input'>): void =>
    add({ name, ...asked, ...answer });
  const note = (name: string, seen: unknown, seconds?: number): void =>
    add({
      name,
      operation: 'none',
      input: {},
      status: 0,
      output: seen,
      ...(seconds !== undefined && { seconds }),
    });
  const pause = async (seconds: number): Promise<void> => {
    interrupted.throwIfAborted();
    await stage.wait(seconds, interrupted);
  };
  return {
    ...makeClients(stage, stage.config, asked),
    ...stage.outside,
    as: (credentials) => makeClients(stage, { ...stage.config, credentials }, asked),
    localise: (text) => String(localise(text, stage)),
    pause,
    note: (name, seen) => note(name, seen),
    step: async (name, ask, how = {}) => {
      interrupted.throwIfAborted();
      try {
        const output = await ask();
        keep(name, { status: statusOf(output), output: how.keep ? how.keep(output) : output });
        return output;
      } catch (error) {
        const status = statusOf(error);
        // Not an answer: the witness is gone, or the scenario is wrong.
        if (status === 0 || !(error instanceof Error)) throw error;
        keep(name, { status, error: error.name, ...(how.sentence && { sentence: error.message }) });
        return undefined;
      }
    },
    until: async (name, ask, done, minutes = UNTIL_MINUTES) => {
      for (let waited = 0; waited < minutes * 60; waited += PAUSE_SECONDS) {
        interrupted.throwIfAborted();
        const output = await ask();
        if (done(output)) {
          keep(name, { status: statusOf(output), output });
          return output;
        }
        await pause(PAUSE_SECONDS);
      }
      throw new Error(`${scenario}: "${name}" did not come about`);
    },
    watch: async (name, look, done, minutes) => {
      const seen: Record<string, unknown[]> = {};
      let isDone = false;
      let waited = 0;
      for (; waited <= minutes * 60 && !isDone; waited += PAUSE_SECONDS) {
        if (waited > 0) await pause(PAUSE_SECONDS);
        const sight = await look();
        for (const [thing, value = 'none'] of Object.entries(sight)) {
          seen[thing] ??= [];
          if (seen[thing].length === 0 || !isDeepStrictEqual(seen[thing].at(-1), value))
            seen[thing].push(value);
        }
        isDone = done(sight);
      }
      note(name, { cameAbout: isDone, seen }, waited - PAUSE_SECONDS);
    },
  };
}

const UNTIL_MINUTES = 5;
const PAUSE_SECONDS = 5;

/** 0 for what is no answer. */
function statusOf(answer: unknown): number {
  const { $metadata } = Object(answer);
  return Object($metadata).httpStatusCode ?? 0;
}

function makeClients(stage: Stage, config: ClientConfig, asked: Asked): Clients {
  const clients = clientsOf(config);
  for (const client of Object.values(clients)) listen(client, stage, asked);
  return clients;
}

/** What a scenario calls its account, its Region, and whatever it makes. */
const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';
const NAME = 'parity';

/** Notes what a client is about to ask, and names what there is where it is asked. */
function listen(
  client: { readonly middlewareStack: { add: (...args: never[]) => void } },
  stage: Stage,
  asked: Asked,
): void {
  const middleware =
    (next: (args: { input: unknown }) => unknown, context: { commandName?: string }) =>
    (args: { input: unknown }) => {
      asked.operation = (context.commandName ?? '').replace(/Command$/, '');
      asked.input = args.input;
      return next({ ...args, input: localise(args.input, stage) });
    };
  const add = client.middlewareStack.add as (middleware: unknown, options: object) => void;
  add.call(client.middlewareStack, middleware, { step: 'initialize', name: 'parity' });
}

/** What an answer named already is left as it is. */
function localise(value: unknown, stage: Stage): unknown {
  if (typeof value === 'string') {
    const { account, config, run } = stage;
    return value
      .replaceAll(NAME + run, NAME)
      .replaceAll(NAME, NAME + run)
      .replaceAll(ACCOUNT, account)
      .replaceAll(REGION, config.region);
  }
  if (Array.isArray(value)) return value.map((item) => localise(item, stage));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, localise(member, stage)]));
}
