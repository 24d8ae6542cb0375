import type { ObservedService } from '../../../../src/deploy-express/model/observed.ts';
import type { DeployPlan, PlannedImage, Proceed } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, executionRole, infrastructureRole } from '../../../helpers/deploy-inputs.ts';
import { expressService, observedDeployment, revisionArn } from '../../../helpers/observed-service.ts';

const image: PlannedImage = { kind: 'known', reference: 'registry.example/web:1', digest: 'sha256:aa' };
const newImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: undefined };

const plan = (raw: Record<string, string>, service: ObservedService, planned: PlannedImage = image) =>
  planDeploy(deployInputs(raw), service, planned);

function proceeding(made: DeployPlan): Proceed {
  if (made.kind !== 'proceed') throw new Error(`refused: ${made.because}`);
  return made;
}

const kinds = (made: DeployPlan) => proceeding(made).steps.map(({ kind }) => kind);

function sent(made: DeployPlan) {
  const step = proceeding(made).steps.find(({ kind }) => kind === 'update-service');
  if (step?.kind !== 'update-service') throw new Error('nothing is sent');
  return step.desired;
}

/** A service runs with the settings of the helper, but for these. */
function running(change: Record<string, unknown>) {
  const service = expressService();
  if (service.kind !== 'express' || service.running === undefined) throw new Error('bad case');
  return { settings: { ...service.running.settings, ...change } };
}

test.each([
  [{ 'health-check-path': '/live' }, 'update service web: 1 change'],
  [{ 'health-check-path': '/live', 'max-task-count': '9' }, 'update service web: 2 changes'],
])('the step for %j says how much changes', (raw, sentence) => {
  expect(proceeding(plan(raw as Record<string, string>, expressService())).steps[0]?.sentence).toBe(sentence);
});

describe('a service that was set to no tasks', () => {
  const at0 = { desiredCount: 0, runningCount: 0 };

  test.each<[string, ObservedService]>([
    ['after a deployment that succeeded', expressService(at0)],
    [
      'after another revision was rolled back',
      expressService({ ...at0, deployment: observedDeployment('ROLLBACK_SUCCESSFUL', `${revisionArn}9`) }),
    ],
    ['when AWS remembers no deployment', expressService({ ...at0, deployment: undefined })],
  ])('is woken %s, though nothing else differs', (_case, service) => {
    const made = plan({}, service);
    expect(proceeding(made)).toMatchObject({
      intent: 'update',
      changes: [{ setting: 'tasks', before: '0 wanted', after: '1 at least' }],
    });
    expect(kinds(made)).toEqual(['update-service', 'wait-for-deployment', 'smoke-test']);
    expect(sent(made)).toMatchObject({ minTaskCount: 1, maxTaskCount: 4 });
  });

  test.each<[string, Record<string, string>, Record<string, unknown>, number]>([
    ['as many as the workflow asks for', { 'min-task-count': '3' }, {}, 3],
    ['as many as it ran before', {}, { minTaskCount: 2 }, 2],
    ['one, where AWS shows no number', {}, { minTaskCount: undefined }, 1],
  ])('gets %s', (_case, raw, settings, minTaskCount) => {
    const made = plan(raw, expressService({ ...at0, running: running(settings) }));
    expect(sent(made)).toMatchObject({ minTaskCount });
    expect(proceeding(made).changes).toContainEqual({
      setting: 'tasks',
      before: '0 wanted',
      after: `${minTaskCount} at least`,
    });
  });

  test('is left asleep where its least number is 0', () => {
    const service = expressService({ ...at0, running: running({ minTaskCount: 0 }) });
    expect(proceeding(plan({}, service))).toMatchObject({ intent: 'unchanged', changes: [] });
  });

  test('is not woken while a deployment is under way, which still changes the number', () => {
    const made = plan({}, expressService({ ...at0, deployment: observedDeployment('IN_PROGRESS') }));
    expect(proceeding(made)).toMatchObject({ intent: 'unchanged', changes: [] });
    expect(kinds(made)).toEqual(['wait-for-deployment', 'smoke-test']);
  });

  test('while tasks are wanted, none is added to the changes', () => {
    expect(sent(plan({ 'health-check-path': '/live' }, expressService()))).not.toHaveProperty('minTaskCount');
  });
});

test('its own deployment that failed is named as the reason to deploy again', () => {
  const made = plan({}, expressService({ deployment: observedDeployment('STOPPED') }));
  expect(proceeding(made).changes).toEqual([
    { setting: 'deployment', before: 'STOPPED', after: 'started again' },
  ]);
});

test.each<[string, Record<string, string>, ObservedService]>([
  [
    'nothing is changed, and the one under way is waited for',
    {},
    expressService({ deployment: observedDeployment('IN_PROGRESS') }),
  ],
  [
    'AWS remembers no deployment',
    { 'health-check-path': '/live' },
    expressService({ deployment: undefined }),
  ],
  ['the last one succeeded', { 'health-check-path': '/live' }, expressService()],
  [
    'the last one failed',
    { 'health-check-path': '/live' },
    expressService({ deployment: observedDeployment('ROLLBACK_SUCCESSFUL', `${revisionArn}9`) }),
  ],
])('no notice says that a deployment is replaced where %s', (_case, raw, service) => {
  expect(proceeding(plan(raw, service)).notices).toEqual([]);
});

