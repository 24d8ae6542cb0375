import type { Refusal } from '../../dns/records.ts';
import type { GateEvidence, Review } from '../../github/gate-evidence.ts';

/** Where reviewers are required, one of them must have said the exact word. */
export function judgeReviews(strict: boolean, evidence: GateEvidence): Refusal | undefined {
  const { environment } = evidence;
  const reviews = reviewsOf(evidence);
  const rejected = reviews.find(({ state }) => state === 'rejected');
  if (rejected !== undefined) {
    return {
      because: `${rejected.user.login} rejected environment ${environment.name} in this run`,
      wayOut: 'Start a new run; one that was rejected stays so, also when it is run again.',
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
      wayOut: 'Let a reviewer approve the job. A bypass by an administrator is no approval.',
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

/** Of several the one that nobody can object to. */
export function findApproval(evidence: GateEvidence): Review | undefined {
  const approvals = reviewsOf(evidence).filter(isApproval);
  return approvals.find((each) => !isOwn(each, evidence)) ?? approvals[0];
}

const reviewsOf = ({ approvals, environment }: GateEvidence): readonly Review[] =>
  approvals.filter(({ environmentIds }) => environmentIds.includes(environment.id));

const isApproval = ({ state }: Review): boolean => state === 'approved';

/** By id: a login can be given up, and taken by somebody else. Of a re-run two people are the one who started it. */
function isOwn({ user }: Review, { claims, run }: GateEvidence): boolean {
  return String(user.id) === claims.actorId || user.id === run.triggeredBy.id;
}
