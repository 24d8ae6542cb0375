import { callsTo, linesOf } from '../../helpers/deployments.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
});
afterAll(() => world.stop());

const commit = (digit: string) => digit.repeat(40);
const deploy = (digit: string, inputs: Readonly<Record<string, string>> = {}) =>
  world.deploy(
    { 'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '', 'github-deployment': 'always', ...inputs },
    { env: { GITHUB_SHA: commit(digit) } },
  );

test('in progress, then success with the URL; commit, revision and service are in the payload', async () => {
  const run = await deploy('a');
  expect(run.exitCode).toBe(0);
  const revision = run.outputs['service-revision-arn']?.split('/').at(-1);
  expect(await world.deployments('web')).toEqual([
    {
      task: 'deploy:web',
      ref: commit('a'),
      payload: { service: 'web', cluster: 'default', commit: commit('a'), revision },
      transient: false,
      states: ['in_progress', 'success'],
      url: run.outputs['url'],
      description: 'web: created',
    },
  ]);
});

test('a later one takes its place; what is up to date already is entered as well', async () => {
  await deploy('b');
  expect((await world.deployments('web')).map(({ ref, states }) => [ref, states])).toEqual([
    [commit('b'), ['success']],
    [commit('a'), ['in_progress', 'success', 'inactive']],
  ]);
});

test('a failure has its reason, and the one that still runs stays', async () => {
  await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 1, logLines: ['no such colour'] }]);
  const run = await deploy('c', { image: 'public.ecr.aws/example/broken:1' });
  expect(run.exitCode).toBe(1);
  const shown = await world.deployments('web');
  expect(shown.map(({ states }) => states.at(-1))).toEqual(['failure', 'success', 'inactive']);
  expect(shown[0]?.description).toMatch(/rolled back/);
});

test('an environment of another name can be chosen; a dry run shows nothing', async () => {
  await deploy('d', { 'github-environment': 'production' });
  expect((await world.deployments('production')).map(({ ref }) => ref)).toEqual([commit('d')]);
  const before = await world.deployments();
  await deploy('e', { 'dry-run': 'true' });
  expect(await world.deployments()).toEqual(before);
});

test('off, or without a token, GitHub is not asked at all', async () => {
  for (const inputs of [{ 'github-deployment': 'off' }, { 'github-token': '' }]) {
    const run = await deploy('f', inputs);
    expect(run.exitCode).toBe(0);
    expect(run.calls.filter(({ service }) => service === 'github')).toEqual([]);
  }
});

test('auto: a job with an environment records none, as GitHub does; nor does one that cannot tell', async () => {
  await world.emulator.post('github', { oidc: { claims: { environment: 'production' } } });
  const inEnvironment = await deploy('f', { 'github-deployment': 'auto' });
  await world.emulator.post('github', { oidc: { claims: {} } });
  const withoutToken = await world.deploy(
    { 'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '' },
    { env: { ACTIONS_ID_TOKEN_REQUEST_URL: undefined } },
  );
  for (const run of [inEnvironment, withoutToken]) {
    expect(run.exitCode).toBe(0);
    expect(run.log).not.toContain('::notice::could not');
    expect(callsTo(run.calls, 'repos/create-deployment')).toEqual([]);
  }
});

test('auto: a job without an environment records its deployment', async () => {
  const run = await deploy('f', { 'github-deployment': 'auto' });
  expect(callsTo(run.calls, 'repos/create-deployment')).toHaveLength(1);
  expect((await world.deployments('web'))[0]).toMatchObject({ ref: commit('f'), states: ['success'] });
});

test('deleted: nothing is left running on GitHub either', async () => {
  const run = await deploy('f', { operation: 'delete' });
  expect(run.exitCode).toBe(0);
  const states = (await world.deployments('web')).map((each) => each.states.at(-1));
  expect(states).toEqual(['inactive', 'failure', 'inactive', 'inactive']);
});

test('a missing permission is a notice', async () => {
  await world.emulator.post('github', { token: { permissions: { contents: 'read' } } });
  const run = await deploy('a', { image: 'public.ecr.aws/example/web:3' });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run).filter((line) => line.startsWith('notice: could not'))).toEqual([
    expect.stringContaining('Give the job "permissions: deployments: write", or set github-deployment: off.'),
  ]);
});
