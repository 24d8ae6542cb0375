import { ok, type Route } from './api.ts';
import { showEnvironmentName } from './environment.ts';
import { showAccount } from './identities.ts';
import { findRun, RUN_PATH } from './runs.ts';
import type { GitHubState, Review } from './state.ts';

/** Who let the jobs of a run through. */
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
  ];
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
