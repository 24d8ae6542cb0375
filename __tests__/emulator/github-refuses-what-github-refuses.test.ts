import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { connectGitHub, type Octokit, SHOP } from '../helpers/github.ts';

let emulator: EmulatorHandle;
let github: Octokit;

beforeEach(async () => {
  emulator = await startEmulator();
  github = connectGitHub(emulator);
  await emulator.post('github', { pullRequests: [{ number: 7 }] });
});

afterEach(() => emulator.stop());

const comment = () => github.rest.issues.createComment({ ...SHOP, issue_number: 7, body: 'x' });

test('a permission that the token lacks is named in a header', async () => {
  await emulator.post('github', { token: { permissions: { 'pull-requests': 'read' } } });
  await expect(comment()).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
    response: { headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' } },
  });
  expect((await github.rest.issues.listComments({ ...SHOP, issue_number: 7 })).status).toBe(200);
  await emulator.post('github', { token: { permissions: { issues: 'write' } } });
  expect((await comment()).status).toBe(201);
});

test('an unknown token, no token, another repository', async () => {
  const stranger = connectGitHub(emulator, 'ghp_nobody');
  await expect(stranger.rest.repos.get(SHOP)).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('Bad credentials'),
  });
  const bare = await fetch(`${emulator.env['GITHUB_API_URL']}/repos/octo/shop`);
  expect([bare.status, await bare.json()]).toEqual([
    401,
    expect.objectContaining({ message: 'Requires authentication', status: '401' }),
  ]);
  await expect(github.rest.repos.get({ owner: 'octo', repo: 'other' })).rejects.toMatchObject({
    status: 404,
  });
});

test('what is not modelled is refused by name', async () => {
  await expect(github.rest.repos.listBranches(SHOP)).rejects.toMatchObject({
    status: 501,
    message: expect.stringContaining('does not model GET /repos/octo/shop/branches'),
  });
});

test('the paths of GitHub Enterprise Server are the same API', async () => {
  const url = `${emulator.env['GITHUB_API_URL']}/api/v3/repos/octo/shop`;
  const answer = await fetch(url, { headers: { authorization: `token ${emulator.env['GITHUB_TOKEN']}` } });
  expect(await answer.json()).toMatchObject({ id: 5678, url });
});

test.each([
  ['', '2026-03-10', 200],
  ['', '2022-11-28', 200],
  ['', 'v3', 400],
  ['/api/v3', '2022-11-28', 200],
  ['/api/v3', '2026-03-10', 400],
])('below "%s" the version %s of the API gets %i', async (path, version, status) => {
  const answer = await fetch(`${emulator.env['GITHUB_API_URL']}${path}/repos/octo/shop`, {
    headers: { authorization: `token ${emulator.env['GITHUB_TOKEN']}`, 'x-github-api-version': version },
  });
  expect(answer.status).toBe(status);
  const { message = '' } = (await answer.json()) as { message?: string };
  expect(message.includes(`"${version}", is not a supported version`)).toBe(status === 400);
});

test.each([
  [{ fault: 'denied' }, 403, /Resource not accessible by integration/],
  [{ fault: 'expired' }, 401, /Bad credentials/],
  [{ fault: 'error' }, 500, /Server Error/],
  [{ fault: 'error', status: 404, message: 'Not Found' }, 404, /Not Found/],
  [{ fault: 'throttle' }, 429, /secondary rate limit/],
])('bad weather: %j', async (fault, status, message) => {
  await emulator.addFaults([{ service: 'github', operation: 'issues/create-comment', ...fault }]);
  await expect(comment()).rejects.toMatchObject({ status, message: expect.stringMatching(message) });
  expect((await comment()).status).toBe(201);
});

test('a lost reply leaves the work done, and an answer may have any shape', async () => {
  await emulator.addFaults([{ service: 'github', operation: 'issues/create-comment', fault: 'lost-reply' }]);
  await expect(comment()).rejects.toThrow();
  await emulator.addFaults([{ service: 'github', fault: 'malformed', body: { comments: 'none' } }]);
  const odd = await github.rest.issues.listComments({ ...SHOP, issue_number: 7 });
  expect(odd.data).toEqual({ comments: 'none' });
  const { data } = await github.rest.issues.listComments({ ...SHOP, issue_number: 7 });
  expect(data).toHaveLength(1);
});

test('calls are in the request log by their operation id, without the token', async () => {
  await emulator.forgetRequests();
  await comment();
  const log = await emulator.requests();
  expect(log).toMatchObject([
    {
      service: 'github',
      operation: 'issues/create-comment',
      input: { owner: 'octo', issue_number: '7', body: 'x' },
      status: 201,
    },
  ]);
  expect(JSON.stringify(log)).not.toContain('ghs_');
});

test.each([
  [{ pullRequest: [] }, /has no member .*pullRequest/],
  [{ pullRequests: [{ title: 'x' }] }, /number.* is missing/],
  [{ comments: [{ pullRequest: 99, body: 'x' }] }, /there is no pull request 99/],
])('a mistake in the set-up is told: %j', async (body, message) => {
  await expect(emulator.post('github', body)).rejects.toThrow(message);
});
