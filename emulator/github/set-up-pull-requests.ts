import { ACTIONS_BOT } from './identities.ts';
import {
  type Given,
  readAccount,
  readBoolean,
  readChoice,
  readGiven,
  readText,
  readTexts,
  requireNumber,
  requireText,
} from './reading.ts';
import { fullName } from './repository.ts';
import type { GitHubState, PullRequest } from './state.ts';

/** Made, or changed where members are given. Events are the test's own affair: nothing runs by itself. */
export function setUpPullRequest(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'pullRequests', [
    'number',
    'title',
    'state',
    'draft',
    'merged',
    'author',
    'headRepository',
    'headRef',
    'headSha',
    'baseRef',
    'labels',
  ]);
  const number = requireNumber(given, 'number');
  const pullRequest = state.pullRequests.get(number) ?? newPullRequest(state, number);
  state.pullRequests.set(number, pullRequest);
  pullRequest.title = readText(given, 'title') ?? pullRequest.title;
  pullRequest.isDraft = readBoolean(given, 'draft') ?? pullRequest.isDraft;
  pullRequest.author = readAccount(given, 'author', state.accounts) ?? pullRequest.author;
  pullRequest.headRef = readText(given, 'headRef') ?? pullRequest.headRef;
  pullRequest.headSha = readText(given, 'headSha') ?? pullRequest.headSha;
  pullRequest.baseRef = readText(given, 'baseRef') ?? pullRequest.baseRef;
  pullRequest.labels = readTexts(given, 'labels') ?? pullRequest.labels;
  if (given['headRepository'] === null) pullRequest.headRepository = undefined;
  else pullRequest.headRepository = readText(given, 'headRepository') ?? pullRequest.headRepository;
  pullRequest.updatedAt = state.now();
  setUpEnd(state, pullRequest, given);
}

function setUpEnd(state: GitHubState, pullRequest: PullRequest, given: Given): void {
  const merged = readBoolean(given, 'merged') ?? false;
  const wanted = merged ? 'closed' : readChoice(given, 'state', ['open', 'closed']);
  if (wanted === undefined || wanted === pullRequest.state) return;
  pullRequest.state = wanted;
  pullRequest.closedAt = wanted === 'closed' ? state.now() : undefined;
  pullRequest.mergedAt = merged ? state.now() : undefined;
}

function newPullRequest(state: GitHubState, number: number): PullRequest {
  return {
    number,
    id: state.newId(),
    title: `Pull request ${number}`,
    state: 'open',
    isDraft: false,
    mergedAt: undefined,
    closedAt: undefined,
    author: state.accounts.named('octocat'),
    headRepository: fullName(state.repository),
    headRef: `branch-${number}`,
    headSha: number.toString(16).padStart(40, 'a'),
    baseRef: state.repository.defaultBranch,
    labels: [],
    createdAt: state.now(),
    updatedAt: state.now(),
  };
}

/** A comment that was there before; of the workflow's own bot unless said otherwise. */
export function setUpComment(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'comments', ['pullRequest', 'author', 'body', 'minimized']);
  const issueNumber = requireNumber(given, 'pullRequest');
  if (!state.pullRequests.has(issueNumber)) throw new TypeError(`there is no pull request ${issueNumber}`);
  state.comments.push({
    id: state.newId(),
    issueNumber,
    author: readAccount(given, 'author', state.accounts) ?? ACTIONS_BOT,
    body: requireText(given, 'body'),
    minimizedReason: readText(given, 'minimized'),
    createdAt: state.now(),
    updatedAt: state.now(),
  });
}
