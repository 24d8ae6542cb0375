import { type GitHubAnswer, GitHubError, type GitHubRequest, type Route, textsOf } from './api.ts';
import { findPullRequest } from './pull-requests.ts';
import { showLabel } from './show-label.ts';
import type { GitHubState, PullRequest } from './state.ts';

const LABELS = '/repos/{owner}/{repo}/issues/{issue_number}/labels';
const WRITE = ['issues=write', 'pull_requests=write'];

export function labelRoutes(state: GitHubState): readonly Route[] {
  const show = (pullRequest: PullRequest, { apiUrl }: GitHubRequest): GitHubAnswer => ({
    kind: 'list',
    items: pullRequest.labels.map((name) => showLabel(state, name, apiUrl)),
  });
  return [
    {
      operation: 'issues/list-labels-on-issue',
      method: 'GET',
      path: LABELS,
      needs: ['issues=read', 'pull_requests=read'],
      answer: (request) => show(findPullRequest(state, request, 'issue_number'), request),
    },
    {
      operation: 'issues/add-labels',
      method: 'POST',
      path: LABELS,
      needs: WRITE,
      answer: (request) => {
        const pullRequest = findPullRequest(state, request, 'issue_number');
        const added = textsOf(request.body, 'labels') ?? [];
        pullRequest.labels = [...new Set([...pullRequest.labels, ...added])];
        return show(pullRequest, request);
      },
    },
    {
      operation: 'issues/remove-label',
      method: 'DELETE',
      path: `${LABELS}/{name}`,
      needs: WRITE,
      answer: (request) => {
        const pullRequest = findPullRequest(state, request, 'issue_number');
        const name = request.params['name'] ?? '';
        if (!pullRequest.labels.includes(name)) throw new GitHubError(404, 'Label does not exist');
        pullRequest.labels = pullRequest.labels.filter((label) => label !== name);
        return show(pullRequest, request);
      },
    },
  ];
}
