import type { SeenTask } from '../../../../src/aws/tasks.ts';
import {
  evidenceOf,
  explainEnd,
  explainLateness,
  explainQueue,
  explainRefusal,
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
  [
    { exitCode: 1 },
    /^pre-deploy-command ended with exit code 1$/,
    /not touched.*not undone.*last lines.*fix the error there/,
  ],
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
test('what is waited for is said, and the end is the task as it was seen', () => {
  const ended = task({ exitCode: 0 });
  expect(judgeCommand(ended)).toEqual({ kind: 'done', value: ended });
  expect(judgeCommand(undefined)).toEqual({ kind: 'wait', because: 'ECS does not show its task' });
  expect(judgeCommand(task({ status: 'PENDING' }))).toEqual({ kind: 'wait', because: 'its task is PENDING' });
});

test('what ECS itself says of a container is advised on, and nothing else is made up', () => {
  const ended = task({ exitCode: 1, containerReason: 'CannotCreateContainerError: x' });
  expect(explainEnd(ended, evidenceOf(ended, [], []))?.hint).not.toMatch(/fix the error there/);
  expect(evidenceOf(undefined, ['line'], ['events'])).toEqual({
    ...evidenceOf(ended, ['line'], ['events']),
    stoppedTasks: [],
  });
  expect(evidenceOf(ended, ['line'], ['events'])).toMatchObject({
    triggeredAlarms: [],
    events: [],
    stoppedTasks: [{ taskId: 'a1' }],
    unhealthyTargets: [],
    failedResources: [],
    logLines: ['line'],
    unread: ['events'],
  });
});

test.each([
  [explainRefusal('RESOURCE:MEMORY'), /no task could be started .*: RESOURCE:MEMORY/],
  [explainLateness(120, 'its task is RUNNING', 'it was stopped'), /within 2 min.*RUNNING.*it was stopped/],
  [explainQueue(60, ['arn:x:task/default/a1'], 'its task is RUNNING'), /an earlier .*1 min.*RUNNING.*: a1$/],
])('%s: the service was not touched', (error, message) => {
  expect(error).toMatchObject({ code: 'pre-deploy-failed', message: expect.stringMatching(message) });
  expect(error.hint).toContain('not touched');
});
