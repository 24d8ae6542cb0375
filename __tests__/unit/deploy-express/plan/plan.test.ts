import type { ObservedService } from '../../../../src/deploy-express/model/observed.ts';
import type { DeployPlan, PlannedImage, Proceed } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import {
  deploymentArn,
  expressService,
  observedDeployment,
  revisionArn,
  serviceArn,
} from '../../../helpers/observed-service.ts';

const sameImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:1', digest: 'sha256:aa' };
const absent: ObservedService = { kind: 'absent', clusterExists: true, expressServiceCount: 0 };

function plan(raw: Record<string, string>, service: ObservedService, image = sameImage): DeployPlan {
  return planDeploy(deployInputs(raw), service, image);
}

function proceeding(made: DeployPlan): Proceed {
  if (made.kind !== 'proceed') throw new Error(`refused: ${made.because}`);
  return made;
}

function refusal(made: DeployPlan): string {
  if (made.kind !== 'refuse') throw new Error('was not refused');
  return `${made.because}. ${made.wayOut}`;
}

function stepKinds(made: DeployPlan): string[] {
  return proceeding(made).steps.map(({ kind }) => kind);
}

function desired(made: DeployPlan) {
  const step = proceeding(made).steps.find(
    ({ kind }) => kind === 'create-service' || kind === 'update-service',
  );
  if (step?.kind !== 'create-service' && step?.kind !== 'update-service') throw new Error('nothing is sent');
  return step.desired;
}

describe('a service that is not there', () => {
  test('is created, waited for and asked', () => {
    const made = plan({ ...roles, cpu: '512', memory: '1024', 'health-check-path': '/' }, absent);
    expect(stepKinds(made)).toEqual(['create-service', 'wait-for-deployment', 'smoke-test']);
    expect(proceeding(made)).toMatchObject({ intent: 'create', notices: [] });
    expect(proceeding(made).steps).toMatchObject([
      { infrastructureRoleArn: roles['infrastructure-role-arn'] },
      { sentence: 'wait up to 30 min for the deployment to succeed' },
      {},
    ]);
    expect(desired(made)).toMatchObject({ image: 'registry.example/web:1', cpuUnits: 512, memoryMib: 1024 });
  });

  test('carries the tag that says who made it, beside the tags given', () => {
    const made = proceeding(plan({ ...roles, tags: 'team=shop' }, absent));
    expect(made.steps[0]).toMatchObject({
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'managed-by', value: 'deploy-express' },
      ],
    });
  });

  test('had no security groups before', () => {
    const made = plan({ ...roles, 'security-groups': 'sg-11111111' }, absent);
    expect(proceeding(made).changes).toContainEqual({
      setting: 'security-groups',
      before: undefined,
      after: 'sg-11111111',
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['both roles', {}, 'infrastructure-role-arn and execution-role-arn'],
    ['the one that is not given', { ...roles, 'execution-role-arn': '' }, 'execution-role-arn'],
    ['the other one', { ...roles, 'infrastructure-role-arn': '' }, 'infrastructure-role-arn'],
  ])('needs %s, and says so in one sentence', (_case, raw, missing) => {
    expect(refusal(plan(raw, absent))).toBe(
      `service web does not exist in cluster default yet, and creating it needs ${missing}. Set ${missing}, or correct service-name and cluster.`,
    );
  });

  test('is not created with an image that no task of it could run', () => {
    const image: PlannedImage = { ...sameImage, platforms: ['windows/amd64'] };
    expect(refusal(plan(roles, absent, image))).toContain('is for windows/amd64');
  });

  test('has only the variables that are given, whatever their mode', () => {
    expect(desired(plan(roles, absent))).toMatchObject({ environment: [], secrets: [] });
    const merged = { ...roles, 'environment-mode': 'merge', 'environment-variables': 'THEME=teal' };
    expect(desired(plan(merged, absent)).environment).toEqual([{ name: 'THEME', value: 'teal' }]);
  });

  test('says which sizes were left to AWS', () => {
    expect(proceeding(plan(roles, absent)).notices.join()).toContain(
      'cpu, memory, health-check-path not given',
    );
  });

  test.each([
    [24, 0],
    [25, 1],
    [26, 0],
    [50, 1],
  ])('with %i Express services in the cluster, a further balancer is mentioned %i times', (count, times) => {
    const made = plan({ ...roles }, { kind: 'absent', clusterExists: true, expressServiceCount: count });
    expect(proceeding(made).notices.filter((notice) => notice.includes('load balancer'))).toHaveLength(times);
  });

  test('cluster default is created when missing, any other is not', () => {
    const noCluster: ObservedService = { kind: 'absent', clusterExists: false, expressServiceCount: 0 };
    expect(stepKinds(plan(roles, noCluster))[0]).toBe('create-cluster');
    expect(refusal(plan({ ...roles, cluster: 'prod' }, noCluster))).toContain('cluster prod does not exist');
  });

  test('a draining namesake is waited for first', () => {
    const kinds = stepKinds(
      plan(roles, { kind: 'draining', serviceArn, createdAt: undefined, expressServiceCount: undefined }),
    );
    expect(kinds.slice(0, 2)).toEqual(['wait-for-draining', 'create-service']);
  });
});

