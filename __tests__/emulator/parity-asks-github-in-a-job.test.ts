import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLog } from '../../parity/github/read-log.ts';
import { stableNames } from '../../parity/github/stable-names.ts';
import { judge } from '../../parity/judge.ts';
import type { Recording } from '../../parity/record.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { expectPlantsToBeFound } from '../helpers/planted-differences.ts';
import { readWorkflow } from '../helpers/workflow.ts';

/** What `.github/workflows/parity.yml` runs, with the emulator in the place of GitHub. */
const folder = mkdtempSync(join(tmpdir(), 'parity-github-'));
let emulator: EmulatorHandle;
beforeAll(async () => {
  emulator = await startEmulator();
  await emulator.post('github', {
    environments: [{ name: 'parity', reviewers: ['alice'], canAdminsBypass: true }],
    jobs: [{ environment: 'parity', name: 'A job behind a gate', status: 'in_progress' }],
    approvals: [{ run: 1001, environment: 'parity', state: 'approved', user: 'alice' }],
  });
});
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

const variables = (attempt: number): NodeJS.ProcessEnv => ({
  ...process.env,
  ...emulator.env,
  GH_TOKEN: emulator.env['GITHUB_TOKEN'],
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_REPOSITORY_ID: '5678',
  GITHUB_REPOSITORY_OWNER: 'octo',
  GITHUB_REPOSITORY_OWNER_ID: '1234',
  GITHUB_RUN_ID: '1001',
  GITHUB_RUN_NUMBER: '1',
  GITHUB_RUN_ATTEMPT: String(attempt),
  GITHUB_ACTOR: 'octocat',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_JOB: 'gated',
});

const said = ({ stdout, stderr }: SpawnSyncReturns<string>): string => `${stdout}${stderr}`;

function ask(attempt: number): Recording {
  const log = said(
    spawnSync(process.execPath, ['parity/github/job.ts'], { encoding: 'utf8', env: variables(attempt) }),
  );
  const [recording] = readLog(log);
  if (!recording) throw new Error(`no record: ${log}`);
  return recording;
}
/** Of each attempt, as it was when the run was there. */
const asked = new Map<number, Recording>();
const seen = ({ steps }: Recording, name: string): unknown =>
  steps.find((step) => step.name === name)?.output;

test('a job asks for what the gate reads, in stable names, and a planted difference is found', () => {
  const recording = ask(1);
  asked.set(1, recording);
  expect(recording).toMatchObject({ scenario: 'github-job-attempt-1', witness: 'github' });
  expect(seen(recording, 'the identity token')).toMatchObject({
    sub: 'repo:<repository>:environment:parity',
    repository_owner_id: '<owner-id>',
    lifeSeconds: 300,
  });
  expect(seen(recording, 'the environment')).toMatchObject({
    can_admins_bypass: true,
    protection_rules: [{ type: 'required_reviewers', reviewers: ['User'] }],
  });
  expect(seen(recording, 'approvals, in attempt 1')).toMatchObject([
    { state: 'approved', environments: ['parity'] },
  ]);
  expect(JSON.stringify(recording)).not.toMatch(/octo|alice|1001|5678/);
  expectPlantsToBeFound(recording);
  expect(judge(recording, ask(1), []).unlisted).toEqual([]);
});

test('the second attempt sees the approvals of the run', async () => {
  await emulator.post('github', {
    runs: [{ id: 1001, attempt: 2 }],
    jobs: [{ environment: 'parity', attempt: 2 }],
  });
  const recording = ask(2);
  asked.set(2, recording);
  expect(recording.scenario).toBe('github-job-attempt-2');
  expect(seen(recording, 'approvals, in attempt 2')).toMatchObject([{ state: 'approved' }]);
  expect(seen(recording, 'the run')).toMatchObject({ run_attempt: 2 });
});

