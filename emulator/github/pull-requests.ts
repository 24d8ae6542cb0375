import { type GitHubRequest, notFound, ok, type Route } from './api.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { fullName, repositoryUrl, requireRepository, showRepository } from './repository.ts';
import type { GitHubState, PullRequest } from './state.ts';

const READ = ['pull_requests=read'];
const ONE = '/repos/{owner}/{repo}/pulls/{pull_number}';

export function pullRequestRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'pulls/get',
      method: 'GET',
      path: ONE,
      needs: READ,
      answer: (request) => {
        const pullRequest = findPullRequest(state, request, 'pull_number');
        return ok({
          ...showPullRequest(state, pullRequest, request.apiUrl),
          merged: pullRequest.mergedAt !== undefined,
          mergeable: null,
          mergeable_state: 'unknown',
        });
      },
    },
  ];
}

export function findPullRequest(state: GitHubState, request: GitHubRequest, param: string): PullRequest {
  requireRepository(request, state.repository);
  const found = state.pullRequests.get(Number(request.params[param]));
  if (!found) throw notFound();
  return found;
}

const headLabel = ({ headRepository, headRef }: PullRequest): string =>
  `${headRepository?.split('/')[0] ?? 'unknown'}:${headRef}`;

function showPullRequest(state: GitHubState, pullRequest: PullRequest, apiUrl: string): object {
  const { repository } = state;
  const here = repositoryUrl(apiUrl, repository);
  const url = `${here}/pulls/${pullRequest.number}`;
  const htmlUrl = `https://github.com/${fullName(repository)}/pull/${pullRequest.number}`;
  return {
    url,
    id: pullRequest.id,
    node_id: nodeId('PullRequest', pullRequest.id),
    html_url: htmlUrl,
    issue_url: `${here}/issues/${pullRequest.number}`,
    comments_url: `${here}/issues/${pullRequest.number}/comments`,
    statuses_url: `${here}/statuses/${pullRequest.headSha}`,
    number: pullRequest.number,
    state: pullRequest.state,
    locked: false,
    title: pullRequest.title,
    user: showAccount(pullRequest.author, apiUrl),
    body: null,
    labels: pullRequest.labels.map((name) => showLabel(state, name, apiUrl)),
    milestone: null,
    created_at: pullRequest.createdAt,
    updated_at: pullRequest.updatedAt,
    closed_at: pullRequest.closedAt ?? null,
    merged_at: pullRequest.mergedAt ?? null,
    merge_commit_sha: null,
    assignee: null,
    head: showHead(state, pullRequest, apiUrl),
    base: {
      label: `${repository.owner.login}:${pullRequest.baseRef}`,
      ref: pullRequest.baseRef,
      sha: '0'.repeat(40),
      user: showAccount(repository.owner, apiUrl),
      repo: showRepository(repository, apiUrl),
    },
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    draft: pullRequest.isDraft,
  };
}

/** A deleted fork leaves `repo: null` behind. */
function showHead({ repository, accounts }: GitHubState, pullRequest: PullRequest, apiUrl: string): object {
  const { headRepository, headRef, headSha } = pullRequest;
  const label = headLabel(pullRequest);
  if (headRepository === undefined) return { label, ref: headRef, sha: headSha, user: null, repo: null };
  const [login = '', name = ''] = headRepository.split('/');
  const owner = accounts.named(login);
  const isOwn = headRepository === fullName(repository);
  const repo = isOwn ? repository : { ...repository, owner, name, id: owner.id + 1_000_000 };
  return {
    label,
    ref: headRef,
    sha: headSha,
    user: showAccount(owner, apiUrl),
    repo: { ...showRepository(repo, apiUrl), fork: !isOwn },
  };
}

/** A label's id follows from its name: labels are the same on all pull requests. */
function showLabel({ repository }: GitHubState, name: string, apiUrl: string): object {
  const id = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${repositoryUrl(apiUrl, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}
