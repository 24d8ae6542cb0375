import type { GitHubApi } from './api.ts';

/** What GitHub keeps of a deployment from its beginning. It cannot be changed afterwards. */
export type GitHubDeployment = {
  /** Branch, tag or commit. */
  readonly ref: string;
  /** What tells deployments to one environment apart. */
  readonly task: string;
  readonly environment: string;
  readonly description: string;
  /** Goes away some day, as a preview does. GitHub calls an inactive one "destroyed". */
  readonly isTransient: boolean;
  readonly payload: Readonly<Record<string, string | number>>;
};

export type GitHubDeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export type GitHubDeploymentStatus = {
  readonly state: GitHubDeploymentState;
  readonly description: string;
  readonly logUrl: string;
  readonly url: string | undefined;
};

const needs = {
  permission: 'deployments: write',
  orElse: 'set github-deployment: off',
  isAnnouncement: true,
} as const;

/** Returns its id. */
export async function createDeployment(api: GitHubApi, deployment: GitHubDeployment): Promise<number> {
  const wish = { doing: `record the deployment to environment ${deployment.environment}`, ...needs };
  const created = (await api.send('POST', '/deployments', wish, {
    ref: deployment.ref,
    task: deployment.task,
    environment: deployment.environment,
    description: deployment.description,
    payload: deployment.payload,
    transient_environment: deployment.isTransient,
    ...(deployment.isTransient && { production_environment: false }),
    // By default GitHub merges the base branch first, and wants every check of the commit, this job's too, to be green.
    auto_merge: false,
    required_contexts: [],
  })) as { readonly id?: number };
  return created.id ?? 0;
}

export async function addDeploymentStatus(
  api: GitHubApi,
  deploymentId: number,
  status: GitHubDeploymentStatus,
): Promise<void> {
  const wish = { doing: `record the state of deployment ${deploymentId}`, ...needs };
  await api.send('POST', `/deployments/${deploymentId}/statuses`, wish, {
    state: status.state,
    description: status.description,
    log_url: status.logUrl,
    ...(status.url !== undefined && { environment_url: status.url }),
    // True, the default, would put out the deployments of other services, and pull requests, to this environment.
    auto_inactive: false,
  });
}

type RawDeployment = { readonly id?: number };
type RawStatus = { readonly state?: string };

/**
 * Marks the deployments of that task that count as running as inactive, but for one. Newest first, and only to the first
 * that is inactive already: those before it were put out together with it.
 */
export async function retireDeployments(
  api: GitHubApi,
  which: { readonly environment: string; readonly task: string; readonly except: number | undefined },
  status: Omit<GitHubDeploymentStatus, 'state'>,
): Promise<void> {
  const wish = { doing: `list the deployments to environment ${which.environment}`, ...needs };
  const query = new URLSearchParams({ environment: which.environment, task: which.task });
  for await (const item of api.list(`/deployments?${query}`, wish)) {
    const { id = 0 } = item as RawDeployment;
    if (id === which.except) continue;
    const latest = (await api.send('GET', `/deployments/${id}/statuses?per_page=1`, wish)) as RawStatus[];
    const state = latest[0]?.state;
    if (state === 'inactive') return;
    if (state === 'failure' || state === 'error') continue;
    await addDeploymentStatus(api, id, { ...status, state: 'inactive' });
  }
}
