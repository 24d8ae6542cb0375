import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as realDelay } from 'node:timers/promises';
import type { Address } from '../world.ts';
import { logEvent, logGroup } from './operation.ts';
import type { HealthCheck } from './read-health-check.ts';
import type { Configuration, Instance, Service } from './service.ts';
import type { AppRunner } from './state.ts';

/** Real time between two looks at a container that starts, and how long it may take however fast virtual time runs. */
const REAL_PAUSE_MS = 50;
const REAL_ALLOWANCE_MS = 5_000;
const RESTART_SECONDS = 10;

/** Starts a container and resolves when its health check passes; rejects with why it never did. */
export function startInstance(
  runner: AppRunner,
  service: Service,
  configuration: Configuration,
): Promise<Instance> {
  const { container } = configuration.source;
  const engine = container.isCode ? runner.standIn : runner.engine;
  return new Promise((resolve, reject) => {
    let stopped = false;
    const running = engine.start(
      {
        taskId: runner.ids.hex(32),
        image: container.image,
        command: container.command,
        environment: container.environment,
        containerPort: container.port,
        cpuArchitecture: 'X86_64',
      },
      {
        running: ({ address }) => {
          waitUntilHealthy(address, configuration.healthCheck, () => stopped).then(
            () => resolve({ address, stop: running.stop }),
            async (error: unknown) => {
              await running.stop();
              reject(error);
            },
          );
        },
        log: (line) => runner.logs.append(logGroup(service, 'application'), 'instance', line),
        stopped: ({ stoppedReason }) => {
          stopped = true;
          reject(new Error(stoppedReason));
          restartLater(runner, service);
        },
      },
    );
  });
}

/** A program that ends is started again, as long as its service is meant to run. */
function restartLater(runner: AppRunner, service: Service): void {
  const ended = service.instance;
  runner.clock.after(RESTART_SECONDS, () => {
    if (ended === undefined || service.status !== 'RUNNING' || service.instance !== ended) return;
    startInstance(runner, service, service.configuration).then(
      (instance) => {
        service.instance = instance;
      },
      (error: unknown) => logEvent(runner, service, String(error)),
    );
  });
}

async function waitUntilHealthy(address: Address, check: HealthCheck, isOver: () => boolean): Promise<void> {
  const deadline = performance.now() + REAL_ALLOWANCE_MS;
  for (;;) {
    if (isOver()) throw new Error('The container ended before it was healthy.');
    if (await passes(address, check)) return;
    if (performance.now() > deadline) {
      const what = check.Protocol === 'TCP' ? 'port' : `path ${check.Path}`;
      throw new Error(`Health check failed on protocol ${check.Protocol}, ${what}.`);
    }
    await realDelay(REAL_PAUSE_MS);
  }
}

function passes(address: Address, { Protocol, Path, Timeout }: HealthCheck): Promise<boolean> {
  const timeout = Timeout * 1000;
  return new Promise((resolve) => {
    if (Protocol === 'TCP') {
      const socket = connect({ ...address, timeout });
      const end = (passed: boolean) => (): void => {
        socket.destroy();
        resolve(passed);
      };
      socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
      return;
    }
    const request = get({ ...address, path: Path, agent: false, timeout }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
}
