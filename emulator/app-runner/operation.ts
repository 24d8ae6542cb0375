import { AwsError } from '../world.ts';
import type { Service, ServiceOperation, ServiceStatus } from './service.ts';
import { type AppRunner, dateOf } from './state.ts';

type Step = {
  readonly type: ServiceOperation['type'];
  /** Virtual seconds it takes at least. */
  readonly seconds: number;
  readonly work: () => Promise<void>;
  readonly done: ServiceStatus;
  /** What is left when the work fails. */
  readonly failed: { readonly service: ServiceStatus; readonly operation: 'FAILED' | 'ROLLBACK_SUCCEEDED' };
};

/** One operation at a time: until it ends the service is OPERATION_IN_PROGRESS and refuses the next. */
export function beginOperation(runner: AppRunner, service: Service, step: Step): ServiceOperation {
  const operation: ServiceOperation = {
    id: runner.ids.uuid(),
    type: step.type,
    startedAt: dateOf(runner),
    status: 'IN_PROGRESS',
    endedAt: undefined,
  };
  service.operations.unshift(operation);
  service.status = 'OPERATION_IN_PROGRESS';
  service.updatedAt = dateOf(runner);
  const enough = new Promise<void>((resolve) => {
    runner.clock.after(step.seconds, resolve);
  });
  const end = (status: ServiceOperation['status'], left: ServiceStatus): void => {
    operation.status = status;
    operation.endedAt = dateOf(runner);
    service.status = left;
    service.updatedAt = dateOf(runner);
  };
  Promise.all([step.work(), enough]).then(
    () => end('SUCCEEDED', step.done),
    (error: unknown) => {
      logEvent(
        runner,
        service,
        `${step.type} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      end(step.failed.operation, step.failed.service);
    },
  );
  return operation;
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

export function describeOperation({ arn }: Service, operation: ServiceOperation) {
  return {
    Id: operation.id,
    Type: operation.type,
    Status: operation.status,
    TargetArn: arn,
    StartedAt: operation.startedAt,
    EndedAt: operation.endedAt,
    UpdatedAt: operation.endedAt ?? operation.startedAt,
  };
}
