import { ECSClient, UpdateExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { WEB_ARN } from '../../helpers/express-service.ts';
import { createPusher } from '../../helpers/push-to-ecr.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const commit = '0123456789abcdef0123456789abcdef01234567';
const laterCommit = 'fedcba9876543210fedcba9876543210fedcba98';
const nowhere = `sha256:${'0'.repeat(64)}`;

let world: ShiftWorld;
let ecs: ECSClient;
let push: (tag: string, layer: string) => Promise<string>;
let digest: string;
beforeAll(async () => {
  world = await startShiftWorld();
  ecs = new ECSClient(world.emulator.client);
  push = await createPusher(world.emulator, 'web');
  digest = await push(commit, 'one');
  await push('latest', 'one');
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterEach(() => world.emulator.clearFaults());
afterAll(async () => {
  ecs.destroy();
  await world.stop();
});

const step = { 'green-percent': '10' };
const describeImages = { service: 'ecr', operation: 'DescribeImages' };

async function deploy(image: string): Promise<void> {
  const container = { image, containerPort: 8080 };
  await ecs.send(
    new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN, primaryContainer: container }),
  );
  await world.emulator.advance(3600);
  await world.emulator.forgetRequests();
}

async function plan(): Promise<ActionRun> {
  const run = await world.run({ ...step, mode: 'plan' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.summary).toContain('### What green runs');
  return run;
}

const rowOf = ({ summary }: ActionRun) => /^\| Commit \| (.*) \|$/m.exec(summary)?.[1];
const askedEcr = async () => (await world.calls()).filter((call) => call.startsWith('ecr:'));

describe('of an image in ECR', () => {
  beforeAll(() => deploy(`${registry}/web@${digest}`));

  test('the tag that is a commit is shown, and asked for once', async () => {
    const run = await plan();
    expect(rowOf(run)).toBe(`<code>${commit}</code>`);
    expect(run.log).toContain(`(commit ${commit}), revision `);
    expect(await askedEcr()).toEqual(['ecr:DescribeImages']);
  });

  test.each<[string, object, string]>([
    ['the role may not ask', { fault: 'denied', times: 1 }, 'the role may not call ecr:DescribeImages'],
    ['ECR is broken', { fault: 'error', times: 100 }, 'could not read the tags of '],
  ])('where %s, the plan says so, and is the same', async (_case, fault, because) => {
    const known = await plan();
    await world.emulator.addFaults([{ ...describeImages, ...fault }]);
    const run = await plan();
    expect(rowOf(run)).toContain(`not known (${because}`);
    expect(run.log).toContain(`(commit not known: ${because}`);
    expect(run.outputs['plan-checksum']).toBe(known.outputs['plan-checksum']);
  });

  test('no plan waits for long', async () => {
    const hold = await world.emulator.hold(describeImages);
    const run = await plan();
    await hold.release();
    expect(rowOf(run)).toBe('not known (ECR did not answer in time)');
  });

  test('several commits are shown', async () => {
    await push(laterCommit, 'one');
    expect(rowOf(await plan())).toBe(`<code>${commit}</code> and <code>${laterCommit}</code>`);
  });

  test('whatever is no plan of a shift does not ask', async () => {
    await world.emulator.forgetRequests();
    await world.run({ ...step, mode: 'plan', 'plan-for': 'rollback' });
    expect(await world.run({ ...step, mode: 'shift', 'bake-minutes': '0' })).toMatchObject({ exitCode: 0 });
    await world.run({ mode: 'monitor' });
    expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
    expect(await askedEcr()).toEqual([]);
  });
});

test('a commit in the image itself needs no question', async () => {
  await deploy(`ghcr.io/octo/web:${commit}`);
  expect(rowOf(await plan())).toBe(`<code>${commit}</code>`);
  expect(await askedEcr()).toEqual([]);
});

test.each<[string, () => Promise<string>]>([
  ['an image whose tags are no commits', async () => `web@${await push('v2', 'two')}`],
  ['an image that is not there', async () => `web@${nowhere}`],
  ['a repository that is not there', async () => `other@${nowhere}`],
])('of %s none is claimed', async (_case, name) => {
  await deploy(`${registry}/${await name()}`);
  expect(rowOf(await plan())).toBeUndefined();
  expect(await askedEcr()).toEqual(['ecr:DescribeImages']);
});

test('of a registry that is not ECR none is claimed, and ECR is not asked', async () => {
  await deploy(`registry.internal:5000/web@${digest}`);
  expect(rowOf(await plan())).toBeUndefined();
  expect(await askedEcr()).toEqual([]);
});
