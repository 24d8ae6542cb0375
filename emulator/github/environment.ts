import { nodeId } from './node-id.ts';
import { fullName, repositoryUrl } from './repository.ts';
import type { Environment, GitHubState } from './state.ts';

/** Names differ by case for GitHub's pages, but not for its API. */
export function findEnvironment({ environments }: GitHubState, name: string): Environment | undefined {
  return environments.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

/** What is named for the first time is made, without any rule: a typo is a gate that stands open. */
export function ensureEnvironment(state: GitHubState, name: string): Environment {
  const found = findEnvironment(state, name);
  if (found) return found;
  const environment: Environment = {
    id: state.newId(),
    name,
    ruleIds: { waitTimer: state.newId(), reviewers: state.newId(), branches: state.newId() },
    waitTimerMinutes: 0,
    reviewers: [],
    preventSelfReview: false,
    branches: undefined,
    canAdminsBypass: true,
    customRules: [],
    createdAt: state.now(),
    updatedAt: state.now(),
  };
  state.environments.push(environment);
  return environment;
}

/** What stands of an environment also in approvals and pending deployments. */
export function showEnvironmentName(
  { repository }: GitHubState,
  environment: Environment,
  apiUrl: string,
): object {
  return {
    id: environment.id,
    node_id: nodeId('Environment', environment.id),
    name: environment.name,
    url: `${repositoryUrl(apiUrl, repository)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `https://github.com/${fullName(repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
  };
}
