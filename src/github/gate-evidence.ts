import { ActionError } from '../errors.ts';

/** What GitHub itself says about the job, its environment and its approval, in our words. */
export type GateEvidence = {
  readonly claims: JobClaims;
  readonly run: RunFacts;
  readonly environment: EnvironmentRules;
  readonly approvals: readonly Review[];
  /** Between these two the review was made; GitHub does not tell when. */
  readonly job: JobWindow | undefined;
};

/** From the job's OIDC token, since no variable of the runner names the environment. */
export type JobClaims = {
  /** undefined: the job has no `environment:`. */
  readonly environment: string | undefined;
  readonly repository: string;
  readonly repositoryId: string;
  /** `public`, `private` or `internal`; undefined where the server does not say. */
  readonly visibility: string | undefined;
  readonly runId: string;
  readonly runAttempt: string;
  readonly checkRunId: string;
  readonly ref: string;
  readonly sha: string;
  readonly actorId: string;
  readonly actor: string;
  readonly workflowRef: string;
};

export type RunFacts = {
  /** Who started this attempt: of a re-run not the same as the run's actor. */
  readonly triggeredBy: Person;
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

export type JobWindow = { readonly createdAt: string; readonly startedAt: string };

/** Every claim that something is decided by must be there. */
export function readClaims(value: unknown): JobClaims {
  const claims = readJson(value, "the job's OIDC token");
  const text = (name: string) => claims.get(name).text();
  const optional = (name: string) => (claims.get(name).isPresent ? text(name) : undefined);
  return {
    environment: optional('environment') || undefined,
    repository: text('repository'),
    repositoryId: text('repository_id'),
    visibility: optional('repository_visibility'),
    runId: text('run_id'),
    runAttempt: text('run_attempt'),
    checkRunId: text('check_run_id'),
    ref: text('ref'),
    sha: optional('sha') ?? '',
    actorId: text('actor_id'),
    actor: optional('actor') ?? '',
    workflowRef: optional('workflow_ref') ?? '',
  };
}

export function readRun(value: unknown): RunFacts {
  const by = readJson(value, 'the run').get('triggering_actor');
  return { triggeredBy: { id: by.get('id').number(), login: by.get('login').text() } };
}

/** @param customRules undefined: nobody asked for them. */
export function readEnvironment(value: unknown, customRules: unknown): EnvironmentRules {
  const seen = readJson(value, 'the environment');
  const rules = seen.get('protection_rules').list();
  const ofType = (type: string) => rules.find((rule) => rule.get('type').text() === type);
  const reviewers = ofType('required_reviewers');
  const selfReview = reviewers?.get('prevent_self_review');
  const policy = seen.get('deployment_branch_policy');
  return {
    id: seen.get('id').number(),
    name: seen.get('name').text(),
    reviewers: reviewers && {
      count: reviewers.get('reviewers').list().length,
      preventsSelfReview: selfReview?.isPresent === true && selfReview.flag(),
    },
    waitMinutes: ofType('wait_timer')?.get('wait_timer').number() ?? 0,
    customRules: customRules === undefined ? 0 : countCustomRules(customRules),
    hasBranchPolicy:
      policy.isPresent &&
      (policy.get('protected_branches').flag() || policy.get('custom_branch_policies').flag()),
    administratorsMayBypass: seen.get('can_admins_bypass').value !== false,
  };
}

function countCustomRules(value: unknown): number {
  const rules = readJson(value, 'the custom protection rules').get('custom_deployment_protection_rules');
  return rules.list().filter((rule) => rule.get('enabled').flag()).length;
}

export function readReviews(value: unknown): readonly Review[] {
  return readJson(value, 'approval')
    .list()
    .map((review) => {
      const user = review.get('user');
      const comment = review.get('comment');
      return {
        state: review.get('state').text(),
        comment: comment.isPresent ? comment.text() : '',
        user: { id: user.get('id').number(), login: user.get('login').text() },
        environmentIds: review
          .get('environments')
          .list()
          .map((environment) => environment.get('id').number()),
      };
    });
}

export function readJobWindow(value: unknown): JobWindow {
  const job = readJson(value, 'the job');
  return { createdAt: job.get('created_at').text(), startedAt: job.get('started_at').text() };
}

/** Foreign JSON, read member by member: one of another shape than expected is a refusal, never a default. */
type JsonReader = {
  readonly value: unknown;
  /** Neither missing nor null. */
  readonly isPresent: boolean;
  readonly get: (member: string) => JsonReader;
  readonly list: () => readonly JsonReader[];
  readonly text: () => string;
  /** A whole number, as ids and minutes are. */
  readonly number: () => number;
  readonly flag: () => boolean;
};

/** @param where what it is the answer to, for the message: `the environment`. */
function readJson(value: unknown, where: string): JsonReader {
  const wrong = (wanted: string) =>
    new ActionError(
      'gate-refused',
      `GitHub's answer has another shape than expected: ${where} is no ${wanted}`,
      {
        hint: 'An answer that cannot be read proves nothing. Please report this as a bug of this action.',
      },
    );
  const take = <T>(isWanted: (seen: unknown) => seen is T, wanted: string): T => {
    if (isWanted(value)) return value;
    throw wrong(wanted);
  };
  return {
    value,
    isPresent: value !== undefined && value !== null,
    get: (member) => {
      const object = take(isObject, 'object');
      return readJson(Object.hasOwn(object, member) ? object[member] : undefined, `${where}, ${member},`);
    },
    list: () => take(isList, 'list').map((item, index) => readJson(item, `${where} ${index + 1}`)),
    text: () => take((seen) => typeof seen === 'string', 'text'),
    number: () => take((seen): seen is number => Number.isSafeInteger(seen), 'whole number'),
    flag: () => take((seen) => typeof seen === 'boolean', 'truth value'),
  };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