test.each<[string, Record<string, string>, ObservedService, string | undefined]>([
  ['a first deployment', {}, absent, 'REQUEST_COUNT_PER_TARGET gets 60, the default of AWS'],
  [
    'an update',
    {},
    expressService({ running: { settings: { scalingMetric: 'AVERAGE_CPU', scalingTarget: 75 } } }),
    'REQUEST_COUNT_PER_TARGET keeps 75',
  ],
  ['a value that is given', { 'auto-scaling-target-value': '500' }, absent, undefined],
  ['another metric', { 'auto-scaling-metric': 'AVERAGE_CPU' }, absent, undefined],
])('requests per task without a number are said: %s', (_what, given, service, notice) => {
  const raw = { ...roles, 'auto-scaling-metric': 'REQUEST_COUNT_PER_TARGET', ...given };
  const told = proceeding(plan(raw, service)).notices.filter((one) => one.includes('auto-scaling'));
  expect(told).toEqual(notice === undefined ? [] : [expect.stringContaining(notice)]);
});

test('beside a task definition, what App Runner says of task and container is neither sent nor shown', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
  const given = deployInputs({
    'task-definition-arn': arn,
    'infrastructure-role-arn': roles['infrastructure-role-arn'],
  });
  const inputs = { ...given, settings: { ...given.settings, cpuUnits: 512, containerPort: 80 } };
  const made = planDeploy(inputs, absent, { kind: 'in-task-definition', arn });
  expect(desired(made)).not.toHaveProperty('cpuUnits');
  expect(desired(made)).toMatchObject({ image: undefined, environment: [], secrets: [] });
  expect(proceeding(made).notices).toEqual([]);
  expect(proceeding(made).changes.map(({ setting }) => setting)).toEqual(['task-definition-arn']);
});

test('an image that is yet to be built has no name in the plan', () => {
  const made = plan({}, expressService(), { kind: 'to-be-built' });
  expect(desired(made).image).toBe('(the image to be built)');
  expect(proceeding(made).changes).toEqual([
    { setting: 'image', before: 'registry.example/web:1', after: '(the image to be built)' },
  ]);
});

test('a change says which file asked for it, unless an input did', () => {
  const inputs = {
    ...deployInputs({ cpu: '512', memory: '1024' }),
    origins: new Map([['memory', 'apprunner.yaml']]),
  };
  const made = proceeding(planDeploy(inputs, expressService(), sameImage));
  expect(made.changes).toEqual([
    { setting: 'cpu', before: '1024', after: '512' },
    { setting: 'memory', before: '2048', after: '1024', origin: 'apprunner.yaml' },
  ]);
});

