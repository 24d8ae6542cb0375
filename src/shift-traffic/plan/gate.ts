import type { Refusal } from '../../dns/records.ts';
import type { EnvironmentRules, GateEvidence, JobClaims, Review } from '../../github/gate-evidence.ts';
import type { PassedApproval } from '../model/approval.ts';
import type { GateKind, RequiredGate } from '../model/inputs.ts';

export type GateVerdict =
  | { readonly kind: 'passed'; readonly approval: PassedApproval; readonly notices: readonly string[] }
  | ({ readonly kind: 'refused' } & Refusal);

/** The runner's own word for where the job runs, which the token must agree with. */
export type Runs = { readonly repository: string; readonly runId: string; readonly runAttempt: string };

/** Whether the token is of this very job, and the job in the environment that was asked for. */
export function judgeClaims(gate: RequiredGate, claims: JobClaims, runs: Runs): Refusal | undefined {
  const { environment } = gate;
  if (claims.environment === undefined) {
    return {
      because: 'this job runs in no environment, so nobody was asked',
      wayOut: `Add "environment: ${environment}" to the job.`,
    };
  }
  if (!isSameName(claims.environment, environment)) {
    return {
      because: `this job runs in environment ${claims.environment}, not in ${environment}`,
      wayOut: 'Correct gate-environment, or the environment of the job.',
    };
  }
  const wayOut = 'Do not set the variables of the runner by hand.';
  if (claims.runId === '' || claims.runId !== runs.runId) {
    return { because: `the job's token is of run ${claims.runId}, but this is run ${runs.runId}`, wayOut };
  }
  if (claims.runAttempt !== runs.runAttempt) {
    return {
      because: `the job's token is of attempt ${claims.runAttempt}, but this is attempt ${runs.runAttempt}`,
      wayOut,
    };
  }
  if (!isSameName(claims.repository, runs.repository)) {
    return {
      because: `the job's token is of repository ${claims.repository}, but this is ${runs.repository}`,
      wayOut,
    };
  }
  return undefined;
}

/**
 * Whether the job passed the gate that was asked for. Pure, and closed unless all of it is proved: the environment is the
 * named one, it has a rule that counts, and somebody who may has said yes to this run.
 */
export function judgeGate(gate: RequiredGate, evidence: GateEvidence): GateVerdict {
  const refusal =
    judgeRules(gate, evidence) ?? judgeStrictness(gate, evidence) ?? judgeReviews(gate.strict, evidence);
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  return { kind: 'passed', approval: describeApproval(evidence), notices: noticesOf(gate, evidence) };
}

function judgeRules({ environment, accept }: RequiredGate, evidence: GateEvidence): Refusal | undefined {
  const { name } = evidence.environment;
  if (!isSameName(name, environment)) {
    return {
      because: `GitHub was asked for environment ${environment} and answered with ${name}`,
      wayOut: 'Run the job again. An answer about another environment proves nothing.',
    };
  }
  if (rulesOf(evidence.environment).some((rule) => accept.includes(rule))) return undefined;
  return {
    because: `environment ${name} asks nobody: it has no protection rule of the kind ${accept.join(', ')}`,
    wayOut: wayOutOfNoRules(evidence.claims),
  };
}

/** Where the plan of the owner has no such rules, GitHub shows none and does not say why. */
function wayOutOfNoRules({ visibility }: JobClaims): string {
  const add =
    'Add required reviewers in the settings of the environment. Also check its name: GitHub makes a misspelt environment without any rule.';
  return visibility === 'public'
    ? add
    : `${add} In private repositories GitHub has required reviewers, wait timers and custom rules only on Enterprise Cloud. With another plan, use shift-without-reviewers.yml: see "Without reviewers" in docs/gates.md.`;
}

function rulesOf({ reviewers, waitMinutes, customRules }: EnvironmentRules): readonly GateKind[] {
  return [
    ...((reviewers?.count ?? 0) > 0 ? (['reviewers'] as const) : []),
    ...(waitMinutes > 0 ? (['wait-timer'] as const) : []),
    ...(customRules > 0 ? (['custom-rule'] as const) : []),
  ];
}