test('where AWS remembers no deployment and nothing differs, nothing is waited for', () => {
  expect(kinds(plan({}, expressService({ deployment: undefined })))).toEqual(['smoke-test']);
});

test.each([
  [{}, 'wait up to 5 min for a task to run: the service should run 2, and none runs now', 300],
  [
    { 'wait-for-minutes': '3' },
    'wait up to 3 min for a task to run: the service should run 2, and none runs now',
    180,
  ],
])('a task that is missing is waited for no longer than the job may wait: %j', (raw, sentence, seconds) => {
  const made = plan(raw as Record<string, string>, expressService({ desiredCount: 2, runningCount: 0 }));
  expect(proceeding(made).steps[0]).toEqual({ kind: 'wait-for-task', sentence, timeoutSeconds: seconds });
});

describe('a service that runs a task definition of its own', () => {
  const taskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
  const of = (executionRoleArn: string | undefined) =>
    expressService({
      running: { image: undefined, ...running({ taskDefinitionArn, executionRoleArn }) },
    });

  test('is not changed to an image without an execution role', () => {
    expect(plan({}, of(undefined), newImage)).toEqual({
      kind: 'refuse',
      because:
        'service web runs a task definition of its own, and changing it to an image needs execution-role-arn',
      wayOut: 'Set execution-role-arn, or give task-definition-arn instead of an image.',
    });
  });

  test.each<[string, Record<string, string>, string | undefined, PlannedImage]>([
    ['the workflow gives a role', { 'execution-role-arn': executionRole }, undefined, newImage],
    ['the service has a role', {}, executionRole, newImage],
    [
      'it stays one',
      { 'task-definition-arn': `${taskDefinitionArn}0` },
      undefined,
      { kind: 'in-task-definition', arn: `${taskDefinitionArn}0` },
    ],
  ])('is updated where %s', (_case, raw, role, planned) => {
    expect(kinds(plan(raw, of(role), planned))).toContain('update-service');
  });
});

test('an image needs no new execution role where the service runs an image', () => {
  const service = expressService({ running: running({ executionRoleArn: undefined }) });
  expect(kinds(plan({}, service, newImage))).toContain('update-service');
});

test('an infrastructure role that AWS does not show is not held against the one given', () => {
  const service = expressService({ infrastructureRoleArn: undefined });
  expect(proceeding(plan({ 'infrastructure-role-arn': infrastructureRole }, service)).intent).toBe(
    'unchanged',
  );
});

describe('security groups that nobody could tell apart', () => {
  const moved = { subnets: 'subnet-cccc3333' };

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['no subnets are sent', { 'health-check-path': '/live' }, {}],
    ['there are none', moved, { securityGroups: [] }],
    ['AWS shows none', moved, { securityGroups: undefined }],
  ])('are no reason to refuse where %s', (_case, raw, settings) => {
    const service = expressService({ running: { managedSecurityGroups: undefined, ...running(settings) } });
    expect(kinds(plan(raw, service))).toContain('update-service');
  });
});

test('pre-deploy-command is refused before the update where AWS does not show the subnets', () => {
  const service = expressService({ running: running({ subnets: undefined }) });
  expect(plan({ 'pre-deploy-command': 'node migrate.js' }, service, newImage)).toMatchObject({
    kind: 'refuse',
    because: 'the subnets of service web are not shown, and pre-deploy-command needs to know where to run',
  });
});

describe('a service whose configuration AWS does not show', () => {
  const bare: ObservedService = { ...expressService(), running: undefined } as ObservedService;
  const given = { 'execution-role-arn': executionRole };

  test('gets what is given, since nothing seen says that it runs already', () => {
    const made = plan({ ...given, subnets: 'subnet-cccc3333' }, bare);
    expect(kinds(made)).toEqual(['update-service', 'wait-for-deployment', 'smoke-test']);
    expect(sent(made)).toMatchObject({
      image: 'registry.example/web:1',
      environment: [],
      subnets: ['subnet-cccc3333'],
    });
  });

  test('needs the execution role for it', () => {
    expect(plan({}, bare)).toMatchObject({
      kind: 'refuse',
      wayOut: expect.stringContaining('execution-role'),
    });
  });

  test('is woken with one task', () => {
    expect(sent(plan(given, { ...bare, desiredCount: 0 } as ObservedService))).toMatchObject({
      minTaskCount: 1,
    });
  });

  test('is not said to run what a deployment without a known revision left', () => {
    const failed = { ...observedDeployment('STOPPED'), targetRevisionArn: revisionArn };
    const made = plan(given, { ...bare, deployment: failed } as ObservedService);
    expect(proceeding(made).changes.map(({ setting }) => setting)).not.toContain('deployment');
  });
});

test('the tags of an ordinary service are set after the deployment', () => {
  const raw = { tags: 'team=web', 'mutate-tags-on-update': 'true' };
  expect(kinds(plan(raw, expressService(), newImage)).at(-1)).toBe('reconcile-tags');
});
