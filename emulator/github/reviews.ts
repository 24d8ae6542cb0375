import { GitHubError, type GitHubRequest, invalid, ok, type Route, requiredTextOf } from './api.ts';
import { showEnvironmentName } from './environment.ts';
import { showReviewers } from './environments.ts';
import { type Account, showAccount } from './identities.ts';
import { findRun, RUN_PATH } from './runs.ts';
import type { Environment, GitHubState, Review, Run } from './state.ts';

const PENDING = `${RUN_PATH}/pending_deployments`;

/** Who let the jobs of a run through, and what still waits for somebody. */
export function reviewRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'actions/get-reviews-for-run',
      method: 'GET',
      path: `${RUN_PATH}/approvals`,
      needs: ['actions=read'],
      answer: (request) => {
        const { id } = findRun(state, request);
        const reviews = state.reviews.filter(({ runId }) => runId === id);
        return ok(reviews.map((review) => showReview(state, review, request.apiUrl)));
      },
    },
    {
      operation: 'actions/get-pending-deployments-for-run',
      method: 'GET',
      path: PENDING,
      needs: ['actions=read'],
      answer: (request) => {
        const run = findRun(state, request);
        const pending = pendingEnvironments(state, run);
        return ok(pending.map((each) => showPending(state, { environment: each, run, request })));
      },
    },
    {
      operation: 'actions/review-pending-deployments-for-run',
      method: 'POST',
      path: PENDING,
      needs: ['deployments=write'],
      answer: (request) => review(state, request),
    },
  ];
}

function pendingEnvironments(state: GitHubState, run: Run): readonly Environment[] {
  const waiting = new Set(waitingJobs(state, run).map(({ environment }) => environment?.toLowerCase()));
  return state.environments.filter(({ name }) => waiting.has(name.toLowerCase()));
}

const waitingJobs = (state: GitHubState, run: Run) =>
  [...state.jobs.values()].filter(
    (job) => job.runId === run.id && job.attempt === run.attempt && job.status === 'waiting',
  );

/** One review lets all jobs through that wait for the environment now. */
function review(state: GitHubState, request: GitHubRequest) {
  const run = findRun(state, request);
  const { account, kind } = request.caller;
  // "GitHub Apps: not enabled" (OpenAPI description): a workflow cannot approve itself.
  if (kind !== 'person') throw new GitHubError(403, 'Resource not accessible by integration');
  const verdict = requiredTextOf(request.body, 'state');
  if (verdict !== 'approved' && verdict !== 'rejected') {
    throw invalid('Approval', 'state', 'state must be one of approved, rejected');
  }
  const ids: readonly unknown[] = [request.body['environment_ids'] ?? []].flat();
  const environments = pendingEnvironments(state, run).filter(({ id }) => ids.includes(id));
  if (ids.length === 0 || environments.length !== ids.length) {
    throw invalid('Approval', 'environment_ids', 'environment_ids must be pending deployments of this run');
  }
  for (const environment of environments) {
    if (!mayReview(environment, account, run)) {
      throw new GitHubError(422, `${account.login} cannot review deployments to ${environment.name}`);
    }
  }
  state.reviews.push({
    runId: run.id,
    environmentIds: environments.map(({ id }) => id),
    state: verdict,
    account,
    comment: requiredTextOf(request.body, 'comment'),
  });
  for (const { name } of environments) release(state, run, name, verdict);
  return ok([]);
}

function release(state: GitHubState, run: Run, name: string, verdict: 'approved' | 'rejected'): void {
  for (const job of waitingJobs(state, run)) {
    if (job.environment?.toLowerCase() !== name.toLowerCase()) continue;
    job.startedAt = state.now();
    if (verdict === 'approved') job.status = 'in_progress';
    else Object.assign(job, { status: 'completed', conclusion: 'failure', completedAt: state.now() });
  }
}

function mayReview(environment: Environment, account: Account, run: Run): boolean {
  if (environment.preventSelfReview && account.id === run.triggeringActor.id) return false;
  return environment.reviewers.some((reviewer) =>
    reviewer.type === 'User'
      ? reviewer.account.id === account.id
      : reviewer.members.some(({ id }) => id === account.id),
  );
}

/** Neither when, nor for which job or attempt: GitHub's list does not have that. */
function showReview(state: GitHubState, { account, comment, ...review }: Review, apiUrl: string): object {
  const environments = state.environments.filter(({ id }) => review.environmentIds.includes(id));
  return {
    state: review.state,
    comment,
    user: showAccount(account, apiUrl),
    environments: environments.map((environment) => ({
      ...showEnvironmentName(state, environment, apiUrl),
      created_at: environment.createdAt,
      updated_at: environment.updatedAt,
    })),
  };
}

function showPending(
  state: GitHubState,
  at: { readonly environment: Environment; readonly run: Run; readonly request: GitHubRequest },
): object {
  const { environment, run, request } = at;
  const { account, kind } = request.caller;
  return {
    environment: showEnvironmentName(state, environment, request.apiUrl),
    wait_timer: environment.waitTimerMinutes,
    wait_timer_started_at: environment.waitTimerMinutes > 0 ? run.startedAt : null,
    current_user_can_approve: kind === 'person' && mayReview(environment, account, run),
    reviewers: showReviewers(environment.reviewers, request.apiUrl),
  };
}
