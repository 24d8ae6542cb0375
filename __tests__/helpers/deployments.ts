import { ECSClient } from '@aws-sdk/client-ecs';
import type { LoggedCall } from '../../emulator/control/request-log.ts';
import { type EmulatorHandle, startEmulator } from './emulator.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from './express-service.ts';
import { type ActionRun, type RunningAction, startAction } from './run-action.ts';

type Inputs = Readonly<Record<string, string>>;
type Surroundings = {
  /** Beside the emulator's; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspace?: string;
};

export type DeploymentRun = ActionRun & {
  /** What this run asked of AWS, in order. */
  readonly calls: readonly LoggedCall[];
};

/** An emulated account, and deploy-express run in it as a workflow would: `dist/`, inputs as text, files of the runner. */
export type Deployments = {
  readonly emulator: EmulatorHandle;
  readonly ecs: ECSClient;
  /** Runs to the end. Not beside another: it takes all calls of the time for its own. */
  readonly deploy: (inputs?: Inputs, surroundings?: Surroundings) => Promise<DeploymentRun>;
  readonly start: (inputs?: Inputs, surroundings?: Surroundings) => RunningAction;
  /** The weather clears: no fault is left. */
  readonly clearFaults: () => Promise<void>;
  readonly addFault: (service: string, operation: string, fault: string, more?: object) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What a workflow of the official action gives; a case names what it is about. */
export const usualInputs = {
  'service-name': 'web',
  image: 'public.ecr.aws/example/web:1',
  'execution-role-arn': EXECUTION_ROLE,
  'infrastructure-role-arn': INFRASTRUCTURE_ROLE,
  'health-check-path': '/',
  cpu: '256',
  memory: '512',
  // An update of eleven minutes takes a second or two of a test's time.
  'poll-interval-seconds': '0.1',
  'smoke-test-timeout-seconds': '5',
} as const;

export async function startDeployments(...args: readonly string[]): Promise<Deployments> {
  const emulator = await startEmulator('--speed', '600', ...args);
  const ecs = new ECSClient(emulator.client);
  const start: Deployments['start'] = (inputs = {}, { env = {}, workspace } = {}) =>
    startAction({
      inputs: { ...usualInputs, ...inputs },
      env: { ...emulator.env, ...env },
      ...(workspace !== undefined && { workspace }),
    });
  return {
    emulator,
    ecs,
    start,
    deploy: async (inputs, surroundings) => {
      await emulator.forgetRequests();
      const run = await start(inputs, surroundings).finished;
      return { ...run, calls: await emulator.requests() };
    },
    addFault: (service, operation, fault, more = {}) =>
      emulator.addFaults([{ service, operation, fault, times: 1, ...more }]),
    clearFaults: async () => void (await fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' })),
    stop: async () => {
      ecs.destroy();
      await emulator.stop();
    },
  };
}

/** The operations in order, without the repetitions that waiting makes. */
export function operationsOf(calls: readonly LoggedCall[]): readonly string[] {
  const names = calls.map(({ operation }) => operation);
  return names.filter((name, index) => name !== names[index - 1]);
}

/** Those that change something in the account. */
export function changesOf(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  return calls.filter(({ operation }) => !/^(Describe|List|Get|BatchGet)/.test(operation));
}

export function callsTo(calls: readonly LoggedCall[], operation: string): readonly LoggedCall[] {
  return calls.filter((call) => call.operation === operation);
}

/** Each line of the log by itself, without the marks of the runner's commands. */
export function linesOf({ log }: ActionRun): readonly string[] {
  return log.split(/\r?\n/).map((line) => line.replace(/^::(notice|warning|error)(?: [^:]*)?::/, '$1: '));
}
