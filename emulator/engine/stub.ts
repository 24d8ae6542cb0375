import { createServer, type Server } from 'node:http';
import type { Control } from '../control/control-plane.ts';
import { closeServer, listenOn, NOBODY_LISTENS } from '../listening.ts';
import type { Clock, ContainerEvents, ContainerSpec, Engine, ImageStore } from '../world.ts';
import { imageNotFound, requireArchitecture, StartFailure } from './start-failure.ts';
import { parseBehaviours, type StubBehaviour } from './stub-behaviour.ts';

export type StubEngine = Engine & {
  /** `/_emulator/stub`: POST replaces the list of behaviours, GET shows it. */
  readonly control: Control;
};

/** Runs nothing: for every task a small HTTP server of the emulator answers in the container's place, and says so. */
export function createStubEngine(options: {
  readonly clock: Clock;
  readonly images: ImageStore;
}): StubEngine {
  const running = new Set<() => Promise<void>>();
  let behaviours: readonly StubBehaviour[] = [];

  const start: Engine['start'] = (spec, events) => {
    const behaviour = behaviours.find((candidate) => applies(candidate, spec, options.images));
    let server: Server | undefined;
    let stopped = false;
    let cancelEnd = (): void => undefined;

    const begin = async (): Promise<void> => {
      const imageDigest = judgeImage(spec, options.images);
      let address = NOBODY_LISTENS;
      if (spec.containerPort !== undefined && behaviour?.listens !== false) {
        server = createStandIn(spec, imageDigest, behaviour);
        address = await listenOn(server, 0);
      }
      if (stopped) return;
      events.running({ address, imageDigest });
      events.log(`The emulator's stub engine stands in for ${spec.image}; no container runs.`);
      const { logLines = [], exitCode, seconds = 0 } = { ...behaviour, ...spec.standIn };
      for (const line of logLines) events.log(line);
      if (exitCode === undefined) return;
      // At once means before anybody finds it healthy.
      if (seconds === 0) await end(exitCode);
      else cancelEnd = options.clock.after(seconds, () => void end(exitCode));
    };
    const end = async (exitCode: number): Promise<void> => {
      await stop();
      events.stopped({
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        exitCode,
      });
    };
    const cancelStart = options.clock.after(behaviour?.startDelaySeconds ?? 0, () => {
      begin().catch((error: unknown) => failToStart(error, events));
    });
    const stop = async (): Promise<void> => {
      stopped = true;
      cancelStart();
      cancelEnd();
      running.delete(stop);
      if (server !== undefined) await closeServer(server);
    };
    running.add(stop);
    return { stop };
  };

  return {
    kind: 'stub',
    start,
    close: async () => {
      await Promise.all([...running].map((stop) => stop()));
    },
    control: {
      GET: () => behaviours,
      POST: (body) => {
        behaviours = parseBehaviours(body);
      },
    },
  };
}

function applies({ imageContains }: StubBehaviour, spec: ContainerSpec, images: ImageStore): boolean {
  const stored = images.resolve(spec.image);
  const name = spec.image.replace(/@.*$/, '');
  const tags = stored?.found ? stored.tags : [];
  return [spec.image, ...tags.map((tag) => `${name}:${tag}`)].some((text) => text.includes(imageContains));
}

/** Images of the emulated registry have to be there and to fit, as for a real task; all others are taken on trust. */
function judgeImage(spec: ContainerSpec, images: ImageStore): string | undefined {
  const stored = images.resolve(spec.image);
  if (stored === undefined) return /@(sha256:[0-9a-f]{64})$/.exec(spec.image)?.[1];
  if (!stored.found) throw imageNotFound(spec.image);
  requireArchitecture(spec, stored.architectures);
  return stored.digest;
}

function createStandIn(
  spec: ContainerSpec,
  imageDigest: string | undefined,
  behaviour: StubBehaviour | undefined,
): Server {
  // Names only: the values may be secrets, and this page is for everybody.
  const names = Object.keys(spec.environment).sort();
  const page = [
    "This is a stand-in: the emulator's stub engine answers, and no container runs.",
    `image: ${spec.image}`,
    `digest: ${imageDigest ?? 'unknown'}`,
    `environment: ${names.join(', ') || 'none'}`,
    '',
  ].join('\n');
  const statuses = behaviour?.statuses ?? [behaviour?.status ?? 200];
  const healthStatus = behaviour?.healthStatus ?? behaviour?.status ?? 200;
  let turn = 0;
  const nextStatus = (): number => {
    turn += 1;
    return statuses[(turn - 1) % statuses.length] ?? 200;
  };
  const server = createServer((request, response) => {
    const isHealthCheck = request.headers['user-agent']?.startsWith('ELB-HealthChecker/') ?? false;
    response
      .writeHead(isHealthCheck ? healthStatus : nextStatus(), {
        'content-type': 'text/plain; charset=utf-8',
      })
      .end(page);
  });
  if (behaviour?.upgrades) {
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => socket.destroy());
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`,
      );
      socket.pipe(socket);
    });
  }
  return server;
}

function failToStart(error: unknown, events: ContainerEvents): void {
  const stoppedReason = error instanceof StartFailure ? error.message : `CannotStartContainerError: ${error}`;
  events.stopped({ stopCode: 'TaskFailedToStart', stoppedReason, containerReason: stoppedReason });
}
