/** Where this step runs, in the runner's words. Everything is a string the runner sets; outside a runner it is empty. */
export type RunContext = {
  /** `owner/name` */
  readonly repository: string;
  /** Stays the same when the repository is renamed or moved. */
  readonly repositoryId: string;
  /** Of a pull request's run: the merge commit, not the head of the branch. */
  readonly commitSha: string;
  readonly ref: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly runUrl: string;
  /** Absolute path of the checkout; the working directory when the runner does not say. */
  readonly workspace: string;
  /** Emptied by the runner at the beginning and the end of a job. */
  readonly tempDir: string | undefined;
  readonly actor: string;
  readonly eventName: string;
  /** File with what GitHub tells of the event, as JSON. */
  readonly eventPath: string | undefined;
  readonly job: string;
  /** A job there ends after six hours, whatever it is at. */
  readonly isGithubHosted: boolean;
  readonly serverUrl: string;
  readonly apiUrl: string;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export function readRunContext(env: Environment, workingDirectory: string): RunContext {
  const text = (name: string) => env[name] ?? '';
  const serverUrl = text('GITHUB_SERVER_URL') || 'https://github.com';
  const repository = text('GITHUB_REPOSITORY');
  const runId = text('GITHUB_RUN_ID');
  const runAttempt = text('GITHUB_RUN_ATTEMPT') || '1';
  return {
    repository,
    repositoryId: text('GITHUB_REPOSITORY_ID'),
    commitSha: text('GITHUB_SHA'),
    ref: text('GITHUB_REF'),
    runId,
    runAttempt,
    runUrl: runId === '' ? '' : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
    workspace: text('GITHUB_WORKSPACE') || workingDirectory,
    tempDir: env['RUNNER_TEMP'] || undefined,
    actor: text('GITHUB_ACTOR'),
    eventName: text('GITHUB_EVENT_NAME'),
    eventPath: env['GITHUB_EVENT_PATH'] || undefined,
    job: text('GITHUB_JOB'),
    isGithubHosted: text('RUNNER_ENVIRONMENT') === 'github-hosted',
    serverUrl,
    apiUrl: text('GITHUB_API_URL') || 'https://api.github.com',
  };
}
