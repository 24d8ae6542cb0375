import { addEvent } from './events.ts';
import type { Ecs, ExpressService, Revision, Task, TaskKeeper } from './state.ts';
import { startTask, stopTask } from './task.ts';
import { TIMINGS } from './timings.ts';

export function createTaskKeeper(
  ecs: Ecs,
  service: ExpressService,
  options: { readonly revision: Revision; readonly schedulerId: string },
): TaskKeeper {
  const { revision, schedulerId } = options;
  let wantedCount = 0;
  let failures = 0;
  let nextStartAt = 0;
  let steady = false;
  let stopLooking = (): void => undefined;
  let listener = (): void => undefined;
  const waiting = new Set<() => void>();

  const ownTasks = (): Task[] =>
    service.tasks.filter((task) => task.revision === revision && task.desiredStatus === 'RUNNING');

  const onTaskFailure = (): void => {
    const delays = TIMINGS.restartDelays;
    const delay = delays[Math.min(failures, delays.length - 1)] ?? 0;
    nextStartAt = Math.max(nextStartAt, ecs.clock.now() + 1000 * delay);
    failures += 1;
    steady = false;
    lookAgainSoon();
    listener();
  };

  const judgeHealth = (task: Task): boolean => {
    const targetGroup = service.resources.targetGroupArns?.[revision.side];
    if (task.lastStatus !== 'RUNNING' || !task.startedAt || !targetGroup) return false;
    const target = ecs.loadBalancing.targetState(targetGroup, task.privateIp);
    if (target.state === 'healthy') return true;
    const age = (ecs.clock.now() - task.startedAt.getTime()) / 1000;
    if (target.state !== 'unhealthy' || age < TIMINGS.healthCheckGrace) return false;
    const port = revision.configuration.container.containerPort;
    const why = target.description ?? 'Health checks failed';
    addEvent(
      ecs,
      service,
      `(port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason ${why}).`,
    );
    const stoppedReason = `Task failed ELB health checks in (target-group ${targetGroup})`;
    stopTask(ecs, service, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason });
    onTaskFailure();
    return false;
  };

  const look = (): void => {
    const healthy = ownTasks().filter(judgeHealth);
    const tasks = ownTasks();
    for (const surplus of tasks.slice(0, Math.max(0, tasks.length - wantedCount))) {
      const stoppedReason = `Scaling activity initiated by (deployment ${schedulerId})`;
      stopTask(ecs, service, surplus, { stopCode: 'ServiceSchedulerInitiated', stoppedReason });
    }
    if (ecs.clock.now() >= nextStartAt) {
      for (let missing = wantedCount - tasks.length; missing > 0; missing -= 1) {
        startTask(ecs, service, { revision, startedBy: schedulerId, onFailure: onTaskFailure });
      }
    }
    if (healthy.length < wantedCount || steady) return;
    steady = true;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };

  const lookAgainIn = (seconds: number): void => {
    stopLooking();
    stopLooking = ecs.clock.after(seconds, () => {
      try {
        look();
      } finally {
        lookAgainIn(steady ? TIMINGS.schedulerAtRest : TIMINGS.scheduler);
      }
    });
  };
  const lookAgainSoon = (): void => lookAgainIn(TIMINGS.scheduler);

  lookAgainSoon();
  return {
    scaleTo: (count) => {
      steady = false;
      wantedCount = count;
      look();
      lookAgainSoon();
    },
    whenHealthy: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        else if (steady) resolve();
        else {
          waiting.add(resolve);
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }
      }),
    onFailure: (next) => {
      listener = next;
    },
    startNoMore: () => {
      nextStartAt = Number.POSITIVE_INFINITY;
    },
    lookSoon: lookAgainSoon,
    retire: () => {
      wantedCount = 0;
      look();
      // After the look, which may have asked for another.
      stopLooking();
    },
  };
}
