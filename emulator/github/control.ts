import type { Control } from '../control/control-plane.ts';
import { readGiven, readList } from './reading.ts';
import { setUpAccount, setUpOidc, setUpRepository, setUpToken } from './set-up-people.ts';
import { setUpComment, setUpPullRequest } from './set-up-pull-requests.ts';
import { setUpApproval, setUpEnvironment, setUpJob, setUpRun } from './set-up-runs.ts';
import type { GitHubState } from './state.ts';

/** In the order in which one thing can name another. */
const LISTS = {
  users: setUpAccount,
  tokens: setUpToken,
  environments: setUpEnvironment,
  runs: setUpRun,
  jobs: setUpJob,
  approvals: setUpApproval,
  pullRequests: setUpPullRequest,
  comments: setUpComment,
} as const;

/** `/_emulator/github`: the stage as a test finds it. What is given is added to what is there, or changes it. */
export function githubControl(state: GitHubState): Control {
  return {
    GET: () => showState(state),
    POST: (body) => {
      const given = readGiven(body, 'github', ['repository', 'token', 'oidc', ...Object.keys(LISTS)]);
      if (given['repository'] !== undefined) setUpRepository(state, given['repository']);
      for (const [name, setUp] of Object.entries(LISTS)) {
        for (const value of readList(given, name)) setUp(state, value);
      }
      if (given['token'] !== undefined) setUpToken(state, given['token']);
      if (given['oidc'] !== undefined) setUpOidc(state, given['oidc']);
      return showState(state);
    },
  };
}

/** Without the tokens. */
function showState(state: GitHubState): object {
  return {
    repository: state.repository,
    environments: state.environments,
    runs: [...state.runs.values()],
    jobs: [...state.jobs.values()],
    reviews: state.reviews,
    pullRequests: [...state.pullRequests.values()],
    comments: state.comments,
    deployments: state.deployments,
  };
}
