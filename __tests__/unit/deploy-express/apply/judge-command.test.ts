import type { SeenTask } from '../../../../src/aws/tasks.ts';
import {
  evidenceOf,
  explainEnd,
  explainTakenToken,
  isOf,
  judgeCommand,
} from '../../../../src/deploy-express/apply/judge-command.ts';

const task = (more: Partial<SeenTask>): SeenTask => ({
  arn: 'arn:aws:ecs:eu-west-1:123456789012:task/default/a1',
  startedBy: 'deploy-express/1/abc',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/default-web-pre-deploy:3',
  status: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  exitCode: undefined,
  containerReason: undefined,
  ...more,
});

test.each([undefined, 'PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'A_NEW_WORD'])(
  '%s is no end',
  (status) => {
    expect(judgeCommand(status === undefined ? undefined : task({ status, exitCode: 0 })).kind).toBe('wait');
  },
);

test.each<[Partial<SeenTask>, RegExp | undefined, RegExp]>([
  [{ exitCode: 0 }, undefined, /./],
  [
    { exitCode: 0, stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' },
    /^pre-deploy-command was stopped before it ended by itself: UserInitiated, Task stopped by user$/,
    /not touched.*not undone.*Run the job again/,
  ],
  [
    { exitCode: 0, stopCode: 'SpotInterruption', stoppedReason: undefined },
    /by itself: SpotInterruption$/,
    /./,
  ],
  [{ exitCode: 0, stopCode: undefined }, undefined, /./],
  [{ exitCode: 1 }, /^pre-deploy-command ended with exit code 1$/, /not touched.*not undone.*last lines/],
  [{ exitCode: 127 }, /exit code 127/, /"not found"/],
  [{ exitCode: 137, containerReason: 'OutOfMemoryError: killed' }, /137: OutOfMemoryError: killed/, /memory/],
  [
    { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: x: not found' },
    /^pre-deploy-command never ran: TaskFailedToStart, CannotPull/,
    /not exist under that name/,
  ],
  [{ stopCode: undefined, stoppedReason: undefined }, /never ran: ECS gives no reason/, /not touched/],
  [{ stopCode: 'InfrastructureHealth', stoppedReason: 'host' }, /never ran: InfrastructureHealth, host/, /./],
])('%j', (seen, message, hint) => {
  const ended = task(seen);
  const error = explainEnd(ended, evidenceOf(ended, [], []));
  if (message === undefined) return expect(error).toBeUndefined();
  expect(error?.code).toBe('pre-deploy-failed');
  expect(error?.message).toMatch(message);
  expect(error?.hint).toMatch(hint);
});

describe('a task that has the client token of a request', () => {
  const request = {
    startedBy: 'deploy-express/1/abc',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/default-web-pre-deploy:3',
  };

  test.each<[string, Partial<SeenTask>, boolean]>([
    ['of this step and its definition', {}, true],
    ['of another step', { startedBy: 'deploy-express/1/abd' }, false],
    ['of nobody', { startedBy: '' }, false],
    ['of another revision', { taskDefinitionArn: `${request.taskDefinitionArn}4` }, false],
  ])('%s', (_whose, more, isOurs) => {
    expect(isOf(task(more), request)).toBe(isOurs);
  });

  test('is named with whose it is, as far as ECS shows that', () => {
    const other = 'arn:aws:ecs:eu-west-1:123456789012:task/default/b2';
    const { message } = explainTakenToken([task({}).arn, other], [task({})]);
    expect(message).toContain(
      `${task({}).arn} (of task definition default-web-pre-deploy:3, started by deploy-express/1/abc), ${other} (which ECS does not show)`,
    );
  });
});
