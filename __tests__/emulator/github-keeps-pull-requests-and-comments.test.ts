import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { connectGitHub, type Octokit, SHOP } from '../helpers/github.ts';

let emulator: EmulatorHandle;
let github: Octokit;

beforeAll(async () => {
  emulator = await startEmulator();
  github = connectGitHub(emulator);
  await emulator.post('github', {
    pullRequests: [
      { number: 7, title: 'Blue', labels: ['preview'], author: 'alice', headRef: 'blue' },
      { number: 8, headRepository: 'mallory/shop' },
      { number: 9, headRepository: null },
      { number: 10, merged: true },
    ],
  });
});

afterAll(() => emulator.stop());

test('a pull request has its labels, its author, and where its branch lives', async () => {
  const { data } = await github.rest.pulls.get({ ...SHOP, pull_number: 7 });
  expect(data).toMatchObject({
    number: 7,
    state: 'open',
    title: 'Blue',
    user: { login: 'alice', type: 'User' },
    labels: [{ name: 'preview' }],
    head: { ref: 'blue', sha: expect.stringMatching(/^[0-9a-f]{40}$/), repo: { full_name: 'octo/shop' } },
    base: { ref: 'main', repo: { id: 5678 } },
    merged: false,
  });
  const fork = await github.rest.pulls.get({ ...SHOP, pull_number: 8 });
  expect(fork.data.head).toMatchObject({ label: 'mallory:branch-8', repo: { fork: true } });
  const orphan = await github.rest.pulls.get({ ...SHOP, pull_number: 9 });
  expect(orphan.data.head.repo).toBeNull();
});

test('a closed pull request says when, and whether it was merged', async () => {
  await emulator.post('github', { pullRequests: [{ number: 8, state: 'closed' }] });
  const closed = await github.rest.pulls.get({ ...SHOP, pull_number: 8 });
  expect(closed.data).toMatchObject({ state: 'closed', closed_at: expect.any(String), merged_at: null });
  const merged = await github.rest.pulls.get({ ...SHOP, pull_number: 10 });
  expect(merged.data).toMatchObject({ state: 'closed', merged: true, merged_at: expect.any(String) });
});

test('a comment belongs to whoever the token is', async () => {
  await emulator.post('github', { tokens: [{ token: 'ghp_alice', login: 'alice' }] });
  const own = await github.rest.issues.createComment({ ...SHOP, issue_number: 7, body: 'pending' });
  expect(own.data).toMatchObject({
    user: { login: 'github-actions[bot]', id: 41898282, type: 'Bot' },
    performed_via_github_app: { slug: 'github-actions' },
    minimized: null,
  });
  const alice = connectGitHub(emulator, 'ghp_alice');
  const hers = await alice.rest.issues.createComment({ ...SHOP, issue_number: 7, body: 'hello' });
  expect(hers.data).toMatchObject({ user: { login: 'alice' }, performed_via_github_app: null });
  const edited = await github.rest.issues.updateComment({ ...SHOP, comment_id: own.data.id, body: 'live' });
  expect(edited.data.body).toBe('live');
  const { data } = await github.rest.issues.listComments({ ...SHOP, issue_number: 7 });
  expect(data.map(({ body }) => body)).toEqual(['live', 'hello']);
});

test('comments come in pages, in the order they were written, with what was hidden', async () => {
  const bodies = Array.from({ length: 65 }, (_, index) => `comment ${index}`);
  await emulator.post('github', {
    comments: bodies.map((body) => ({ pullRequest: 10, body, author: 'alice', minimized: 'spam' })),
  });
  await emulator.forgetRequests();
  const comments = await github.paginate(github.rest.issues.listComments, { ...SHOP, issue_number: 10 });
  expect(comments.map(({ body }) => body)).toEqual(bodies);
  expect(comments[0]).toMatchObject({ minimized: { reason: 'spam' } });
  const asked = (await emulator.requests()).map(({ operation, input }) => [operation, input['page']]);
  expect(asked).toEqual([
    ['issues/list-comments', undefined],
    ['issues/list-comments', '2'],
    ['issues/list-comments', '3'],
  ]);
});

test.each([
  ['a blank', ' ', /cannot be blank/],
  ['too long a', 'x'.repeat(65_537), /too long \(maximum is 65536 characters\)/],
])('%s comment is refused', async (_, body, message) => {
  await expect(github.rest.issues.createComment({ ...SHOP, issue_number: 7, body })).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(message),
  });
});

test('the workflow can ask who it is by GraphQL', async () => {
  expect(await github.graphql('query { viewer { login } }')).toEqual({
    viewer: { login: 'github-actions[bot]' },
  });
  await expect(github.graphql('{ repository { id } }')).rejects.toMatchObject({ status: 501 });
});
