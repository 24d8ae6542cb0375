import { ensureEnvironment } from './environment.ts';
import {
  type Given,
  readAccount,
  readBoolean,
  readChoice,
  readGiven,
  readList,
  readNumber,
  readText,
  readTexts,
  requireNumber,
  requireText,
} from './reading.ts';
import type { GitHubState, Job, Reviewer, Run } from './state.ts';

/** Made, or changed where members are given. A reviewer is a login, or a team. */
export function setUpEnvironment(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'environments', [
    'name',
    'reviewers',
    'preventSelfReview',
    'waitTimerMinutes',
    'branches',
    'canAdminsBypass',
    'customRules',
  ]);
  const environment = ensureEnvironment(state, requireText(given, 'name'));
  if (given['reviewers'] !== undefined) {
    environment.reviewers = readList(given, 'reviewers').map((each) => readReviewer(state, each));
  }
  environment.preventSelfReview = readBoolean(given, 'preventSelfReview') ?? environment.preventSelfReview;
  environment.waitTimerMinutes = readNumber(given, 'waitTimerMinutes') ?? environment.waitTimerMinutes;
  if (given['branches'] !== undefined) environment.branches = readBranches(given);
  if (given['canAdminsBypass'] === null) environment.canAdminsBypass = undefined;
  else environment.canAdminsBypass = readBoolean(given, 'canAdminsBypass') ?? environment.canAdminsBypass;
  environment.customRules =
    readTexts(given, 'customRules')?.map((slug) => ({ id: state.newId(), appId: state.newId(), slug })) ??
    environment.customRules;
  environment.updatedAt = state.now();
}

/** `null`: any branch; `"protected"`: the protected ones; a list: patterns. */
function readBranches(given: Given): readonly string[] | undefined {
  if (given['branches'] === null) return undefined;
  if (given['branches'] === 'protected') return [];
  return readTexts(given, 'branches');
}

function readReviewer(state: GitHubState, value: unknown): Reviewer {
  if (typeof value === 'string') return { type: 'User', account: state.accounts.named(value) };
  const given = readGiven(value, 'reviewers', ['team']);
  return { type: 'Team', slug: requireText(given, 'team'), id: state.newId() };
}

/** A higher `attempt` is a re-run: it begins now, and the jobs of the earlier one stay. */
export function setUpRun(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'runs', [
    'id',
    'attempt',
    'event',
    'ref',
    'sha',
    'actor',
    'triggeringActor',
    'workflow',
    'workflowPath',
  ]);
  const id = requireNumber(given, 'id');
  const before = state.runs.get(id);
  const run = before ?? newRun(state, id);
  state.runs.set(id, run);
  const attempt = readNumber(given, 'attempt') ?? run.attempt;
  if (attempt !== run.attempt) Object.assign(run, { attempt, startedAt: state.now() });
  run.event = readText(given, 'event') ?? run.event;
  run.ref = readText(given, 'ref') ?? run.ref;
  run.sha = readText(given, 'sha') ?? run.sha;
  const actor = readAccount(given, 'actor', state.accounts);
  if (actor) Object.assign(run, { actor, triggeringActor: actor });
  run.triggeringActor = readAccount(given, 'triggeringActor', state.accounts) ?? run.triggeringActor;
  run.workflow = {
    name: readText(given, 'workflow') ?? run.workflow.name,
    path: readText(given, 'workflowPath') ?? run.workflow.path,
  };
}

function newRun(state: GitHubState, id: number): Run {
  const actor = state.accounts.named('octocat');
  return {
    id,
    attempt: 1,
    event: 'workflow_dispatch',
    ref: `refs/heads/${state.repository.defaultBranch}`,
    sha: id.toString(16).padStart(40, '0'),
    actor,
    triggeringActor: actor,
    workflow: { name: 'Shift traffic', path: '.github/workflows/shift.yml' },
    createdAt: state.now(),
    startedAt: state.now(),
  };
}

/** A job of the newest run unless said otherwise; naming an environment makes it, as on GitHub. */
export function setUpJob(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'jobs', [
    'id',
    'run',
    'attempt',
    'name',
    'environment',
    'status',
    'conclusion',
    'createdAt',
    'startedAt',
  ]);
  const runId = readNumber(given, 'run') ?? [...state.runs.keys()].at(-1) ?? 0;
  const run = state.runs.get(runId);
  if (!run) throw new TypeError(`there is no run ${runId}`);
  const id = readNumber(given, 'id') ?? state.newId();
  const job = state.jobs.get(id) ?? newJob(state, id, run);
  job.name = readText(given, 'name') ?? job.name;
  const environment = readText(given, 'environment');
  if (environment !== undefined) job.environment = ensureEnvironment(state, environment).name;
  job.status = readChoice(given, 'status', ['queued', 'waiting', 'in_progress', 'completed']) ?? job.status;
  job.conclusion = readText(given, 'conclusion') ?? job.conclusion;
  job.createdAt = readText(given, 'createdAt') ?? job.createdAt;
  job.startedAt = readText(given, 'startedAt') ?? job.startedAt;
  const attempt = readNumber(given, 'attempt') ?? job.attempt;
  state.jobs.set(id, { ...job, attempt });
}

function newJob(state: GitHubState, id: number, run: Run): Job {
  return {
    id,
    runId: run.id,
    attempt: run.attempt,
    name: 'shift',
    status: 'in_progress',
    conclusion: undefined,
    environment: undefined,
    createdAt: state.now(),
    startedAt: state.now(),
    completedAt: undefined,
  };
}

/** As it would be listed, whatever the rules say: also what nobody could have done through the API. */
export function setUpApproval(state: GitHubState, value: unknown): void {
  const given = readGiven(value, 'approvals', ['run', 'environment', 'state', 'user', 'comment']);
  const runId = readNumber(given, 'run') ?? [...state.runs.keys()].at(-1) ?? 0;
  if (!state.runs.has(runId)) throw new TypeError(`there is no run ${runId}`);
  state.reviews.push({
    runId,
    environmentIds: [ensureEnvironment(state, requireText(given, 'environment')).id],
    state: readText(given, 'state') ?? 'approved',
    account: readAccount(given, 'user', state.accounts) ?? state.accounts.named('reviewer'),
    comment: readText(given, 'comment') ?? '',
  });
}
