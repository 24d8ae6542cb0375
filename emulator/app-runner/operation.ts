import { AwsError } from '../world.ts';
import type { Service, ServiceStatus } from './service.ts';
import { type AppRunner, dateOf } from './state.ts';

type Step = {
  readonly type:
    | 'START_DEPLOYMENT'
    | 'CREATE_SERVICE'
    | 'PAUSE_SERVICE'
    | 'RESUME_SERVICE'
    | 'DELETE_SERVICE'
    | 'UPDATE_SERVICE';
  /** Virtual seconds it takes at least. */
  readonly seconds: number;
  readonly work: () => Promise<void>;
  readonly done: ServiceStatus;
  /** What the service is when the work fails. */
  readonly failed: ServiceStatus;
};

/**
 * One operation at a time: until it ends the service is OPERATION_IN_PROGRESS and refuses the next.
 *
 * @returns the operation's id.
 */
export function beginOperation(runner: AppRunner, service: Service, step: Step): string {
  service.status = 'OPERATION_IN_PROGRESS';
  service.updatedAt = dateOf(runner);
  const enough = new Promise<void>((resolve) => {
    runner.clock.after(step.seconds, resolve);
  });
  const end = (left: ServiceStatus): void => {
    service.status = left;
    service.updatedAt = dateOf(runner);
  };
  Promise.all([step.work(), enough]).then(
    () => end(step.done),
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      logEvent(runner, service, `${step.type} failed: ${why}`);
      end(step.failed);
    },
  );
  return runner.ids.uuid();
}

export function requireStatus(service: Service, action: string, allowed: readonly ServiceStatus[]): void {
  if (allowed.includes(service.status)) return;
  throw new AwsError(
    'InvalidStateException',
    `Service cannot be ${action} in the current state: ${service.status}.`,
  );
}

/** The service's own log group tells what App Runner did; the application's tells what the program printed. */
export function logEvent(runner: AppRunner, service: Service, message: string): void {
  runner.logs.append(logGroup(service, 'service'), 'events', message);
}

export const logGroup = ({ name, id }: Service, kind: 'service' | 'application'): string =>
  `/aws/apprunner/${name}/${id}/${kind}`;
