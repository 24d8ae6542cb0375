import { randomUUID } from 'node:crypto';
import type { Passwords } from '../ecr/authorization.ts';
import { NOBODY_LISTENS } from '../listening.ts';
import type { Address, ContainerEvents, ContainerSpec, Engine, ImageStore } from '../world.ts';
import { docker, followDocker } from './docker-cli.ts';
import { createImagePuller, type PulledImage } from './docker-pull.ts';
import { cannotCreate, cannotStart, goArchitecture, StartFailure } from './start-failure.ts';

/** On every container, with an id of this emulator: what a killed emulator leaves behind can be found by it. */
const LABEL = 'ecs-express-emulator';

/**
 * Real seconds between SIGTERM and SIGKILL. ECS gives 30; at `--speed 60` that would be half an hour of virtual time
 * for every program that ignores SIGTERM, as most do when they are process 1.
 */
const STOP_SECONDS = 2;

/** Runs tasks as real containers of the docker engine that the `docker` command reaches. */
export async function createDockerEngine(options: {
  readonly images: ImageStore;
  readonly registryHost: string;
  readonly passwords: Passwords;
}): Promise<Engine> {
  const puller = await createImagePuller(options);
  const label = `${LABEL}=${randomUUID()}`;
  const running = new Set<() => Promise<void>>();

  const start: Engine['start'] = (spec, events) => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const ended = runToItsEnd(spec, quietAfter(signal, events), { label, signal, pull: puller.pull });
    const stop = async (): Promise<void> => {
      stopping.abort();
      await ended;
      running.delete(stop);
    };
    running.add(stop);
    return { stop };
  };

  return {
    kind: 'docker',
    start,
    close: async () => {
      await Promise.all([...running].map((stop) => stop()));
      await puller.close();
    },
  };
}

type Run = {
  readonly label: string;
  readonly signal: AbortSignal;
  readonly pull: (spec: ContainerSpec, signal: AbortSignal) => Promise<PulledImage>;
};

async function runToItsEnd(spec: ContainerSpec, events: ContainerEvents, run: Run): Promise<void> {
  let container: string | undefined;
  try {
    const image = await run.pull(spec, run.signal);
    if (run.signal.aborted) return;
    container = await createContainer(spec, image.reference, run.label);
    const started = await docker(['start', container]);
    if (!started.ok) throw cannotStart(started.message);
    const { containerPort } = spec;
    const address =
      containerPort === undefined ? NOBODY_LISTENS : await publishedAddress(container, containerPort);
    if (address !== undefined) events.running({ address, imageDigest: image.digest });
    await followDocker(['logs', '--follow', container], { onLine: events.log, signal: run.signal });
    if (!run.signal.aborted) events.stopped(await judgeExit(container));
  } catch (error) {
    const stoppedReason =
      error instanceof StartFailure ? error.message : `CannotStartContainerError: ${error}`;
    events.stopped({ stopCode: 'TaskFailedToStart', stoppedReason, containerReason: stoppedReason });
  } finally {
    if (container !== undefined) await removeContainer(container);
  }
}

/** The argument list of `docker create`; a pure function, because it is the part that can be got wrong. */
export function createArgv(spec: ContainerSpec, reference: string, label: string): string[] {
  const environment = Object.entries(spec.environment).flatMap(([name, value]) => [
    '--env',
    `${name}=${value}`,
  ]);
  const memory = spec.memoryMebibytes === undefined ? [] : ['--memory', `${spec.memoryMebibytes}m`];
  return [
    'create',
    '--label',
    label,
    '--platform',
    `linux/${goArchitecture(spec)}`,
    // Its logs are read back whatever the engine's own default driver is.
    '--log-driver',
    'json-file',
    ...(spec.containerPort === undefined ? [] : ['--publish', `127.0.0.1::${spec.containerPort}`]),
    ...memory,
    ...environment,
    reference,
    ...spec.command,
  ];
}

async function createContainer(spec: ContainerSpec, reference: string, label: string): Promise<string> {
  const created = await docker(createArgv(spec, reference, label));
  if (!created.ok) throw cannotCreate(created.message);
  return created.stdout;
}

/** Where the container port is published; nothing when the container has ended already. */
async function publishedAddress(container: string, port: number): Promise<Address | undefined> {
  const result = await docker(['port', container, `${port}/tcp`]);
  const match = result.ok ? /^([\d.]+):(\d+)$/m.exec(result.stdout) : null;
  return match?.[1] === undefined ? undefined : { host: match[1], port: Number(match[2]) };
}

async function judgeExit(container: string): Promise<Parameters<ContainerEvents['stopped']>[0]> {
  // The logs can end a moment before the engine has noted the exit.
  await docker(['wait', container]);
  const inspected = await docker(['inspect', '--format', '{{json .State}}', container]);
  const state: { readonly ExitCode?: number; readonly OOMKilled?: boolean } = inspected.ok
    ? JSON.parse(inspected.stdout)
    : {};
  return {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    ...(state.ExitCode !== undefined && { exitCode: state.ExitCode }),
    ...(state.OOMKilled === true && {
      containerReason: 'OutOfMemoryError: Container killed due to memory usage',
    }),
  };
}

async function removeContainer(container: string): Promise<void> {
  await docker(['stop', '--time', String(STOP_SECONDS), container]);
  await docker(['rm', '--force', '--volumes', container]);
}

function quietAfter(signal: AbortSignal, events: ContainerEvents): ContainerEvents {
  return {
    running: (at) => signal.aborted || events.running(at),
    log: (line) => signal.aborted || events.log(line),
    stopped: (why) => signal.aborted || events.stopped(why),
  };
}
