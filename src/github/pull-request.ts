import { readFile } from 'node:fs/promises';
import { ActionError } from '../errors.ts';
import type { GitHubApi } from './api.ts';
import type { RunContext } from './context.ts';

export type PullRequest = {
  readonly number: number;
  readonly isOpen: boolean;
  readonly labels: readonly string[];
  /** The commit of the branch, not the merge commit that its workflows run on. */
  readonly headSha: string;
  /** The branch is in another repository, or in one that is gone. */
  readonly isFromFork: boolean;
  readonly author: string;
};

export type PullRequestEvent = {
  /** `opened`, `synchronize`, `labeled`, … */
  readonly action: string;
  /** The one that was set or taken away. */
  readonly label: string | undefined;
  readonly pullRequest: PullRequest;
};

/** As the API and the events both write it. */
type RawPullRequest = {
  readonly number?: number;
  readonly state?: string;
  readonly labels?: readonly { readonly name?: string }[];
  readonly user?: { readonly login?: string } | null;
  readonly head?: { readonly sha?: string; readonly repo?: { readonly id?: number } | null };
  readonly base?: { readonly repo?: { readonly id?: number } };
};

/** `undefined`: the event is not one of a pull request. */
export async function readPullRequestEvent(context: RunContext): Promise<PullRequestEvent | undefined> {
  if (context.eventName !== 'pull_request' || context.eventPath === undefined) return undefined;
  const event = JSON.parse(await readFile(context.eventPath, 'utf8')) as {
    readonly action?: string;
    readonly label?: { readonly name?: string };
    readonly pull_request?: RawPullRequest;
  };
  if (event.pull_request === undefined) return undefined;
  return {
    action: event.action ?? '',
    label: event.label?.name,
    pullRequest: readPullRequest(event.pull_request),
  };
}

/** `undefined`: there is none of that number, or not for this token. */
export async function getPullRequest(api: GitHubApi, number: number): Promise<PullRequest | undefined> {
  const wish = { doing: `read pull request ${number}`, permission: 'pull-requests: read' };
  const found = await api.find(`/pulls/${number}`, wish);
  if (found === undefined) return undefined;
  const raw: RawPullRequest = Object(found);
  // What is not open is closed, and what is at another commit belongs to another job: so the answer has to be one.
  if (raw.number !== number || !['open', 'closed'].includes(raw.state ?? '') || !raw.head?.sha) {
    throw new ActionError('github-refused', `could not ${wish.doing}: the answer is not a pull request`);
  }
  return readPullRequest(raw);
}

function readPullRequest(raw: RawPullRequest): PullRequest {
  const headId = raw.head?.repo?.id;
  return {
    number: raw.number ?? 0,
    isOpen: raw.state === 'open',
    labels: (raw.labels ?? []).map(({ name }) => name ?? ''),
    headSha: raw.head?.sha ?? '',
    isFromFork: headId === undefined || headId !== raw.base?.repo?.id,
    author: raw.user?.login ?? '',
  };
}
