import { ActionError } from '../errors.ts';
import { type GitHubAccess, getJson, type JsonReader } from './rest.ts';

/**
 * What GitHub itself says about the job's environment and its approval. Whoever may edit the workflow could leave all
 * this out; that is what the trust policy of the AWS role is for.
 */
export type GateEvidence = {
  readonly claims: JobClaims;
  readonly environment: EnvironmentRules;
  readonly approvals: readonly Review[];
  /** Between these two the review was made; GitHub does not tell when. */
  readonly job: { readonly createdAt: string; readonly startedAt: string } | undefined;
};

/** From the job's OIDC token, since no variable of the runner names the environment. */
export type JobClaims = {
  /** undefined: the job has no `environment:`. */
  readonly environment: string | undefined;
  readonly runId: string;
  readonly runAttempt: string;
  readonly checkRunId: string | undefined;
  readonly repositoryId: string;
  readonly actorId: string;
  readonly actor: string;
  readonly workflowRef: string;
  readonly sha: string;
};

export type EnvironmentRules = {
  readonly id: number;
  readonly name: string;
  readonly reviewers: { readonly count: number; readonly preventsSelfReview: boolean } | undefined;
  readonly waitMinutes: number;
  readonly customRules: number;
  readonly hasBranchPolicy: boolean;
  /** GitHub leaves it out of its own API description; left out of an answer it counts as true. */
  readonly administratorsMayBypass: boolean;
};

export type Review = {
  /** `approved`, `rejected`, …; only the exact word `approved` is one. */
  readonly state: string;
  readonly comment: string;
  readonly user: Person;
  readonly environmentIds: readonly number[];
};

export type Person = { readonly id: number; readonly login: string };

/** Every answer that is not as it should be is a refusal: a gate that cannot be seen is a closed one. */
export async function observeGate(access: GitHubAccess, environment: string): Promise<GateEvidence> {
  const claims = await readJobClaims();
  const repository = `/repos/${access.repository}`;
  const path = `${repository}/environments/${encodeURIComponent(environment)}`;
  const [rules, custom, approvals, job] = await Promise.all([
    getJson(access, path, `read environment ${environment}`),
    getJson(access, `${path}/deployment_protection_rules`, `read the protection rules of ${environment}`),
    getJson(access, `${repository}/actions/runs/${claims.runId}/approvals`, 'read the approvals of this run'),
    readJobWindow(access, claims),
  ]);
  return {
    claims,
    environment: readRules(rules, custom),
    approvals: approvals.list().map(readReview),
    job,
  };
}

/** Our own audience: the token must not be of use to anybody else, should it ever leak. */
const audience = 'shift-traffic';

async function readJobClaims(): Promise<JobClaims> {
  const { getIDToken } = await import('@actions/core');
  let token: string;
  try {
    token = await getIDToken(audience);
  } catch (cause) {
    throw new ActionError(
      'gate-refused',
      "the job's OIDC token could not be had, so its environment is not known",
      {
        hint: 'Give the job "permissions: id-token: write". Pull requests from forks never get it.',
        cause,
      },
    );
  }
  return parseClaims(token);
}

/** The signature needs no check: the token came from GitHub itself over TLS a moment ago, not from a caller. */
export function parseClaims(token: string): JobClaims {
  const payload = token.split('.')[1] ?? '';
  let claims: Record<string, unknown>;
  try {
    claims = Object(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new ActionError('gate-refused', "the job's OIDC token cannot be read", { cause });
  }
  const text = (name: string) => (claims[name] === undefined ? '' : String(claims[name]));
  return {
    environment: text('environment') || undefined,
    runId: text('run_id'),
    runAttempt: text('run_attempt'),
    checkRunId: text('check_run_id') || undefined,
    repositoryId: text('repository_id'),
    actorId: text('actor_id'),
    actor: text('actor'),
    workflowRef: text('workflow_ref'),
    sha: text('sha'),
  };
}

function readRules(seen: JsonReader, custom: JsonReader): EnvironmentRules {
  const rules = seen.get('protection_rules').list();
  const ofType = (type: string) => rules.find((rule) => rule.get('type').text() === type);
  const reviewers = ofType('required_reviewers');
  const bypass = seen.get('can_admins_bypass').value;
  return {
    id: seen.get('id').number(),
    name: seen.get('name').text(),
    reviewers: reviewers && {
      count: reviewers.get('reviewers').list().length,
      preventsSelfReview: reviewers.get('prevent_self_review').value === true,
    },
    waitMinutes: ofType('wait_timer')?.get('wait_timer').number() ?? 0,
    customRules: custom
      .get('custom_deployment_protection_rules')
      .list()
      .filter((rule) => rule.get('enabled').value === true).length,
    hasBranchPolicy: seen.get('deployment_branch_policy').isPresent,
    administratorsMayBypass: bypass !== false,
  };
}

function readReview(seen: JsonReader): Review {
  const user = seen.get('user');
  return {
    state: seen.get('state').text(),
    comment: String(seen.get('comment').value ?? ''),
    user: { id: user.get('id').number(), login: user.get('login').text() },
    environmentIds: seen
      .get('environments')
      .list()
      .map((environment) => environment.get('id').number()),
  };
}

/** Only for the record: it proves nothing, so its absence refuses nothing. */
async function readJobWindow(access: GitHubAccess, { checkRunId }: JobClaims): Promise<GateEvidence['job']> {
  if (checkRunId === undefined) return undefined;
  try {
    const job = await getJson(
      access,
      `/repos/${access.repository}/actions/jobs/${checkRunId}`,
      'read this job',
    );
    return { createdAt: job.get('created_at').text(), startedAt: job.get('started_at').text() };
  } catch {
    return undefined;
  }
}
