import type { Deployment } from '../../../../src/aws/deployments.ts';
import { describeState, judgeDeployment } from '../../../../src/deploy-express/apply/watch.ts';
import { deploymentOf } from '../../../helpers/deploy-result.ts';

test.each([
  ['SUCCESSFUL', 'done'],
  ['PENDING', 'wait'],
  ['IN_PROGRESS', 'wait'],
  ['STOP_REQUESTED', 'wait'],
  ['ROLLBACK_REQUESTED', 'wait'],
  ['ROLLBACK_IN_PROGRESS', 'wait'],
  ['ROLLBACK_SUCCESSFUL', 'failed'],
  ['ROLLBACK_FAILED', 'failed'],
  ['STOPPED', 'failed'],
  ['FAILED', 'wait'],
  ['SOMETHING_NEW', 'wait'],
])('%s means %s', (status, kind) => {
  expect(judgeDeployment(deploymentOf({ status }), 0).kind).toBe(kind);
});

test('a status nobody knows is named while it is waited for', () => {
  expect(judgeDeployment(deploymentOf({ status: 'SOMETHING_NEW' }), 0)).toMatchObject({
    because: expect.stringContaining('SOMETHING_NEW'),
  });
});

test('not visible yet is no verdict', () => {
  expect(judgeDeployment(undefined, 0).kind).toBe('wait');
});

test('the reason AWS gives is in the failure', () => {
  const verdict = judgeDeployment(
    deploymentOf({ status: 'ROLLBACK_SUCCESSFUL', statusReason: 'tasks failed to start' }),
    0,
  );
  expect(verdict).toMatchObject({
    error: { code: 'deployment-failed', message: expect.stringContaining('tasks failed to start') },
  });
});

test.each<[string, Partial<Deployment>, number, number]>([
  ['before the canary of an update', { stage: 'SCALE_UP' }, 0, 360],
  ['in the canary', { stage: 'PRODUCTION_TRAFFIC_SHIFT' }, 170, 180],
  ['at the beginning of the bake', { stage: 'BAKE_TIME' }, 0, 180],
  ['near the end of the bake', { stage: 'BAKE_TIME' }, 170, 10],
  ['after the bake should have ended', { stage: 'BAKE_TIME' }, 200, 0],
  ['while cleaning up', { stage: 'CLEAN_UP' }, 0, 0],
  ['in a first deployment, which has no canary', { stage: 'SCALE_UP', hasSource: false }, 0, 0],
  ['before a stage is known', {}, 0, 0],
  ['while it is rolled back', { status: 'ROLLBACK_IN_PROGRESS', stage: 'BAKE_TIME' }, 0, 0],
])('%s success is impossible for %#', (_name, change, secondsInStage, quiet) => {
  const verdict = judgeDeployment(deploymentOf(change), secondsInStage);
  expect(verdict.kind === 'wait' ? (verdict.quietSeconds ?? 0) : 'no wait').toBe(quiet);
});

test('the state is one readable line', () => {
  const seen = deploymentOf({
    stage: 'BAKE_TIME',
    trafficPercent: 100,
    circuitBreaker: { failures: 1, threshold: 3 },
  });
  expect(describeState(seen)).toBe(
    'IN_PROGRESS, BAKE_TIME, 1 of 2 tasks run, 100 % of the traffic, 1 of 3 failures allowed',
  );
});

test.each<[Partial<Deployment>, RegExp, RegExp | undefined]>([
  [{ status: 'ROLLBACK_SUCCESSFUL' }, /^the deployment was rolled back$/, /former version serves/],
  [
    { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'alarm', rollbackReason: 'other' },
    /rolled back: alarm$/,
    /former version serves/,
  ],
  [{ status: 'ROLLBACK_SUCCESSFUL', rollbackReason: 'other' }, /rolled back: other$/, /./],
  [{ status: 'ROLLBACK_FAILED' }, /^the deployment failed, and so did its rollback$/, /may not be serving/],
  [
    { status: 'ROLLBACK_FAILED', hasSource: false, statusReason: 'nothing', rollbackReason: 'tasks failed' },
    /^the first deployment failed: tasks failed$/,
    /no earlier version/,
  ],
  [
    { status: 'ROLLBACK_FAILED', hasSource: false, statusReason: 'nothing' },
    /failed: nothing$/,
    /no earlier/,
  ],
  [{ status: 'STOPPED', statusReason: 'by hand' }, /^the deployment was stopped: by hand$/, undefined],
])('%j ends with what serves now', (change, message, hint) => {
  const verdict = judgeDeployment(deploymentOf(change), 0);
  const error = verdict.kind === 'failed' ? verdict.error : undefined;
  expect(error).toMatchObject({ code: 'deployment-failed', message: expect.stringMatching(message) });
  expect(error).toMatchObject({ hint: hint === undefined ? undefined : expect.stringMatching(hint) });
});

test.each<[Partial<Deployment>, string]>([
  [{}, 'IN_PROGRESS, 1 of 2 tasks run'],
  [{ circuitBreaker: { failures: 0, threshold: 3 } }, 'IN_PROGRESS, 1 of 2 tasks run'],
  [{ trafficPercent: 0 }, 'IN_PROGRESS, 1 of 2 tasks run, 0 % of the traffic'],
])('what ECS does not say of %j is left out', (change, text) => {
  expect(describeState(deploymentOf(change))).toBe(text);
});
