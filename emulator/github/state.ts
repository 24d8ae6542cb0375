import type { Clock } from '../world.ts';
import { ACTIONS_BOT, type Account, type Accounts, type Caller, createAccounts } from './identities.ts';

/** All that the emulated GitHub knows: one repository, what is in it, and who may ask. */
export type GitHubState = {
  readonly accounts: Accounts;
  readonly tokens: Map<string, Caller>;
  readonly repository: Repository;
  readonly environments: Environment[];
  readonly runs: Map<number, Run>;
  readonly jobs: Map<number, Job>;
  readonly reviews: Review[];
  readonly pullRequests: Map<number, PullRequest>;
  readonly comments: Comment[];
  readonly deployments: Deployment[];
  readonly oidc: OidcSettings;
  /** Ids are unique over all kinds, so that one taken for another is found out. */
  readonly newId: () => number;
  /** GitHub's form, without fractions of a second. */
  readonly now: () => string;
};

export type Repository = {
  id: number;
  owner: Account;
  name: string;
  visibility: 'public' | 'private' | 'internal';
  defaultBranch: string;
  /** Refs that a deployment would first merge the default branch into. */
  behindDefaultBranch: readonly string[];
};

export type Reviewer =
  | { readonly type: 'User'; readonly account: Account }
  | {
      readonly type: 'Team';
      readonly slug: string;
      readonly id: number;
    };

export type Environment = {
  readonly id: number;
  readonly name: string;
  readonly ruleIds: { readonly waitTimer: number; readonly reviewers: number; readonly branches: number };
  waitTimerMinutes: number;
  reviewers: readonly Reviewer[];
  preventSelfReview: boolean;
  /** Undefined: any branch. An empty list: the protected branches. */
  branches: readonly string[] | undefined;
  /** Undefined: the answer leaves the member out, as GitHub's OpenAPI description does. */
  canAdminsBypass: boolean | undefined;
  customRules: readonly { readonly id: number; readonly appId: number; readonly slug: string }[];
  readonly createdAt: string;
  updatedAt: string;
};

export type Run = {
  readonly id: number;
  attempt: number;
  event: string;
  ref: string;
  sha: string;
  actor: Account;
  triggeringActor: Account;
  workflow: { readonly name: string; readonly path: string };
  readonly createdAt: string;
  startedAt: string;
};

export type Job = {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  name: string;
  status: 'queued' | 'waiting' | 'in_progress' | 'completed';
  conclusion: string | undefined;
  environment: string | undefined;
  createdAt: string;
  startedAt: string;
  completedAt: string | undefined;
};

/** One answer of a reviewer, or of an administrator who went round the rules. */
export type Review = {
  readonly runId: number;
  readonly environmentIds: readonly number[];
  /** `skipped` is in no description of GitHub's but was reported from the field. */
  readonly state: string;
  readonly account: Account;
  readonly comment: string;
};

export type PullRequest = {
  readonly number: number;
  readonly id: number;
  title: string;
  state: 'open' | 'closed';
  isDraft: boolean;
  mergedAt: string | undefined;
  closedAt: string | undefined;
  author: Account;
  /** `owner/name` of where the branch lives; undefined when that fork was deleted. */
  headRepository: string | undefined;
  headRef: string;
  headSha: string;
  baseRef: string;
  labels: readonly string[];
  readonly createdAt: string;
  updatedAt: string;
};

export type Comment = {
  readonly id: number;
  readonly issueNumber: number;
  readonly author: Account;
  body: string;
  /** Why it was hidden; undefined when it is shown. */
  minimizedReason: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
};

export type Deployment = {
  readonly id: number;
  readonly ref: string;
  readonly sha: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | undefined;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly creator: Account;
  readonly createdAt: string;
  updatedAt: string;
  /** Oldest first. */
  readonly statuses: DeploymentStatus[];
};

export type DeploymentStatus = {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: Account;
  readonly createdAt: string;
};

export type OidcSettings = {
  /** The job whose token is asked for; the newest unless said otherwise. */
  jobId: number | undefined;
  /** Over the derived ones; `null` leaves a claim out. */
  claims: Readonly<Record<string, unknown>>;
  usesImmutableSubject: boolean;
  /** Undefined: the usual form of the subject. */
  subjectKeys: readonly string[] | undefined;
};

export const WORKFLOW_TOKEN = 'ghs_emulatedWorkflowToken0000000000000000';
/** With it a job asks for its identity token, and for nothing else. */
export const ID_TOKEN_REQUEST_TOKEN = 'emulatedIdTokenRequestToken';
const FIRST_RUN = 1001;
const FIRST_COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A repository with one run of one job, so that an action can be started without any set-up. */
export function createGitHubState(clock: Clock): GitHubState {
  const accounts = createAccounts();
  let lastId = 7_000_000;
  const newId = (): number => {
    lastId += 1;
    return lastId;
  };
  const now = (): string => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const owner: Account = { login: 'octo', id: 1234, type: 'Organization' };
  accounts.put(owner);
  const actor = accounts.named('octocat');
  const run: Run = {
    id: FIRST_RUN,
    attempt: 1,
    event: 'workflow_dispatch',
    ref: 'refs/heads/main',
    sha: FIRST_COMMIT,
    actor,
    triggeringActor: actor,
    workflow: { name: 'Shift traffic', path: '.github/workflows/shift.yml' },
    createdAt: now(),
    startedAt: now(),
  };
  const job: Job = {
    id: newId(),
    runId: run.id,
    attempt: 1,
    name: 'shift',
    status: 'in_progress',
    conclusion: undefined,
    environment: undefined,
    createdAt: now(),
    startedAt: now(),
    completedAt: undefined,
  };
  return {
    accounts,
    tokens: new Map([
      [WORKFLOW_TOKEN, { account: ACTIONS_BOT, kind: 'api', permissions: EVERYTHING }],
      [ID_TOKEN_REQUEST_TOKEN, { account: ACTIONS_BOT, kind: 'job', permissions: {} }],
    ]),
    repository: {
      id: 5678,
      owner,
      name: 'shop',
      visibility: 'public',
      defaultBranch: 'main',
      behindDefaultBranch: [],
    },
    environments: [],
    runs: new Map([[run.id, run]]),
    jobs: new Map([[job.id, job]]),
    reviews: [],
    pullRequests: new Map(),
    comments: [],
    deployments: [],
    oidc: {
      jobId: undefined,
      claims: {},
      usesImmutableSubject: false,
      subjectKeys: undefined,
    },
    newId,
    now,
  };
}

/** What a workflow's token can be given at most of what is emulated. */
const EVERYTHING = {
  actions: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
} as const;
