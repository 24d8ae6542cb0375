import { type GitHubRequest, notFound, ok, type Route } from './api.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import { fullName, repositoryUrl, requireRepository, showRepository } from './repository.ts';
import type { GitHubState, Job, Run } from './state.ts';

const READ = ['actions=read'];
export const RUN_PATH = '/repos/{owner}/{repo}/actions/runs/{run_id}';

/** Runs of workflows and their jobs. Nothing runs by itself: a test says how far they are. */
export function runRoutes(state: GitHubState): readonly Route[] {
  return [
    {
      operation: 'actions/get-workflow-run',
      method: 'GET',
      path: RUN_PATH,
      needs: READ,
      answer: (request) => ok(showRun(state, findRun(state, request), request.apiUrl)),
    },
    {
      operation: 'actions/get-job-for-workflow-run',
      method: 'GET',
      path: '/repos/{owner}/{repo}/actions/jobs/{job_id}',
      needs: READ,
      answer: (request) => {
        requireRepository(request, state.repository);
        const job = state.jobs.get(Number(request.params['job_id']));
        if (!job) throw notFound();
        return ok(showJob(state, job, request.apiUrl));
      },
    },
  ];
}

export function findRun(state: GitHubState, request: GitHubRequest): Run {
  requireRepository(request, state.repository);
  const found = state.runs.get(Number(request.params['run_id']));
  if (!found) throw notFound();
  return found;
}

function showRun(state: GitHubState, run: Run, apiUrl: string): object {
  const { repository } = state;
  const here = repositoryUrl(apiUrl, repository);
  const url = `${here}/actions/runs/${run.id}`;
  const jobs = [...state.jobs.values()].filter((job) => job.runId === run.id && job.attempt === run.attempt);
  const isOver = jobs.every(({ status }) => status === 'completed');
  const isWaiting = jobs.some(({ status }) => status === 'waiting');
  const failed = jobs.some(({ conclusion }) => conclusion !== 'success');
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
    head_sha: run.sha,
    path: run.workflow.path,
    run_number: 1,
    run_attempt: run.attempt,
    event: run.event,
    display_title: run.workflow.name,
    status: isOver ? 'completed' : isWaiting ? 'waiting' : 'in_progress',
    conclusion: isOver ? (failed ? 'failure' : 'success') : null,
    url,
    html_url: `https://github.com/${fullName(repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.startedAt,
    actor: showAccount(run.actor, apiUrl),
    triggering_actor: showAccount(run.triggeringActor, apiUrl),
    run_started_at: run.startedAt,
    jobs_url: `${url}/jobs`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    repository: showRepository(repository, apiUrl),
    head_repository: showRepository(repository, apiUrl),
  };
}

function showJob(state: GitHubState, job: Job, apiUrl: string): object {
  const { repository } = state;
  const here = repositoryUrl(apiUrl, repository);
  const run = state.runs.get(job.runId);
  return {
    id: job.id,
    run_id: job.runId,
    run_url: `${here}/actions/runs/${job.runId}`,
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run?.sha ?? '',
    head_branch: run?.ref.replace(/^refs\/(heads|tags)\//, '') ?? null,
    url: `${here}/actions/jobs/${job.id}`,
    html_url: `https://github.com/${fullName(repository)}/actions/runs/${job.runId}/job/${job.id}`,
    check_run_url: `${here}/check-runs/${job.id}`,
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt ?? null,
    name: job.name,
    steps: [],
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: job.status === 'waiting' ? null : 'GitHub Actions 1',
    runner_group_id: 0,
    runner_group_name: 'GitHub Actions',
    workflow_name: run?.workflow.name ?? null,
  };
}