describe('a service that runs already what is asked for', () => {
  test.each<[string, Record<string, string>]>([
    ['nothing but the image given', {}],
    ['an empty command, which AWS shows as []', { command: '[]' }],
    ['variables in another order', { 'environment-variables': 'THEME=teal\nLOG_LEVEL=info' }],
    ['subnets in another order', { subnets: 'subnet-bbbb2222,subnet-aaaa1111' }],
    ['security groups without the one ECS added', { 'security-groups': 'sg-11111111' }],
    ['sizes in the form of App Runner', { cpu: '1 vCPU', memory: '2 GB' }],
    ['part of the scaling', { 'max-task-count': '4' }],
    [
      'merged variables that are there',
      { 'environment-mode': 'merge', 'environment-variables': 'THEME=teal' },
    ],
  ])('%s: nothing is sent', (_name, raw) => {
    const made = proceeding(plan(raw, expressService()));
    expect(made).toMatchObject({ intent: 'unchanged', changes: [] });
    expect(made.steps.map(({ kind }) => kind)).toEqual(['smoke-test']);
  });

  test.each<[string, number, number, string[]]>([
    ['none of its tasks runs', 2, 0, ['wait-for-task', 'smoke-test']],
    ['some do', 2, 1, ['smoke-test']],
    ['none is wanted', 0, 0, ['smoke-test']],
  ])('where %s, what is left to do', (_case, desiredCount, runningCount, kinds) => {
    const service = expressService({
      desiredCount,
      runningCount,
      running: { settings: { minTaskCount: 0 } },
    });
    const { intent, steps } = proceeding(plan({}, service));
    expect(intent).toBe('unchanged');
    expect(steps.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('under another tag but the same digest: nothing is sent', () => {
    const service = expressService({ running: { imageDigest: 'sha256:aa' } });
    const image: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: 'sha256:aa' };
    expect(proceeding(plan({ image: image.reference }, service, image)).intent).toBe('unchanged');
  });

  test('but whose deployment is still under way: that one is waited for', () => {
    const service = expressService({
      deployment: observedDeployment('IN_PROGRESS'),
    });
    const made = proceeding(plan({}, service));
    expect(made.intent).toBe('unchanged');
    expect(made.steps[0]).toMatchObject({ kind: 'wait-for-deployment', deploymentArn });
  });

  test.each(['STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'])(
    'but whose own deployment ended as %s: it is deployed again',
    (status) => {
      const service = expressService({
        deployment: observedDeployment(status),
      });
      expect(stepKinds(plan({}, service))).toContain('update-service');
    },
  );

  test('after another revision was rolled back: nothing is sent', () => {
    const service = expressService({
      deployment: observedDeployment('ROLLBACK_SUCCESSFUL', `${revisionArn}9`),
    });
    expect(proceeding(plan({}, service)).intent).toBe('unchanged');
  });

  test('a tag that was pushed again is deployed by digest', () => {
    const service = expressService({ running: { imageDigest: 'sha256:aa' } });
    const made = plan({}, service, { ...sameImage, digest: 'sha256:bb' } as PlannedImage);
    expect(desired(made).image).toBe('registry.example/web@sha256:bb');
  });
});

describe('force-new-deployment', () => {
  const forced = { 'force-new-deployment': 'true' };

  test('sends what runs once more, and says that it was asked for', () => {
    const made = proceeding(plan(forced, expressService()));
    expect(made).toMatchObject({
      intent: 'update',
      changes: [
        { setting: 'force-new-deployment', before: 'nothing differs', after: 'deployed again, as asked' },
      ],
    });
    expect(made.steps.map(({ sentence }) => sentence)[0]).toBe('update service web with what it runs');
    expect(made.steps.map(({ kind }) => kind)).toEqual([
      'update-service',
      'wait-for-deployment',
      'smoke-test',
    ]);
    expect(desired(made)).toEqual({
      image: 'registry.example/web:1',
      containerPort: 8080,
      logGroup: '/aws/ecs/default/web-1a2b',
      logStreamPrefix: 'ecs',
      environment: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'THEME', value: 'teal' },
      ],
      secrets: [],
    });
  });

  test.each<[string, Record<string, string>, ObservedService]>([
    ['a setting differs', { 'health-check-path': '/live' }, expressService()],
    ['its own deployment failed', {}, expressService({ deployment: observedDeployment('STOPPED') })],
  ])('changes nothing where %s, which is deployed anyway', (_case, raw, service) => {
    expect(plan({ ...raw, ...forced }, service)).toEqual(plan(raw, service));
  });

  test('sends the task definition that runs once more', () => {
    const taskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
    const service = expressService({ running: { image: undefined, settings: { taskDefinitionArn } } });
    const raw = { 'task-definition-arn': taskDefinitionArn };
    const image: PlannedImage = {
      kind: 'in-task-definition',
      arn: taskDefinitionArn,
      images: [{ container: 'Main', image: sameImage }],
    };
    expect(proceeding(plan(raw, service, image)).intent).toBe('unchanged');
    const made = plan({ ...raw, ...forced }, service, image);
    expect(desired(made)).toMatchObject({ taskDefinitionArn, image: undefined });
  });

  test('takes the place of a deployment of the same that is under way, with a notice', () => {
    const made = proceeding(plan(forced, expressService({ deployment: observedDeployment('IN_PROGRESS') })));
    expect(made.notices).toContainEqual(expect.stringContaining('this update replaces it'));
  });

  test('has no effect on a first deployment, which is said', () => {
    const first = proceeding(plan({ ...roles, ...forced }, absent));
    const usual = proceeding(plan(roles, absent));
    expect(first.steps).toEqual(usual.steps);
    expect(first.notices.filter((notice) => !usual.notices.includes(notice))).toEqual([
      'force-new-deployment has no effect here: a first deployment starts new tasks by itself.',
    ]);
  });
});

