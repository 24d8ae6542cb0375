import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--seed', 'held');
  ecs = new ECSClient(emulator.client);
});
afterEach(() => fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' }));
afterAll(() => emulator.stop());

const create = (clusterName: string) => ecs.send(new CreateClusterCommand({ clusterName }));
const found = async (name: string): Promise<boolean> => {
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
  return clusters.length === 1;
};
const describeHeld = { service: 'ecs', operation: 'DescribeClusters' };

test('held before it is performed, a call sees what happened meanwhile', async () => {
  const hold = await emulator.hold(describeHeld);
  const answer = found('meanwhile');
  expect(await hold.arrived()).toMatchObject({ ...describeHeld, input: { clusters: ['meanwhile'] } });
  await create('meanwhile');
  await hold.release();
  expect(await answer).toBe(true);
});

test('held after it is performed, a call does not', async () => {
  const hold = await emulator.hold({ ...describeHeld, when: 'after' });
  const answer = found('too-late');
  await hold.arrived();
  await create('too-late');
  await hold.release();
  expect(await answer).toBe(false);
});

test('what is held after the work has done it', async () => {
  const hold = await emulator.hold({ service: 'ecs', operation: 'CreateCluster', when: 'after' });
  const made = create('made');
  await hold.arrived();
  expect(await found('made')).toBe(true);
  await hold.release();
  expect(await made).toMatchObject({ cluster: { clusterName: 'made' } });
});

test('only so many calls are held, after so many that are not; all others go on', async () => {
  const hold = await emulator.hold({ ...describeHeld, after: 1, times: 2 });
  await found('first');
  const kept = [found('second'), found('third')];
  await hold.arrived(2);
  await expect(found('fourth')).resolves.toBe(false);
  await hold.release();
  await Promise.all(kept);
});

test('what is let go is not held any more, and its arrival is not waited for', async () => {
  const hold = await emulator.hold({ ...describeHeld, times: 9 });
  await hold.release();
  await found('at-once');
  const unseen = await emulator.hold(describeHeld);
  const waiting = expect(unseen.arrived()).rejects.toThrow('was let go before a call came');
  await unseen.release();
  await waiting;
});

test('a held call goes on into the weather that was made meanwhile', async () => {
  const hold = await emulator.hold(describeHeld);
  const answer = found('anything');
  await hold.arrived();
  await emulator.addFaults([{ ...describeHeld, fault: 'throttle' }]);
  await hold.release();
  await expect(answer).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('by service and operation all that is held is let go, and the list says what is', async () => {
  await emulator.addFaults([
    { ...describeHeld, fault: 'hold' },
    { ...describeHeld, fault: 'hold', when: 'after' },
  ]);
  const answer = found('listed');
  const of = async () =>
    ((await emulator.get('holds')) as { arrived: number; held: object[]; when: string }[]).slice(-2);
  const [before] = (await emulator.get('holds').then((all) => (all as { id: string }[]).slice(-2))) as [
    { id: string },
  ];
  await emulator.get(`holds?id=${before.id}`);
  expect(await of()).toMatchObject([
    { ...describeHeld, when: 'before', arrived: 1, held: [{ input: { clusters: ['listed'] } }] },
    { ...describeHeld, when: 'after', arrived: 0, held: [] },
  ]);
  expect(await emulator.post('holds', { release: describeHeld })).toEqual({ released: 1 });
  expect(await answer).toBe(false);
});

test('taking the faults away lets go what is held', async () => {
  const hold = await emulator.hold(describeHeld);
  const answer = found('away');
  await hold.arrived();
  await fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' });
  expect(await answer).toBe(false);
});

test("GitHub's calls are held, too", async () => {
  const github = (path: string, init: object = {}) =>
    fetch(`${emulator.env['GITHUB_API_URL']}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${emulator.env['GITHUB_TOKEN']}` },
    });
  const hold = await emulator.hold({ service: 'github', operation: 'pulls/get' });
  await emulator.post('github', { pullRequests: [{ number: 7, headSha: 'a'.repeat(40) }] });
  const answer = github('/repos/octo/shop/pulls/7').then((reply) => reply.json());
  await hold.arrived();
  await emulator.post('github', { pullRequests: [{ number: 7, headSha: 'b'.repeat(40) }] });
  await hold.release();
  expect(await answer).toMatchObject({ head: { sha: 'b'.repeat(40) } });
});

test.each(['before', 'after'] as const)("and the registry's, %s", async (when) => {
  const repositoryName = `held-${when}`;
  const { repository } = await new ECRClient(emulator.client).send(
    new CreateRepositoryCommand({ repositoryName }),
  );
  expect(repository?.repositoryUri).toBe(`${emulator.registry}/${repositoryName}`);
  const login = await passwordOf(emulator);
  const hold = await emulator.hold({ service: 'registry', operation: 'ListTags', when });
  const answer = fetch(`http://${emulator.registry}/v2/${repositoryName}/tags/list`, {
    headers: { authorization: login },
  }).then((reply) => reply.json());
  expect(await hold.arrived()).toMatchObject({ input: { path: `/v2/${repositoryName}/tags/list` } });
  await hold.release();
  expect(await answer).toEqual({ name: repositoryName, tags: [] });
});

async function passwordOf({ client }: EmulatorHandle): Promise<string> {
  const { authorizationData } = await new ECRClient(client).send(new GetAuthorizationTokenCommand({}));
  return `Basic ${authorizationData?.[0]?.authorizationToken}`;
}

test.each([
  [{ fault: 'hold', when: 'later' }, /when.* must be before or after/],
  [{ fault: 'throttle', service: 'edge' }, /the service edge takes hold, hang/],
])('%j is refused', async (fault, message) => {
  await expect(emulator.addFaults([fault])).rejects.toThrow(message);
});

test.each([
  [{ release: 7 }, /must be the id of a hold/],
  [{ release: 'hold-99' }, /no hold .*hold-99/],
  [{ release: { service: 'ecs', operation: 'Nothing' } }, /nothing is held of ecs Nothing/],
])('so is letting go %j', async (body, message) => {
  await expect(emulator.post('holds', body)).rejects.toThrow(message);
});
