import {
  booleanOf,
  created,
  type GitHubAnswer,
  GitHubError,
  type GitHubRequest,
  notFound,
  type Route,
  requiredTextOf,
  textOf,
  textsOf,
} from './api.ts';
import { ensureEnvironment } from './environment.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, requireRepository } from './repository.ts';
import type { Deployment, GitHubState } from './state.ts';

const READ = ['deployments=read'];
const WRITE = ['deployments=write'];
const ALL = '/repos/{owner}/{repo}/deployments';

export function deploymentRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'repos/list-deployments',
      method: 'GET',
      path: ALL,
      needs: READ,
      answer: (request) => listDeployments(state, request),
    },
    {
      operation: 'repos/create-deployment',
      method: 'POST',
      path: ALL,
      needs: WRITE,
      answer: (request) => createDeployment(state, request),
    },
  ];
}

export function findDeployment(state: GitHubState, request: GitHubRequest): Deployment {
  requireRepository(request, state.repository);
  const found = state.deployments.find(({ id }) => String(id) === request.params['deployment_id']);
  if (!found) throw notFound();
  return found;
}

function listDeployments(state: GitHubState, request: GitHubRequest): GitHubAnswer {
  requireRepository(request, state.repository);
  const asked = (['ref', 'sha', 'task', 'environment'] as const).flatMap((name) => {
    const value = request.query.get(name);
    return value === null || value === 'none' ? [] : [{ name, value }];
  });
  const found = state.deployments.filter((each) => asked.every(({ name, value }) => each[name] === value));
  return {
    kind: 'list',
    items: found.toReversed().map((each) => showDeployment(state, each, request.apiUrl)),
  };
}

/** Also makes the environment that it names, if there is none: without any rule. */
function createDeployment(state: GitHubState, request: GitHubRequest): GitHubAnswer {
  requireRepository(request, state.repository);
  const { body } = request;
  const ref = requiredTextOf(body, 'ref');
  requireMergeable(state, ref, body);
  if (booleanOf(body, 'auto_merge', true) && state.repository.behindDefaultBranch.includes(ref)) {
    return {
      kind: 'one',
      status: 202,
      body: { message: `Auto-merged ${state.repository.defaultBranch} into ${ref} on deployment.` },
    };
  }
  const environment = textOf(body, 'environment') ?? 'production';
  ensureEnvironment(state, environment);
  const deployment: Deployment = {
    id: state.newId(),
    ref,
    sha: commitOf(state, ref),
    task: textOf(body, 'task') ?? 'deploy',
    payload: body['payload'] ?? {},
    environment,
    description: textOf(body, 'description'),
    isTransient: booleanOf(body, 'transient_environment', false),
    isProduction: booleanOf(body, 'production_environment', environment === 'production'),
    creator: request.caller.account,
    createdAt: state.now(),
    updatedAt: state.now(),
    statuses: [],
  };
  state.deployments.push(deployment);
  return created(showDeployment(state, deployment, request.apiUrl));
}

/** The job that asks is itself an unfinished check of the commit: only an empty list of contexts lets it pass. */
function requireMergeable(state: GitHubState, ref: string, body: GitHubRequest['body']): void {
  if (textsOf(body, 'required_contexts')?.length === 0) return;
  throw new GitHubError(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: [
      {
        resource: 'Deployment',
        field: 'required_contexts',
        code: 'invalid',
        contexts: [...state.jobs.values()].map(({ name }) => ({ context: name, state: 'pending' })),
      },
    ],
  });
}

function commitOf({ pullRequests, runs }: GitHubState, ref: string): string {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const branch = ref.replace(/^refs\/heads\//, '');
  const pullRequest = [...pullRequests.values()].find(({ headRef }) => headRef === branch);
  const run = [...runs.values()].find((each) => each.ref.replace(/^refs\/heads\//, '') === branch);
  const sha = pullRequest?.headSha ?? run?.sha;
  if (sha !== undefined) return sha;
  throw new GitHubError(422, `No ref found for: ${ref}`);
}

function showDeployment({ repository }: GitHubState, deployment: Deployment, apiUrl: string): object {
  const here = repositoryUrl(apiUrl, repository);
  const url = `${here}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description ?? null,
    creator: showAccount(deployment.creator, apiUrl),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: here,
    transient_environment: deployment.isTransient,
    production_environment: deployment.isProduction,
    performed_via_github_app: null,
  };
}
