import { clientsOf } from './clients.ts';
import { normalise } from './normalise.ts';
import type { Step } from './record.ts';
import type { Clients, Scenario } from './scenario.ts';
import type { Place, Witness } from './witness.ts';

type Asked = { operation: string; input: unknown };

/** Runs a scenario against whoever answers at the address; resolves with its steps, ready to be compared. */
export async function runScenario(
  scenario: Scenario,
  witness: Witness,
  interrupted: AbortSignal,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const asked: Asked = { operation: '', input: undefined };
  const keep = (name: string, answer: Omit<Step, 'name' | 'operation' | 'input'>): void => {
    if (steps.some((step) => step.name === name)) throw new TypeError(`two steps are called "${name}"`);
    steps.push({ name, operation: asked.operation, input: asked.input, ...answer });
  };
  const place = await witness.fresh();
  await scenario.run({
    ...makeClients(place, asked),
    step: async (name, ask) => {
      interrupted.throwIfAborted();
      try {
        const output = await ask();
        keep(name, { status: statusOf(output), output });
        return output;
      } catch (error) {
        const status = statusOf(error);
        // Not an answer: the witness is gone, or the scenario is wrong.
        if (status === 0 || !(error instanceof Error)) throw error;
        keep(name, { status, error: error.name });
        return undefined;
      }
    },
    until: async (name, ask, done) => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        interrupted.throwIfAborted();
        const output = await ask();
        if (done(output)) {
          keep(name, { status: statusOf(output), output });
          return output;
        }
        await witness.wait(PAUSE_SECONDS);
      }
      throw new Error(`${scenario.name}: "${name}" did not come about`);
    },
  });
  return normalise(steps, place.run) as readonly Step[];
}

const MOST_TRIES = 60;
const PAUSE_SECONDS = 5;

/** 0 for what is no answer. */
function statusOf(answer: unknown): number {
  const { $metadata } = Object(answer);
  return Object($metadata).httpStatusCode ?? 0;
}

function makeClients(place: Place, asked: Asked): Clients {
  const clients = clientsOf(place.config);
  for (const client of Object.values(clients)) listen(client, place, asked);
  return clients;
}

/** What a scenario calls its account, its Region, and whatever it makes. */
const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';
const NAME = 'parity';

/** Notes what a client is about to ask, and names what there is where it is asked. */
function listen(
  client: { readonly middlewareStack: { add: (...args: never[]) => void } },
  place: Place,
  asked: Asked,
): void {
  const middleware =
    (next: (args: { input: unknown }) => unknown, context: { commandName?: string }) =>
    (args: { input: unknown }) => {
      asked.operation = (context.commandName ?? '').replace(/Command$/, '');
      asked.input = args.input;
      return next({ ...args, input: localise(args.input, place) });
    };
  const add = client.middlewareStack.add as (middleware: unknown, options: object) => void;
  add.call(client.middlewareStack, middleware, { step: 'initialize', name: 'parity' });
}

function localise(value: unknown, place: Place): unknown {
  if (typeof value === 'string') {
    const { account, config, run } = place;
    return value
      .replaceAll(NAME, NAME + run)
      .replaceAll(ACCOUNT, account)
      .replaceAll(REGION, config.region);
  }
  if (Array.isArray(value)) return value.map((item) => localise(item, place));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, localise(member, place)]));
}
