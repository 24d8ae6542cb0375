import { ActionError } from '../errors.ts';
import type { GitHubApi } from './api.ts';
import {
  type GateEvidence,
  type JobClaims,
  type JobWindow,
  readClaims,
  readEnvironment,
  readJobWindow,
  readReviews,
  readRun,
} from './gate-evidence.ts';
import { requestIdTokenClaims } from './id-token.ts';

/**
 * Reads what GitHub itself says about the job. Whoever may edit the workflow could leave all this out; that is what the
 * trust policy of the AWS role is for. Every answer that is not as it should be is a refusal: a gate that cannot be seen
 * is a closed one.
 */

const audience = 'shift-traffic';

export async function observeClaims(): Promise<JobClaims> {
  let claims: unknown;
  try {
    claims = await requestIdTokenClaims(audience);
  } catch (cause) {
    throw new ActionError(
      'gate-refused',
      'GitHub gave no OIDC token, so the environment of the job is not known',
      { hint: hintForToken(cause), cause },
    );
  }
  return readClaims(claims);
}

/** Without the permission the runner sets no address to ask at, which the toolkit says in these words. */
function hintForToken(cause: unknown): string {
  const isUnset = cause instanceof Error && /Unable to get ACTIONS_ID_TOKEN/.test(cause.message);
  return isUnset
    ? 'Give the job "permissions: id-token: write". Pull requests from forks never get a token.'
    : "Run the job again: GitHub's token service did not answer as it should.";
}

const permission = 'actions: read';

/** @param withCustomRules they are asked for only where they count. */
export async function observeGate(
  api: GitHubApi,
  claims: JobClaims,
  environment: string,
  { withCustomRules }: { readonly withCustomRules: boolean },
): Promise<GateEvidence> {
  const path = `/environments/${encodeURIComponent(environment)}`;
  const runPath = `/actions/runs/${claims.runId}`;
  const read = (at: string, doing: string) => api.send('GET', at, { doing, permission });
  const [rules, customRules, run, approvals, job] = await closedOnFailure(
    Promise.all([
      api.find(path, { doing: `read environment ${environment}`, permission }),
      withCustomRules
        ? read(`${path}/deployment_protection_rules`, `read the custom rules of environment ${environment}`)
        : undefined,
      read(runPath, 'read this run'),
      read(`${runPath}/approvals`, 'read the approvals of this run'),
      observeWindow(read(`/actions/jobs/${claims.checkRunId}`, 'read this job')),
    ]),
  );
  if (rules === undefined) throw refuseMissing(environment, claims);
  return {
    claims,
    run: readRun(run),
    environment: readEnvironment(rules, customRules),
    approvals: readReviews(approvals),
    job,
  };
}

/** A job cannot run in an environment that is not there; so it is the token, or the plan, that does not show it. */
function refuseMissing(environment: string, { visibility }: JobClaims): ActionError {
  const plan =
    visibility === 'public' ? '' : ' Private repositories have environments only on a paid plan of GitHub.';
  return new ActionError('gate-refused', `GitHub shows no environment ${environment} to this job's token`, {
    hint: `Give the job "permissions: actions: read".${plan}`,
  });
}

async function closedOnFailure<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof ActionError)) throw cause;
    const { message, hint } = cause;
    throw new ActionError('gate-refused', message, { ...(hint !== undefined && { hint }), cause });
  }
}

/** Only for the record: it proves nothing, so its absence refuses nothing. */
async function observeWindow(reading: Promise<unknown>): Promise<JobWindow | undefined> {
  try {
    return readJobWindow(await reading);
  } catch {
    return undefined;
  }
}