describe('a service that differs', () => {
  test('is not sent subnets when that would drop security groups that nobody could tell apart', () => {
    const unread = expressService({ running: { managedSecurityGroups: undefined } });
    const moved = { subnets: 'subnet-cccc3333' };
    expect(refusal(plan(moved, unread))).toMatch(/could not be read.*Allow ecs:DescribeServiceRevisions/);
    expect(desired(plan({ ...moved, 'security-groups': 'sg-11111111' }, unread)).securityGroups).toEqual([
      'sg-11111111',
    ]);
  });

  test('gets the whole container: what is not given is what runs', () => {
    const image: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: undefined };
    expect(desired(plan({ image: image.reference }, expressService(), image))).toEqual({
      image: 'registry.example/web:2',
      containerPort: 8080,
      logGroup: '/aws/ecs/default/web-1a2b',
      logStreamPrefix: 'ecs',
      environment: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'THEME', value: 'teal' },
      ],
      secrets: [],
    });
  });

  test('replaces its variables, or merges them when told to', () => {
    const given = { 'environment-variables': 'THEME=orange' };
    expect(desired(plan(given, expressService())).environment).toEqual([{ name: 'THEME', value: 'orange' }]);
    expect(desired(plan({ ...given, 'environment-mode': 'merge' }, expressService())).environment).toEqual([
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'THEME', value: 'orange' },
    ]);
  });

  test('shows names of variables, never values', () => {
    const made = proceeding(plan({ 'environment-variables': 'THEME=orange\nTOKEN=hush' }, expressService()));
    expect(made.changes).toEqual([
      { setting: 'environment-variables: LOG_LEVEL', before: 'set', after: undefined },
      { setting: 'environment-variables: THEME', before: 'set', after: 'set to another value' },
      { setting: 'environment-variables: TOKEN', before: undefined, after: 'set' },
    ]);
    expect(JSON.stringify(made.changes)).not.toContain('hush');
  });

  test('half of the scaling is sent with the other half that runs', () => {
    const { minTaskCount, maxTaskCount, scalingMetric, scalingTarget } = desired(
      plan({ 'max-task-count': '9' }, expressService()),
    );
    expect({ minTaskCount, maxTaskCount, scalingMetric, scalingTarget }).toEqual({
      minTaskCount: 1,
      maxTaskCount: 9,
      scalingMetric: 'AVERAGE_CPU',
      scalingTarget: 60,
    });
  });

  test('new subnets keep the security groups, without the one of ECS', () => {
    const { subnets, securityGroups } = desired(plan({ subnets: 'subnet-cccc3333' }, expressService()));
    expect({ subnets, securityGroups }).toEqual({
      subnets: ['subnet-cccc3333'],
      securityGroups: ['sg-11111111'],
    });
  });

  test('a command is cleared by an empty list', () => {
    const running = expressService();
    if (running.kind !== 'express' || running.running === undefined) throw new Error('bad case');
    const service = expressService({
      running: { settings: { ...running.running.settings, command: ['a'] } },
    });
    const made = proceeding(plan({ command: '[]' }, service));
    expect(made.changes).toEqual([{ setting: 'command', before: '["a"]', after: undefined }]);
    expect(desired(made).command).toEqual([]);
  });

  test('that a deployment under way is superseded is said', () => {
    const service = expressService({
      deployment: observedDeployment('IN_PROGRESS'),
    });
    expect(proceeding(plan({ cpu: '512', memory: '2048' }, service)).notices.join()).toContain(
      'this update replaces it',
    );
  });
});

