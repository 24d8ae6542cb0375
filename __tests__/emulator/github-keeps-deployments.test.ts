import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { connectGitHub, type Octokit, SHOP } from '../helpers/github.ts';

let emulator: EmulatorHandle;
let github: Octokit;

beforeEach(async () => {
  emulator = await startEmulator();
  github = connectGitHub(emulator);
});

afterEach(() => emulator.stop());

const deploy = async (given: object = {}): Promise<number> => {
  const { data } = await github.rest.repos.createDeployment({
    ...SHOP,
    ref: 'main',
    auto_merge: false,
    required_contexts: [],
    environment: 'preview',
    ...given,
  });
  if (!('id' in data)) throw new Error('no deployment');
  return Number(data.id);
};

const setStatus = (deployment_id: number, state: 'success' | 'inactive' | 'failure', given: object = {}) =>
  github.rest.repos.createDeploymentStatus({ ...SHOP, deployment_id, state, ...given });

const stateOf = async (deployment_id: number): Promise<string | undefined> =>
  (await github.rest.repos.listDeploymentStatuses({ ...SHOP, deployment_id })).data[0]?.state;

test('a deployment keeps what it was made with, and makes its environment', async () => {
  const id = await deploy({ payload: { pr: 7 }, task: 'preview', transient_environment: true });
  await deploy({ environment: 'production' });
  const { data } = await github.rest.repos.listDeployments({ ...SHOP, environment: 'preview' });
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id,
    ref: 'main',
    sha: '0123456789abcdef0123456789abcdef01234567',
    payload: { pr: 7 },
    task: 'preview',
    transient_environment: true,
    production_environment: false,
    creator: { login: 'github-actions[bot]' },
  });
  expect(await emulator.get('github')).toMatchObject({
    environments: [{ name: 'preview', reviewers: [] }, { name: 'production' }],
  });
});

test('a success ends the earlier ones of its environment, unless asked not to', async () => {
  const [first, second, third] = [await deploy(), await deploy(), await deploy()];
  await setStatus(first, 'success');
  await setStatus(second, 'success', { auto_inactive: false });
  expect(await stateOf(first)).toBe('success');
  await setStatus(third, 'success');
  expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
    'inactive',
    'inactive',
    'success',
  ]);
});

test.each([
  ['transient', { transient_environment: true }],
  ['production', { production_environment: true }],
])('a success does not end earlier %s deployments', async (_, given) => {
  const first = await deploy(given);
  await setStatus(first, 'success');
  await setStatus(await deploy(given), 'success');
  expect(await stateOf(first)).toBe('success');
});

test('a status keeps its URL and log, and refuses a long description', async () => {
  const id = await deploy();
  const { data } = await setStatus(id, 'success', {
    environment_url: 'https://x.example.com',
    log_url: 'https://github.com/octo/shop/actions/runs/1001',
    description: 'live',
  });
  expect(data).toMatchObject({
    environment_url: 'https://x.example.com',
    log_url: 'https://github.com/octo/shop/actions/runs/1001',
    description: 'live',
  });
  await expect(setStatus(id, 'failure', { description: 'x'.repeat(141) })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('140'),
  });
  await expect(setStatus(id, 'failure', { environment_url: 'x.example.com' })).rejects.toMatchObject({
    status: 422,
  });
});

test('without an empty list of contexts the running job is in its own way', async () => {
  await expect(
    github.rest.repos.createDeployment({ ...SHOP, ref: 'main', auto_merge: false }),
  ).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('Commit status checks failed for main'),
  });
});

test('a ref that is behind is merged first, instead of deployed', async () => {
  await emulator.post('github', {
    repository: { behindDefaultBranch: ['old'] },
    pullRequests: [{ number: 1, headRef: 'old' }],
  });
  const { status, data } = await github.rest.repos.createDeployment({
    ...SHOP,
    ref: 'old',
    required_contexts: [],
  });
  expect([status, data]).toEqual([202, { message: 'Auto-merged main into old on deployment.' }]);
  expect(await deploy({ ref: 'old' })).toEqual(expect.any(Number));
});
