import {
  booleanOf,
  created,
  type GitHubAnswer,
  type GitHubRequest,
  invalid,
  type Route,
  requiredTextOf,
  textOf,
} from './api.ts';
import { findDeployment } from './deployments.ts';
import { ensureEnvironment } from './environment.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';
import type { Deployment, DeploymentStatus, GitHubState } from './state.ts';

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const LONGEST_DESCRIPTION = 140;
const ALL = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';

export function deploymentStatusRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'repos/list-deployment-statuses',
      method: 'GET',
      path: ALL,
      needs: ['deployments=read'],
      answer: (request) => {
        const deployment = findDeployment(state, request);
        const newestFirst = deployment.statuses.toReversed();
        return {
          kind: 'list',
          items: newestFirst.map((each) => showStatus(state, deployment, each, request.apiUrl)),
        };
      },
    },
    {
      operation: 'repos/create-deployment-status',
      method: 'POST',
      path: ALL,
      needs: ['deployments=write'],
      answer: (request) => createStatus(state, request),
    },
  ];
}

function createStatus(state: GitHubState, request: GitHubRequest): GitHubAnswer {
  const deployment = findDeployment(state, request);
  const { body } = request;
  const status: DeploymentStatus = {
    id: state.newId(),
    state: requiredTextOf(body, 'state'),
    description: textOf(body, 'description') ?? '',
    environment: textOf(body, 'environment') ?? deployment.environment,
    environmentUrl: textOf(body, 'environment_url') ?? '',
    logUrl: textOf(body, 'log_url') ?? textOf(body, 'target_url') ?? '',
    creator: request.caller.account,
    createdAt: state.now(),
  };
  check(status);
  ensureEnvironment(state, status.environment);
  append(deployment, status);
  if (status.state === 'success' && booleanOf(body, 'auto_inactive', true)) {
    endEarlier(state, deployment, status);
  }
  return created(showStatus(state, deployment, status, request.apiUrl));
}

function check(status: DeploymentStatus): void {
  const resource = 'DeploymentStatus';
  if (!STATES.includes(status.state)) {
    throw invalid(resource, 'state', `state must be one of ${STATES.join(', ')}`);
  }
  if (status.description.length > LONGEST_DESCRIPTION) {
    throw invalid(resource, 'description', 'description is too long (maximum is 140 characters)');
  }
  for (const [field, url] of [
    ['environment_url', status.environmentUrl],
    ['log_url', status.logUrl],
  ] as const) {
    if (url !== '' && !/^https?:\/\//.test(url)) {
      throw invalid(resource, field, `${field} must use http(s) scheme`);
    }
  }
}

/**
 * `auto_inactive`: the earlier successes of the same environment become inactive, but for those that are transient or
 * production (REST API, "Create a deployment status").
 */
function endEarlier(state: GitHubState, deployment: Deployment, status: DeploymentStatus): void {
  for (const earlier of state.deployments) {
    if (earlier.id >= deployment.id || earlier.environment !== status.environment) continue;
    if (earlier.isTransient || earlier.isProduction || earlier.statuses.at(-1)?.state !== 'success') continue;
    append(earlier, { ...status, id: state.newId(), state: 'inactive', description: '', environmentUrl: '' });
  }
}

function append(deployment: Deployment, status: DeploymentStatus): void {
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
}

function showStatus(
  { repository }: GitHubState,
  deployment: Deployment,
  status: DeploymentStatus,
  apiUrl: string,
): object {
  const here = repositoryUrl(apiUrl, repository);
  const deploymentUrl = `${here}/deployments/${deployment.id}`;
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: showAccount(status.creator, apiUrl),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deploymentUrl,
    repository_url: here,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  };
}