describe('what cannot be done is refused with the way out', () => {
  test.each<[string, Record<string, string>, ObservedService, string]>([
    ['an ordinary service of that name', {}, { kind: 'ordinary', serviceArn }, 'ordinary ECS service'],
    [
      'another infrastructure role',
      { 'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/other' },
      expressService(),
      'AWS cannot change it',
    ],
    [
      'a size that does not go with what runs',
      { cpu: '4096' },
      expressService(),
      'Give cpu and memory together',
    ],
    ['a status nobody knows', {}, expressService({ status: 'FROZEN' }), 'FROZEN'],
    ['deleting what it did not make', { operation: 'delete' }, expressService(), 'force: true'],
    [
      'deleting an ordinary service',
      { operation: 'delete' },
      { kind: 'ordinary', serviceArn },
      'ordinary ECS',
    ],
  ])('%s', (_name, raw, service, sentence) => {
    expect(refusal(plan(raw, service))).toContain(sentence);
  });
});

describe('tags', () => {
  const tagged = expressService({
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'old', value: 'x' },
      { key: 'AmazonECSManaged', value: 'true' },
      { key: 'aws:cloudformation:stack-name', value: 's' },
      { key: 'managed-by', value: 'deploy-express' },
    ],
  });

  test('are left alone unless mutate-tags-on-update says otherwise', () => {
    expect(proceeding(plan({ tags: 'team=web' }, tagged)).intent).toBe('unchanged');
  });

  test('are reconciled without touching those of AWS, of ECS and of this action', () => {
    const made = proceeding(plan({ tags: 'team=web', 'mutate-tags-on-update': 'true' }, tagged));
    expect(made.intent).toBe('update');
    expect(made.steps.find(({ kind }) => kind === 'reconcile-tags')).toMatchObject({
      set: [{ key: 'team', value: 'web' }],
      remove: ['old'],
    });
    expect(made.changes).toEqual([
      { setting: 'tags: team', before: 'shop', after: 'web' },
      { setting: 'tags: old', before: 'x', after: undefined },
    ]);
  });

  test('of a first deployment are among the changes, but for the one of ours', () => {
    const { changes } = proceeding(plan({ ...roles, tags: 'team=web' }, absent));
    expect(changes.filter(({ setting }) => setting.startsWith('tags'))).toEqual([
      { setting: 'tags: team', before: undefined, after: 'web' },
    ]);
  });

  const setting = (...given: readonly string[]) =>
    plan({ tags: given.join('\n'), 'mutate-tags-on-update': 'true' }, tagged);

  test.each<[string, readonly string[], object[], string[]]>([
    [
      'one is new beside one that is there',
      ['team=shop', 'old=x', 'cost=42'],
      [{ key: 'cost', value: '42' }],
      [],
    ],
    ['one has the value of another', ['team=x', 'old=x'], [{ key: 'team', value: 'x' }], []],
    ['one is no longer given', ['team=shop'], [], ['old']],
  ])('are set only where they differ: %s', (_case, given, set, remove) => {
    const made = setting(...given);
    expect(proceeding(made).steps.find(({ kind }) => kind === 'reconcile-tags')).toMatchObject({
      sentence: `set ${set.length} and remove ${remove.length} tags of service web`,
      set,
      remove,
    });
  });

  test('that are there already make no step', () => {
    const made = proceeding(setting('team=shop', 'old=x'));
    expect(made).toMatchObject({ intent: 'unchanged', changes: [] });
  });

  test.each<[string, readonly string[]]>([
    ['of the same key stays the one that was given', ['managed-by=terraform']],
    [
      'that says who made it may be given by the user, also as one of 50',
      ['managed-by=deploy-express', ...Array.from({ length: 49 }, (_none, index) => `key-${index}=v`)],
    ],
  ])('a tag %s, and needs no notice', (_case, given) => {
    const raw = { ...roles, cpu: '512', memory: '1024', 'health-check-path': '/', tags: given.join('\n') };
    const made = proceeding(plan(raw, absent));
    const create = made.steps.find((step) => step.kind === 'create-service');
    expect(create?.tags).toHaveLength(given.length);
    expect(made.notices).toEqual([]);
  });

  test('as many as AWS takes leave no room for the one that says who made it, and that is said', () => {
    const all = Array.from({ length: 50 }, (_none, index) => `key-${index}=v`);
    const made = proceeding(plan({ ...roles, tags: all.join('\n') }, absent));
    const create = made.steps.find((step) => step.kind === 'create-service');
    expect(create?.tags).toHaveLength(50);
    expect(made.notices).toContainEqual(expect.stringContaining('force: true'));
  });
});