function judgeStrictness({ strict }: RequiredGate, evidence: GateEvidence): Refusal | undefined {
  if (!strict) return undefined;
  const { environment, claims } = evidence;
  if (environment.administratorsMayBypass) {
    return {
      because: `administrators may bypass the rules of environment ${environment.name}`,
      wayOut:
        'Switch "Allow administrators to bypass configured protection rules" off, or set gate-strict: false.',
    };
  }
  if (!environment.hasBranchPolicy) {
    return {
      because: `environment ${environment.name} may be used from any branch`,
      wayOut: 'Limit its deployment branches, or set gate-strict: false.',
    };
  }
  if (claims.runAttempt !== '1') {
    return {
      because: `this is attempt ${claims.runAttempt} of the run, and GitHub does not distinguish its approvals from those of earlier attempts`,
      wayOut: 'Start a new run, or set gate-strict: false.',
    };
  }
  return undefined;
}

/** GitHub compares names of environments and repositories without regard to case. */
const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function describeApproval(evidence: GateEvidence): PassedApproval {
  const { environment, claims, run, job } = evidence;
  const review = findApproval(evidence);
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
    triggeredBy: run.triggeredBy,
    workflowRef: claims.workflowRef,
  };
}

function noticesOf({ environment }: RequiredGate, evidence: GateEvidence): readonly string[] {
  const { environment: seen, claims } = evidence;
  return [
    ...(seen.administratorsMayBypass
      ? [`Administrators may bypass the rules of environment ${seen.name}; gate-strict: true refuses that.`]
      : []),
    ...(claims.runAttempt === '1'
      ? []
      : [
          `This is attempt ${claims.runAttempt} of the run: the approval may be of an earlier one. gate-strict: true refuses that.`,
        ]),
    ...(seen.name === environment
      ? []
      : [`The environment is called ${seen.name}, and gate-environment says ${environment}.`]),
  ];
}

/** Where reviewers are required, one of them must have said the exact word. */
function judgeReviews(strict: boolean, evidence: GateEvidence): Refusal | undefined {
  const { environment } = evidence;
  const reviews = reviewsOf(evidence);
  const rejected = reviews.find(({ state }) => state === 'rejected');
  if (rejected !== undefined) {
    return {
      because: `${rejected.user.login} rejected environment ${environment.name} in this run`,
      wayOut: 'Start a new run. A rejected run stays rejected, also when it is run again.',
    };
  }
  const strange = reviews.find(({ state }) => state !== 'approved' && state !== 'pending');
  if (strange !== undefined) {
    return {
      because: `the review of environment ${environment.name} by ${strange.user.login} is "${strange.state}", which is no approval`,
      wayOut: 'Start a new run, and let a reviewer approve it. A bypass by an administrator is no approval.',
    };
  }
  if (environment.reviewers === undefined || environment.reviewers.count === 0) return undefined;
  if (!reviews.some(isApproval)) {
    return {
      because: `nobody approved environment ${environment.name} in this run`,
      wayOut:
        'Start a new run, and let a reviewer approve it before its job begins. A bypass by an administrator is no approval.',
    };
  }
  return judgeSelfReview(strict, evidence);
}

function judgeSelfReview(strict: boolean, evidence: GateEvidence): Refusal | undefined {
  const { environment } = evidence;
  const byEnvironment = environment.reviewers?.preventsSelfReview === true;
  if (!byEnvironment && !strict) return undefined;
  const approvals = reviewsOf(evidence).filter(isApproval);
  if (approvals.some((review) => !isOwn(review, evidence))) return undefined;
  return {
    because: `${approvals[0]?.user.login} both started the run and approved it, which ${byEnvironment ? `environment ${environment.name}` : 'gate-strict'} forbids`,
    wayOut: 'Let somebody else approve.',
  };
}

/** Of several approvals, that of somebody who did not start the run comes first: nobody can object to it. */
function findApproval(evidence: GateEvidence): Review | undefined {
  const approvals = reviewsOf(evidence).filter(isApproval);
  return approvals.find((each) => !isOwn(each, evidence)) ?? approvals[0];
}

const reviewsOf = ({ approvals, environment }: GateEvidence): readonly Review[] =>
  approvals.filter(({ environmentIds }) => environmentIds.includes(environment.id));

const isApproval = ({ state }: Review): boolean => state === 'approved';

/**
 * Whether the reviewer is who started the run, or who ran it again. People are compared by id, as a login can be given up
 * and taken by somebody else.
 */
function isOwn({ user }: Review, { claims, run }: GateEvidence): boolean {
  return String(user.id) === claims.actorId || user.id === run.triggeredBy.id;
}
