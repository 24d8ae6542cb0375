import type { Recording, Step } from '../record.ts';
import { stableNames } from './stable-names.ts';

/** What a job of `.github/workflows/parity.yml` asks GitHub; its record is a line of the log, which `collect.ts` finds. */
const env = process.env;
const attempt = env['GITHUB_RUN_ATTEMPT'] ?? '1';
const ENVIRONMENT = 'parity';
const repository = `/repos/${env['GITHUB_REPOSITORY']}`;
const run = `${repository}/actions/runs/${env['GITHUB_RUN_ID']}`;
const steps: Step[] = [];

type Answer = { readonly status: number; readonly body: unknown };

async function get(url: string, token: string | undefined): Promise<Answer> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** `keep` says what of an answer is kept: nothing that names a person or a secret is. */
async function step(
  name: string,
  path: string,
  keep: (body: Record<string, unknown>) => unknown,
): Promise<Answer> {
  const answer = await get(`${env['GITHUB_API_URL']}${path}`, env['GH_TOKEN']);
  const { status, body } = answer;
  const operation = `GET ${path.replace(repository, '').replace(env['GITHUB_RUN_ID'] ?? '', '{run}')}`;
  if (status === 200) steps.push({ name, operation, input: {}, status, output: keep(Object(body)) });
  else steps.push({ name, operation, input: {}, status, error: String(Object(body)['message']) });
  return answer;
}

const listOf = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value : []);
const namesIn = (value: unknown): readonly string[] => Object.keys(Object(value)).sort();

async function claimsOfJob(): Promise<Readonly<Record<string, unknown>>> {
  const url = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=parity`;
  const { body } = await get(url, env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
  const token = String(Object(body)['value']);
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const claims = await claimsOfJob();
const { jti, iat, nbf, exp, ...rest } = claims;
const lifeSeconds = Number(exp) - Number(iat);
steps.push({
  name: 'the identity token',
  operation: 'none',
  input: {},
  status: 200,
  output: { ...rest, lifeSeconds, earlySeconds: Number(iat) - Number(nbf), hasId: jti !== undefined },
});

const person = (value: unknown) => ({
  has: namesIn(value).filter((name) => ['id', 'login', 'type'].includes(name)),
});

await step('the environment', `${repository}/environments/${ENVIRONMENT}`, (body) => ({
  members: namesIn(body),
  can_admins_bypass: body['can_admins_bypass'] ?? 'not told',
  deployment_branch_policy: body['deployment_branch_policy'],
  protection_rules: listOf(body['protection_rules']).map((rule) => ({
    type: rule['type'],
    prevent_self_review: rule['prevent_self_review'] ?? 'not told',
    reviewers: listOf(rule['reviewers']).map(({ type }) => type),
  })),
}));
await step('its own rules', `${repository}/environments/${ENVIRONMENT}/deployment_protection_rules`, namesIn);
await step(`approvals, in attempt ${attempt}`, `${run}/approvals`, (body) =>
  listOf(Object.values(body)).map((review) => ({
    members: namesIn(review),
    state: review['state'],
    environments: listOf(review['environments']).map(({ name }) => name),
    user: person(review['user']),
  })),
);
await step('deployments that wait', `${run}/pending_deployments`, (body) => Object.values(body).length);
await step('the run', run, (body) => ({
  run_attempt: body['run_attempt'],
  status: body['status'],
  triggering_actor: person(body['triggering_actor']),
}));
await step(
  'the job, by the id in its token',
  `${repository}/actions/jobs/${String(claims['check_run_id'])}`,
  (body) => ({
    run_attempt: body['run_attempt'],
    status: body['status'],
    waited: Date.parse(String(body['started_at'])) >= Date.parse(String(body['created_at'])),
  }),
);
await step('jobs of this attempt', `${run}/attempts/${attempt}/jobs`, (body) =>
  listOf(body['jobs'])
    .map(({ name, status, run_attempt }) => ({ name, status, run_attempt }))
    .sort((a, b) => String(a.name).localeCompare(String(b.name), 'en')),
);

const rename = stableNames({
  repository: env['GITHUB_REPOSITORY'],
  'repository-id': env['GITHUB_REPOSITORY_ID'],
  owner: env['GITHUB_REPOSITORY_OWNER'],
  'owner-id': env['GITHUB_REPOSITORY_OWNER_ID'],
  actor: env['GITHUB_ACTOR'],
  'actor-id': env['GITHUB_ACTOR_ID'],
  run: env['GITHUB_RUN_ID'],
  'run-number': env['GITHUB_RUN_NUMBER'],
  commit: env['GITHUB_SHA'],
  ref: env['GITHUB_REF'],
  'check-run': String(claims['check_run_id']),
});
const recording: Recording = {
  scenario: `github-job-attempt-${attempt}`,
  witness: 'github',
  steps: rename(steps) as readonly Step[],
};
process.stdout.write(`PARITY-RECORD ${JSON.stringify(recording)}\n`);
