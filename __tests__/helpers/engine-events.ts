import type { Address, ContainerEvents, ContainerSpec, Engine } from '../../emulator/world.ts';

type Stopped = Parameters<ContainerEvents['stopped']>[0];
type Running = { readonly address: Address; readonly imageDigest: string | undefined };

/** One container and what its engine told of it. */
export type WatchedContainer = {
  readonly running: Promise<Running>;
  readonly stopped: Promise<Stopped>;
  readonly log: readonly string[];
  /** Resolves as soon as the container has printed this line. */
  readonly printed: (line: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts a container and gathers its events; `running` rejects when it stops without having run. */
export function startContainer(
  engine: Engine,
  spec: Partial<ContainerSpec> & { readonly image: string },
): WatchedContainer {
  const log: string[] = [];
  const waiting = new Map<string, () => void>();
  const running = Promise.withResolvers<Running>();
  const stopped = Promise.withResolvers<Stopped>();
  running.promise.catch(() => {});
  const { stop } = engine.start(
    { taskId: 'task', command: [], environment: {}, containerPort: 8080, cpuArchitecture: 'X86_64', ...spec },
    {
      running: running.resolve,
      log: (line) => {
        log.push(line);
        waiting.get(line)?.();
      },
      stopped: (why) => {
        running.reject(new Error(why.stoppedReason));
        stopped.resolve(why);
      },
    },
  );
  const printed = (line: string): Promise<void> =>
    log.includes(line) ? Promise.resolve() : new Promise((resolve) => waiting.set(line, resolve));
  return { running: running.promise, stopped: stopped.promise, log, printed, stop };
}

export async function getText({ host, port }: Address, path = '/', headers = {}) {
  const answer = await fetch(`http://${host}:${port}${path}`, { headers });
  return { status: answer.status, text: await answer.text() };
}
