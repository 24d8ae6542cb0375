import type { Refusal } from '../dns/records.ts';
import type { EnvironmentRules, GateEvidence, Person } from '../github/gate.ts';
import type { GateInputs, GateKind } from './inputs.ts';

/** What let this job change records, for the record. */
export type Approval =
  /** The mode changes nothing, or can only take from green. */
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'off' }
  | {
      readonly kind: 'approved';
      readonly environment: { readonly id: number; readonly name: string };
      readonly rules: readonly GateKind[];
      readonly administratorsMayBypass: boolean;
      /** undefined: a rule other than reviewers let the job pass. */
      readonly approver: Person | undefined;
      readonly comment: string | undefined;
      readonly window: GateEvidence['job'];
      readonly checkRunId: string | undefined;
      readonly repositoryId: string;
      readonly actor: Person;
      readonly workflowRef: string;
    };

export type GateVerdict =
  | { readonly kind: 'passed'; readonly approval: Approval; readonly notices: readonly string[] }
  | ({ readonly kind: 'refused' } & Refusal);

type RequiredGate = Extract<GateInputs, { kind: 'required' }>;

/**
 * Whether the job passed the gate that was asked for. Pure, and closed unless all of it is proved: the environment is the
 * named one, it has a rule that counts, and somebody who may has said yes to this run.
 *
 * @param runId of the runner's own variable, which the token must agree with.
 */
export function judgeGate(gate: RequiredGate, evidence: GateEvidence, runId: string): GateVerdict {
  const refusal =
    judgeClaims(gate, evidence, runId) ??
    judgeRules(gate, evidence.environment) ??
    judgeReviews(gate, evidence);
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  return { kind: 'passed', approval: describeApproval(evidence), notices: noticesOf(gate, evidence) };
}

function judgeClaims(
  { environment }: RequiredGate,
  { claims }: GateEvidence,
  runId: string,
): Refusal | undefined {
  if (claims.environment === undefined) {
    return {
      because: 'this job runs in no environment, so nobody was asked',
      wayOut: `Add "environment: ${environment}" to the job.`,
    };
  }
  if (claims.environment.toLowerCase() !== environment.toLowerCase()) {
    return {
      because: `this job runs in environment ${claims.environment}, not in ${environment}`,
      wayOut: 'Correct gate-environment, or the environment of the job.',
    };
  }
  if (claims.runId !== runId) {
    return {
      because: `the job's token is of run ${claims.runId}, but this is run ${runId}`,
      wayOut: 'Do not set GITHUB_RUN_ID by hand.',
    };
  }
  return undefined;
}

function rulesOf({ reviewers, waitMinutes, customRules }: EnvironmentRules): readonly GateKind[] {
  return [
    ...((reviewers?.count ?? 0) > 0 ? (['reviewers'] as const) : []),
    ...(waitMinutes > 0 ? (['wait-timer'] as const) : []),
    ...(customRules > 0 ? (['custom-rule'] as const) : []),
  ];
}

function judgeRules({ accept, strict }: RequiredGate, environment: EnvironmentRules): Refusal | undefined {
  const { name } = environment;
  if (!rulesOf(environment).some((rule) => accept.includes(rule))) {
    return {
      because: `environment ${name} asks nobody: it has no protection rule of the kind ${accept.join(', ')}`,
      wayOut:
        'Add required reviewers in the settings of the environment. In private repositories GitHub has them only on Enterprise Cloud; a name that does not exist is created without any rule.',
    };
  }
  if (strict && environment.administratorsMayBypass) {
    return {
      because: `administrators may bypass the rules of environment ${name}`,
      wayOut:
        'Switch "Allow administrators to bypass configured protection rules" off, or set gate-strict: false.',
    };
  }
  if (strict && !environment.hasBranchPolicy) {
    return {
      because: `environment ${name} may be used from any branch`,
      wayOut: 'Limit its deployment branches, or set gate-strict: false.',
    };
  }
  return undefined;
}

/** Where reviewers are required, one of them must have said the exact word; a `skipped` by an administrator is none. */
function judgeReviews(
  { strict }: RequiredGate,
  { environment, approvals, claims }: GateEvidence,
): Refusal | undefined {
  const reviews = approvals.filter(({ environmentIds }) => environmentIds.includes(environment.id));
  const rejected = reviews.find(({ state }) => state === 'rejected');
  if (rejected !== undefined) {
    return {
      because: `${rejected.user.login} rejected environment ${environment.name} in this run`,
      wayOut: 'Start a new run; one that was rejected stays so, also when it is run again.',
    };
  }
  if (environment.reviewers === undefined || environment.reviewers.count === 0) return undefined;
  const approved = reviews.filter(({ state }) => state === 'approved');
  const [first] = approved;
  if (first === undefined) {
    return {
      because: `nobody approved environment ${environment.name} in this run${reviews.length > 0 ? ` (${reviews.map(({ state }) => state).join(', ')})` : ''}`,
      wayOut: 'Let a reviewer approve the job. A bypass by an administrator is no approval.',
    };
  }
  const others = approved.filter(({ user }) => String(user.id) !== claims.actorId);
  if ((strict || environment.reviewers.preventsSelfReview) && others.length === 0) {
    return {
      because: `${first.user.login} both started the run and approved it, which ${strict ? 'gate-strict' : `environment ${environment.name}`} forbids`,
      wayOut: 'Let somebody else approve.',
    };
  }
  return undefined;
}

function describeApproval({ environment, approvals, claims, job }: GateEvidence): Approval {
  const approved = approvals.filter(
    ({ state, environmentIds }) => state === 'approved' && environmentIds.includes(environment.id),
  );
  const review = approved.find(({ user }) => String(user.id) !== claims.actorId) ?? approved[0];
  return {
    kind: 'approved',
    environment: { id: environment.id, name: environment.name },
    rules: rulesOf(environment),
    administratorsMayBypass: environment.administratorsMayBypass,
    approver: review?.user,
    comment: review === undefined || review.comment === '' ? undefined : review.comment,
    window: job,
    checkRunId: claims.checkRunId,
    repositoryId: claims.repositoryId,
    actor: { id: Number(claims.actorId), login: claims.actor },
    workflowRef: claims.workflowRef,
  };
}

function noticesOf({ strict, environment }: RequiredGate, evidence: GateEvidence): readonly string[] {
  const { environment: seen } = evidence;
  return [
    ...(!strict && seen.administratorsMayBypass
      ? [`Administrators may bypass the rules of environment ${seen.name}; gate-strict: true refuses that.`]
      : []),
    ...(seen.name !== environment
      ? [`The environment is written ${seen.name}, gate-environment says ${environment}.`]
      : []),
  ];
}
