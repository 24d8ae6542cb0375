import { ACMClient } from '@aws-sdk/client-acm';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { STSClient } from '@aws-sdk/client-sts';
import { normalise } from './normalise.ts';
import type { Step } from './record.ts';
import type { Clients, Scenario } from './scenario.ts';
import type { Witness } from './witnesses.ts';

type Asked = { operation: string; input: unknown };

/** Runs a scenario against whoever answers at the address; resolves with its steps, ready to be compared. */
export async function runScenario(scenario: Scenario, witness: Witness): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const asked: Asked = { operation: '', input: undefined };
  const keep = (name: string, answer: Omit<Step, 'name' | 'operation' | 'input'>): void => {
    if (steps.some((step) => step.name === name)) throw new TypeError(`two steps are called "${name}"`);
    steps.push({ name, operation: asked.operation, input: asked.input, ...answer });
  };
  await scenario.run({
    ...makeClients(await witness.fresh(), asked),
    step: async (name, ask) => {
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
  return normalise(steps) as readonly Step[];
}

const MOST_TRIES = 60;
const PAUSE_SECONDS = 5;

/** 0 for what is no answer. */
function statusOf(answer: unknown): number {
  const { $metadata } = Object(answer);
  return Object($metadata).httpStatusCode ?? 0;
}

function makeClients(endpoint: string, asked: Asked): Clients {
  const config = {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAPARITY0000000000', secretAccessKey: 'parity' },
    maxAttempts: 1,
  };
  const clients = {
    acm: new ACMClient(config),
    cloudwatch: new CloudWatchClient(config),
    ecr: new ECRClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    logs: new CloudWatchLogsClient(config),
    route53: new Route53Client(config),
    sts: new STSClient(config),
  };
  for (const client of Object.values(clients)) listen(client, asked);
  return clients;
}

/** Notes what a client is about to ask. */
function listen(
  client: { readonly middlewareStack: { add: (...args: never[]) => void } },
  asked: Asked,
): void {
  const middleware =
    (next: (args: { input: unknown }) => unknown, context: { commandName?: string }) =>
    (args: { input: unknown }) => {
      asked.operation = (context.commandName ?? '').replace(/Command$/, '');
      asked.input = args.input;
      return next(args);
    };
  const add = client.middlewareStack.add as (middleware: unknown, options: object) => void;
  add.call(client.middlewareStack, middleware, { step: 'initialize', name: 'parity' });
}
