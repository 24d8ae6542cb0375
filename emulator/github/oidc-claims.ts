import { randomUUID } from 'node:crypto';
import { findEnvironment } from './environment.ts';
import { fullName } from './repository.ts';
import type { GitHubState, Job, Run } from './state.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The clock of whoever checks the token is real, not the emulator's. */
const LIFE_SECONDS = 300;

/** The claims of the current job (GitHub Docs, "OpenID Connect reference"), and over them what a test asked for. */
export function jobClaims(state: GitHubState, audience: string | undefined): Claims {
  const job = currentJob(state);
  const run = state.runs.get(job.runId);
  if (!run) throw new TypeError(`job ${job.id} is of no run`);
  const now = Math.floor(Date.now() / 1000);
  const derived = {
    jti: randomUUID(),
    ...describeJob(state, run, job),
    aud: audience ?? `https://github.com/${state.repository.owner.login}`,
    iss: 'https://token.actions.githubusercontent.com',
    nbf: now - 300,
    exp: now + LIFE_SECONDS,
    iat: now,
  };
  const claims = { ...derived, sub: subject(state, derived), ...state.oidc.claims };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

function currentJob({ jobs, oidc }: GitHubState): Job {
  const job = oidc.jobId === undefined ? [...jobs.values()].at(-1) : jobs.get(oidc.jobId);
  if (!job) throw new TypeError(`there is no job ${oidc.jobId ?? ''}`);
  return job;
}

/** Every value is a string, ids too. */
function describeJob(state: GitHubState, run: Run, job: Job): Readonly<Record<string, string>> {
  const { repository } = state;
  const workflowRef = `${fullName(repository)}/${run.workflow.path}@${run.ref}`;
  const environment = job.environment && (findEnvironment(state, job.environment)?.name ?? job.environment);
  return {
    ref: run.ref,
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: 'true',
    sha: run.sha,
    repository: fullName(repository),
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    repository_visibility: repository.visibility,
    run_id: String(run.id),
    run_number: '1',
    run_attempt: String(job.attempt),
    check_run_id: String(job.id),
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    workflow: run.workflow.name,
    workflow_ref: workflowRef,
    workflow_sha: run.sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: run.sha,
    head_ref: '',
    base_ref: '',
    event_name: run.event,
    runner_environment: 'github-hosted',
    ...(environment !== undefined && { environment }),
  };
}

/** In the old form names only; in the immutable one (repositories made after 15 July 2026) names with ids. */
function subject({ oidc, repository }: GitHubState, claims: Readonly<Record<string, unknown>>): string {
  const { owner, name, id } = repository;
  const repo = oidc.usesImmutableSubject
    ? `repo:${owner.login}@${owner.id}/${name}@${id}`
    : `repo:${owner.login}/${name}`;
  const parts = (oidc.subjectKeys ?? ['repo', 'context']).map((key) => {
    if (key === 'repo') return repo;
    return key === 'context' ? subjectContext(claims) : `${key}:${escapeColons(claims[key])}`;
  });
  return parts.join(':');
}

function subjectContext(claims: Readonly<Record<string, unknown>>): string {
  if (claims['environment'] !== undefined) return `environment:${escapeColons(claims['environment'])}`;
  return claims['event_name'] === 'pull_request' ? 'pull_request' : `ref:${claims['ref']}`;
}

const escapeColons = (value: unknown): string => String(value ?? '').replaceAll(':', '%3A');