test('what GitHub refuses is kept as well', () => {
  const { status, error } = ask(2).steps.find(({ name }) => name === 'its own rules') ?? {};
  expect([status, error]).toEqual([200, undefined]);
  const denied = spawnSync(process.execPath, ['parity/github/job.ts'], {
    encoding: 'utf8',
    env: { ...variables(1), GH_TOKEN: 'nobody' },
  });
  expect(readLog(said(denied))[0]?.steps).toContainEqual(
    expect.objectContaining({ name: 'the environment', status: 401, error: 'Bad credentials' }),
  );
});

test('a post step says what it has, and goes on saying that it runs', () => {
  const file = (name: string): string => {
    writeFileSync(join(folder, name), '');
    return join(folder, name);
  };
  const env = {
    ...variables(1),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    INPUT_TOKEN: emulator.env['GITHUB_TOKEN'],
    INPUT_SECONDS: '0',
  };
  spawnSync(process.execPath, ['parity/github/post-step/main.cjs'], { env });
  expect(readFileSync(env.GITHUB_STATE, 'utf8')).toBe('remembered=yes\n');
  const post = spawnSync(process.execPath, ['parity/github/post-step/post.cjs'], {
    encoding: 'utf8',
    env: { ...env, STATE_remembered: 'yes', PARITY_OF_THE_JOB: 'yes' },
  });
  expect(readLog(said(post))).toMatchObject([
    {
      scenario: 'github-post-step-gated',
      steps: [
        {
          output: {
            ...{ state: 'yes', input: 'there', variableOfTheJob: 'yes', summary: 'works', output: 'works' },
            ...{ tokenStatus: 200, identityStatus: 200 },
          },
        },
      ],
    },
  ]);
  const cut = `${said(post)}2026-11-29T10:00:00Z PARITY-TICK 10\n2026-11-29T10:00:10Z PARITY-TICK 20\n`;
  expect(readLog(cut)[0]?.steps.at(-1)).toMatchObject({ output: { seconds: 20 } });
});

describe('the last job', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const answers: Readonly<Record<string, string>> = {
      '/repos/octo/shop/actions/runs/1001/attempts/1/jobs?per_page=100': JSON.stringify({
        jobs: [
          { id: 1, status: 'completed' },
          { id: 2, status: 'in_progress' },
        ],
      }),
      '/repos/octo/shop/actions/jobs/1/logs':
        '2026-11-29T10:00:00Z PARITY-RECORD {"scenario":"github-job-attempt-1","witness":"github","steps":[]}\r\n',
    };
    server = createServer((request, response) => {
      const body = answers[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${Object(server.address()).port}`;
  });
  afterAll(() => server.close());

  test('finds the records in the logs of the others', async () => {
    const into = join(folder, 'recorded');
    const child = spawn(process.execPath, ['parity/github/collect.ts', into], {
      env: { ...variables(1), GITHUB_API_URL: url },
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(readdirSync(into)).toEqual(['github-job-attempt-1.json']);
  });
});

test('values are named where they are whole, longer ones first', () => {
  const rename = stableNames({ owner: 'octo', repository: 'octo/shop', number: '1', nothing: undefined });
  expect(rename({ a: 'repo:octo/shop:ref', b: ['octo', '1', '11'], c: 1 })).toEqual({
    a: 'repo:<repository>:ref',
    b: ['<owner>', '<number>', '11'],
    c: 1,
  });
});

test('the workflow is started by hand only, and its environment is the one that is asked about', () => {
  const { on, jobs } = readWorkflow('.github/workflows/parity.yml');
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(jobs['gated']?.environment).toBe('parity');
  expect(
    Object.values(jobs).flatMap(({ permissions = {} }) => Object.entries(permissions)),
  ).not.toContainEqual([expect.not.stringMatching(/^id-token$/), 'write']);
});

test('the emulator answers as GitHub did, where somebody has recorded that', () => {
  expect([...asked.keys()]).toEqual([1, 2]);
  for (const recording of asked.values()) {
    const file = join('__tests__/recorded', `${recording.scenario}.json`);
    if (!existsSync(file)) continue;
    const expected: Recording = JSON.parse(readFileSync(file, 'utf8'));
    expect([expected.witness, judge(expected, recording, []).unlisted]).toEqual(['github', []]);
  }
});
