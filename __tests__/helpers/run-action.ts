import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kill, startInHost, startOwnProcess } from './action-process.ts';
import type { RoleName } from './policies.ts';

/** Runs a built action as the runner does: a child process, INPUT_ variables, and files for outputs and summary. */
export type ActionRun = {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  /** stdout and stderr as they came. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What it left for its post step. */
  readonly state: Readonly<Record<string, string>>;
  readonly seconds: number;
};

export type RunningAction = {
  readonly finished: Promise<ActionRun>;
  readonly kill: Kill;
  /** Resolves when the log holds the text; rejects when the action ends without it. */
  readonly sawInLog: (text: string) => Promise<void>;
};

export type ActionOptions = {
  readonly action?: 'deploy-express' | 'shift-traffic';
  /** Another bundle to run in its place, for comparison. */
  readonly bundle?: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The emulator's `env`, and whatever the case adds. `undefined` removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `host:port` of the DNS server that the machine asks, which a machine has in its resolv.conf. */
  readonly dns?: string;
  /** The checkout; a fresh empty folder unless given. */
  readonly workspace?: string;
  /** In a process that no other action has used: for what is about the process itself. */
  readonly ownProcess?: boolean;
  /** Gets the log as it comes. */
  readonly onOutput?: (text: string) => void;
};

/** An action says so when it ends itself, 7 s after SIGINT: half a second later the runner would. */
export const outOfTime = 'The job was cancelled, and its time is over.';

/** npm and jest both start at the root of the repository; demo and bench use this file as an ES module. */
const root = process.cwd();
const inTestRunner = process.env['EMULATOR_HOSTS'] !== undefined;

export function startAction(options: ActionOptions): RunningAction {
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_STATE: join(folder, 'state'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const startedAt = performance.now();
  let log = '';
  const listeners = new Set<() => void>();
  let end: (exitCode: number | null) => void = () => undefined;
  const finished = new Promise<ActionRun>((resolve) => {
    end = (exitCode) => {
      const outputs = parseRunnerFile(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
      const state = { ...parseRunnerFile(readFileSync(files.GITHUB_STATE, 'utf8')), ...statesInLog(log) };
      const summary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
      rmSync(folder, { recursive: true, force: true });
      resolve({ exitCode, log, outputs, summary, state, seconds: (performance.now() - startedAt) / 1000 });
    };
  });
  const start = options.ownProcess || !inTestRunner ? startOwnProcess : startInHost;
  const kill = start({
    bundle: options.bundle ?? join(root, 'dist', options.action ?? 'deploy-express', 'index.js'),
    cwd: options.workspace ?? folder,
    env: {
      // Nothing of the machine's own AWS or GitHub set-up may leak into a case.
      PATH: process.env['PATH'],
      HOME: folder,
      // What a runner compiles once a job is compiled once a run of the tests.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      RUNNER_TEMP: folder,
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_RUN_ID: '1001',
      GITHUB_WORKSPACE: options.workspace ?? folder,
      AWS_SDK_UA_APP_ID: roleFor(options),
      ...files,
      ...inputVariables(options.inputs),
      ...options.env,
    },
    dns: options.dns,
    onOutput: (text) => {
      log += text;
      options.onOutput?.(text);
      for (const listener of listeners) listener();
    },
    onEnd: (exitCode) => end(exitCode),
  });
  return {
    finished,
    kill,
    sawInLog: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!log.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void finished.then(() => reject(new Error(`the action ended without saying "${text}":\n${log}`)));
      }),
  };
}

/**
 * The role of bootstrap/ that a job like this assumes. The SDK puts it into the user agent, so that the emulator can tell
 * in its record for whom an action is.
 */
export function roleFor({ action, inputs }: ActionOptions): RoleName {
  if (action === 'shift-traffic') {
    const mode = inputs['mode'] || 'plan';
    if (['plan', 'status', 'verify'].includes(mode)) return 'plan';
    return mode === 'rollback' || mode === 'monitor' ? mode : 'shift';
  }
  if (inputs['preview'] === 'true' || inputs['operation'] === 'sweep') return 'preview';
  return inputs['dry-run'] === 'true' || inputs['operation'] === 'plan-migration' ? 'plan' : 'deploy';
}

export function runAction(options: ActionOptions): Promise<ActionRun> {
  return startAction(options).finished;
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** The older way, which the runner still takes (actions/runner, ActionCommandManager.cs, SaveStateCommandExtension). */
function statesInLog(log: string): Record<string, string> {
  const saved = log.matchAll(/^::save-state name=([^:]+)::(.*)$/gm);
  return Object.fromEntries([...saved].map(([, name = '', value = '']) => [name, value]));
}

/** The runner's file format: `name<<delimiter`, the value's lines, the delimiter. */
export function parseRunnerFile(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const [name, delimiter] = lines[index]?.split('<<') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const value: string[] = [];
    for (index++; index < lines.length && lines[index] !== delimiter; index++) value.push(lines[index] ?? '');
    outputs[name] = value.join('\n');
  }
  return outputs;
}
