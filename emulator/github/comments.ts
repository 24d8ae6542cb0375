import {
  created,
  type GitHubAnswer,
  type GitHubRequest,
  invalid,
  notFound,
  ok,
  type Route,
  requiredTextOf,
} from './api.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { findPullRequest } from './pull-requests.ts';
import { fullName, repositoryUrl, requireRepository } from './repository.ts';
import type { Comment, GitHubState } from './state.ts';

const READ = ['issues=read', 'pull_requests=read'];
const WRITE = ['issues=write', 'pull_requests=write'];
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ONE = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const LONGEST_BODY = 65_536;

/** Comments of pull requests, which GitHub keeps as comments of issues. */
export function commentRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'issues/list-comments',
      method: 'GET',
      path: OF_ISSUE,
      needs: READ,
      answer: (request) => {
        const { number } = findPullRequest(state, request, 'issue_number');
        const comments = state.comments.filter(({ issueNumber }) => issueNumber === number);
        return { kind: 'list', items: comments.map((each) => showComment(state, each, request.apiUrl)) };
      },
    },
    {
      operation: 'issues/create-comment',
      method: 'POST',
      path: OF_ISSUE,
      needs: WRITE,
      answer: (request) => createComment(state, request),
    },
    {
      operation: 'issues/update-comment',
      method: 'PATCH',
      path: ONE,
      needs: WRITE,
      answer: (request) => {
        const comment = findComment(state, request);
        comment.body = readBody(request);
        comment.updatedAt = state.now();
        return ok(showComment(state, comment, request.apiUrl));
      },
    },
  ];
}

function createComment(state: GitHubState, request: GitHubRequest): GitHubAnswer {
  const comment: Comment = {
    id: state.newId(),
    issueNumber: findPullRequest(state, request, 'issue_number').number,
    author: request.caller.account,
    body: readBody(request),
    minimizedReason: undefined,
    createdAt: state.now(),
    updatedAt: state.now(),
  };
  state.comments.push(comment);
  return created(showComment(state, comment, request.apiUrl));
}

function findComment(state: GitHubState, request: GitHubRequest): Comment {
  requireRepository(request, state.repository);
  const found = state.comments.find(({ id }) => String(id) === request.params['comment_id']);
  if (!found) throw notFound();
  return found;
}

function readBody({ body }: GitHubRequest): string {
  const text = requiredTextOf(body, 'body');
  if (text.trim() === '') throw invalid('IssueComment', 'body', 'Body cannot be blank');
  if ([...text].length > LONGEST_BODY) {
    throw invalid('IssueComment', 'body', 'Body is too long (maximum is 65536 characters)');
  }
  return text;
}

function showComment({ repository }: GitHubState, comment: Comment, apiUrl: string): object {
  const here = repositoryUrl(apiUrl, repository);
  const { author } = comment;
  const app = author.type === 'Bot' ? author.login.replace(/\[bot\]$/, '') : undefined;
  return {
    url: `${here}/issues/comments/${comment.id}`,
    html_url: `https://github.com/${fullName(repository)}/pull/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: `${here}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: showAccount(author, apiUrl),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: app === undefined ? 'CONTRIBUTOR' : 'NONE',
    body: comment.body,
    performed_via_github_app: app === undefined ? null : { id: author.id, slug: app, name: app },
    minimized: comment.minimizedReason === undefined ? null : { reason: comment.minimizedReason },
  };
}
