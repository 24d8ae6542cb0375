import { linesOf } from '../../helpers/deployments.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

let world: Previews;
beforeAll(async () => {
  world = await startPreviews();
  await world.set(8, { headRepository: 'mallory/shop', author: 'mallory', labels: ['preview'] });
  await world.set(9, { headRepository: null, labels: ['preview'] });
  await world.set(10, { author: 'dependabot[bot]', labels: ['preview'] });
  await world.set(11, { labels: ['preview'] });
});
afterAll(() => world.stop());

/** What a runner has for a pull request from outside: no credentials, no secrets, a token that only reads. */
const outside = {
  env: {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    RUNNER_ENVIRONMENT: 'github-hosted',
    ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
  },
  inputs: { 'execution-role-arn': '', 'infrastructure-role-arn': '', 'github-token': '' },
};

test.each([
  ['of a fork', 8, 'pull request 8 comes from a fork, whose code gets no access to AWS'],
  ['of a fork that was deleted', 9, 'pull request 9 comes from a fork, whose code gets no access to AWS'],
  ['by Dependabot', 10, 'pull request 10 is from Dependabot, whose workflows get no access to AWS'],
])(
  'a pull request %s ends with a notice, and nothing is asked of anybody',
  async (_whose, number, because) => {
    for (const action of ['opened', 'synchronize', 'closed']) {
      const run = await world.on({ action, number, ...outside });
      expect(run.exitCode).toBe(0);
      expect(linesOf(run)).toContain(`notice: Nothing was done: ${because}.`);
      expect(run.log).not.toMatch(/::(error|warning)/);
      expect(run.calls).toEqual([]);
    }
    expect(await world.comments(number)).toEqual([]);
  },
);

test('what Dependabot does to another’s pull request has no access either', async () => {
  const run = await world.on({ action: 'synchronize', number: 11, actor: 'dependabot[bot]', ...outside });
  expect(run.exitCode).toBe(0);
  expect(run.log).toContain('pull request 11 is from Dependabot');
});

test('an own pull request without credentials is red: that is a mistake in the workflow', async () => {
  const run = await world.on({ action: 'opened', number: 11, ...outside });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('AWS credentials');
});
