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
import { taskOfCommand as task } from '../../../helpers/deploy-result.ts';

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
    /^pre-deploy-command did not end by itself: UserInitiated, Task stopped by user\. Its exit code is 0$/,
    /not touched.*not undone.*run the job again/,
  ],
  [
    { exitCode: 0, stopCode: 'SpotInterruption', stoppedReason: undefined },
    /by itself: SpotInterruption\. Its/,
    /./,
  ],
  [
    { exitCode: 0, stopCode: undefined, stoppedReason: undefined },
    /by itself: ECS gives no reason\./,
    /not undone/,
  ],
  [{ exitCode: 0, stopCode: 'ANewCode' }, /by itself: ANewCode, /, /not undone/],
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
  [
    { stopCode: undefined, stoppedReason: undefined },
    /^it is not known whether pre-deploy-command ran: ECS gives no reason$/,
    /not touched.*not undone/,
  ],
  [{ stopCode: 'UserInitiated', showsMain: false }, /^it is not known whether/, /not undone/],
  [
    { stopCode: 'InfrastructureHealth', hasStarted: true },
    /^pre-deploy-command ran, and how it ended is not known/,
    /not undone/,
  ],
  [{}, /^pre-deploy-command ran, and how it ended is not known: EssentialContainerExited/, /not undone/],
  [{ stopCode: 'InfrastructureHealth', stoppedReason: 'host' }, /never ran: InfrastructureHealth, host/, /./],
])('%j', (seen, message, hint) => {
  const ended = task(seen);
  const error = explainEnd({ task: ended, evidence: evidenceOf(ended, [], []), mainIsAlone: true });
  if (message === undefined) return expect(error).toBeUndefined();
  expect(error?.code).toBe('pre-deploy-failed');
  expect(error?.message).toMatch(message);
  expect(error?.hint).toMatch(hint);
});

describe('beside another container of a task definition that is given', () => {
  const other = { name: 'agent', exitCode: 1, reason: undefined };

  test.each<[string, Partial<SeenTask>, RegExp | undefined]>([
    ['that failed', { exitCode: 0, others: [other] }, /container agent of its task failed \(exit code 1\)/],
    [
      'that never started',
      { exitCode: 0, others: [{ ...other, exitCode: undefined, reason: 'CannotPull' }] },
      /failed \(no exit code, CannotPull\)/,
    ],
    [
      'that failed, and it was killed',
      { exitCode: 143, others: [other] },
      /agent.*exit code of the command is 143/,
    ],
    [
      'that failed, and it failed as well',
      { exitCode: 3, others: [other] },
      /^pre-deploy-command ended with exit code 3/,
    ],
    ['that failed, and nobody knows its code', { others: [other] }, /how it ended is not known/],
    ['that ended well', { exitCode: 0, others: [{ ...other, exitCode: 0 }] }, undefined],
    ['that was terminated', { exitCode: 0, others: [{ ...other, exitCode: 143 }] }, undefined],
    ['that was killed', { exitCode: 0, others: [{ ...other, exitCode: 137 }] }, undefined],
    ['that runs still', { exitCode: 0, others: [{ ...other, exitCode: undefined }] }, undefined],
  ])('%s', (_which, seen, message) => {
    const ended = task(seen);
    const error = explainEnd({ task: ended, evidence: evidenceOf(ended, [], []), mainIsAlone: false });
    if (message === undefined) return expect(error).toBeUndefined();
    expect(error?.message).toMatch(message);
  });

  test('each that failed is shown, also where it cannot have ended the task', () => {
    const ended = task({ exitCode: 0, others: [other, { ...other, name: 'proxy', exitCode: 143 }] });
    expect(evidenceOf(ended, [], []).stoppedTasks.map(({ taskId, exitCode }) => [taskId, exitCode])).toEqual([
      ['a1', 0],
      ['a1, container agent', 1],
    ]);
    expect(
      explainEnd({ task: ended, evidence: evidenceOf(ended, [], []), mainIsAlone: true }),
    ).toBeUndefined();
  });
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
  const evidence = evidenceOf(ended, [], []);
  expect(explainEnd({ task: ended, evidence, mainIsAlone: true })?.hint).not.toMatch(/fix the error there/);
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
