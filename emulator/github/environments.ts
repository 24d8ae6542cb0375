import { type GitHubAnswer, type GitHubRequest, notFound, ok, type Route } from './api.ts';
import { findEnvironment, showEnvironmentName } from './environment.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { requireRepository } from './repository.ts';
import type { Environment, GitHubState, Reviewer } from './state.ts';

const READ = ['actions=read'];
const ONE = '/repos/{owner}/{repo}/environments/{environment_name}';

export function environmentRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'repos/get-environment',
      method: 'GET',
      path: ONE,
      needs: READ,
      answer: (request) => ok(showEnvironment(state, environmentOf(state, request), request.apiUrl)),
    },
    {
      operation: 'repos/get-all-deployment-protection-rules',
      method: 'GET',
      path: `${ONE}/deployment_protection_rules`,
      needs: READ,
      answer: (request) => listCustomRules(environmentOf(state, request), request.apiUrl),
    },
  ];
}

function environmentOf(state: GitHubState, request: GitHubRequest): Environment {
  requireRepository(request, state.repository);
  const found = findEnvironment(state, request.params['environment_name'] ?? '');
  if (!found) throw notFound();
  return found;
}

function listCustomRules({ customRules }: Environment, apiUrl: string): GitHubAnswer {
  const rules = customRules.map(({ id, appId, slug }) => ({
    id,
    node_id: nodeId('DeploymentGate', id),
    enabled: true,
    app: { id: appId, node_id: nodeId('App', appId), slug, integration_url: `${apiUrl}/apps/${slug}` },
  }));
  return ok({ total_count: rules.length, custom_deployment_protection_rules: rules });
}

function showEnvironment(state: GitHubState, environment: Environment, apiUrl: string): object {
  const { branches, canAdminsBypass } = environment;
  return {
    ...showEnvironmentName(state, environment, apiUrl),
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    ...(canAdminsBypass !== undefined && { can_admins_bypass: canAdminsBypass }),
    protection_rules: showRules(environment, apiUrl),
    deployment_branch_policy:
      branches === undefined
        ? null
        : { protected_branches: branches.length === 0, custom_branch_policies: branches.length > 0 },
  };
}

/** Custom rules are not among them; they have a list of their own. */
function showRules(environment: Environment, apiUrl: string): readonly object[] {
  const { ruleIds, waitTimerMinutes, reviewers, branches } = environment;
  const rule = (id: number, type: string) => ({ id, node_id: nodeId('Gate', id), type });
  return [
    ...(waitTimerMinutes > 0
      ? [{ ...rule(ruleIds.waitTimer, 'wait_timer'), wait_timer: waitTimerMinutes }]
      : []),
    ...(reviewers.length > 0
      ? [
          {
            ...rule(ruleIds.reviewers, 'required_reviewers'),
            prevent_self_review: environment.preventSelfReview,
            reviewers: showReviewers(reviewers, apiUrl),
          },
        ]
      : []),
    ...(branches === undefined ? [] : [rule(ruleIds.branches, 'branch_policy')]),
  ];
}

function showReviewers(reviewers: readonly Reviewer[], apiUrl: string): readonly object[] {
  return reviewers.map((reviewer) => ({
    type: reviewer.type,
    reviewer: reviewer.type === 'User' ? showAccount(reviewer.account, apiUrl) : showTeam(reviewer),
  }));
}

/** Its members are not shown, and not to be had with a workflow's token. */
function showTeam({ id, slug }: Extract<Reviewer, { type: 'Team' }>): object {
  return {
    id,
    node_id: nodeId('Team', id),
    name: slug,
    slug,
    description: null,
    privacy: 'closed',
    permission: 'pull',
    parent: null,
  };
}