describe('delete', () => {
  const own = expressService({ tags: [{ key: 'managed-by', value: 'deploy-express' }] });
  test.each<[string, Record<string, string>, ObservedService, string, string[]]>([
    ['its own service', {}, own, 'delete', ['delete-service']],
    ['and wait', { 'wait-for-deletion': 'true' }, own, 'delete', ['delete-service', 'wait-for-deletion']],
    ['any service by force', { force: 'true' }, expressService(), 'delete', ['delete-service']],
    ['one that is gone', {}, absent, 'already-deleted', []],
    ['one that is gone, and wait', { 'wait-for-deletion': 'true' }, absent, 'already-deleted', []],
    [
      'one that is going, without waiting',
      {},
      { kind: 'draining', serviceArn, createdAt: undefined, expressServiceCount: undefined },
      'already-deleted',
      [],
    ],
    [
      'one that is going',
      { 'wait-for-deletion': 'true' },
      { kind: 'draining', serviceArn, createdAt: undefined, expressServiceCount: undefined },
      'already-deleted',
      ['wait-for-deletion'],
    ],
  ])('%s', (_name, raw, service, intent, kinds) => {
    const made = plan({ operation: 'delete', ...raw }, service);
    expect(proceeding(made).intent).toBe(intent);
    expect(stepKinds(made)).toEqual(kinds);
  });
});

test('a plan is plain data', () => {
  const made = plan({ ...roles, tags: 'a=b' }, absent);
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
});
