import { readRunContext } from '../../../src/github/context.ts';

test('a run is known by its address', () => {
  const context = readRunContext(
    {
      GITHUB_SERVER_URL: 'https://git.example',
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_WORKSPACE: '/checkout',
      RUNNER_TEMP: '/temp',
    },
    '/elsewhere',
  );
  expect(context).toMatchObject({
    runUrl: 'https://git.example/octo/shop/actions/runs/7/attempts/2',
    workspace: '/checkout',
    tempDir: '/temp',
  });
});

test('outside a runner the working directory is the workspace, and there is no run', () => {
  expect(readRunContext({ RUNNER_TEMP: '' }, '/here')).toEqual({
    repository: '',
    repositoryId: '',
    commitSha: '',
    ref: '',
    runId: '',
    runAttempt: '1',
    runUrl: '',
    workspace: '/here',
    tempDir: undefined,
    actor: '',
    eventName: '',
    eventPath: undefined,
    job: '',
    isGithubHosted: false,
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
  });
});
