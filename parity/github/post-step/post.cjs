const { appendFileSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');

const { env } = process;
const TICK_SECONDS = 10;

const tries = (work) => {
  try {
    work();
    return 'works';
  } catch (error) {
    return `fails: ${error.code ?? error.message}`;
  }
};

async function statusOf(url, token) {
  try {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' };
    return (await fetch(url, { headers, signal: AbortSignal.timeout(20_000) })).status;
  } catch (error) {
    return `fails: ${error.message}`;
  }
}

async function main() {
  const has = (name) => (env[name] ? 'there' : 'missing');
  const output = {
    state: env.STATE_remembered ?? 'missing',
    input: has('INPUT_TOKEN'),
    variableOfTheJob: env.PARITY_OF_THE_JOB ?? 'missing',
    summary: tries(() => appendFileSync(env.GITHUB_STEP_SUMMARY, '')),
    output: tries(() => appendFileSync(env.GITHUB_OUTPUT, '')),
    attempt: has('GITHUB_RUN_ATTEMPT'),
    tokenStatus: await statusOf(`${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}`, env.INPUT_TOKEN),
    identityRequest: has('ACTIONS_ID_TOKEN_REQUEST_URL'),
    identityStatus: env.ACTIONS_ID_TOKEN_REQUEST_URL
      ? await statusOf(
          `${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=parity`,
          env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
        )
      : 'not asked',
  };
  const step = { name: 'what it has', operation: 'none', input: {}, status: 0, output };
  const recording = { scenario: `github-post-step-${env.GITHUB_JOB}`, witness: 'github', steps: [step] };
  process.stdout.write(`PARITY-RECORD ${JSON.stringify(recording)}\n`);
  for (let seconds = 0; seconds < Number(env.INPUT_SECONDS ?? 0); seconds += TICK_SECONDS) {
    await delay(TICK_SECONDS * 1000);
    process.stdout.write(`PARITY-TICK ${seconds + TICK_SECONDS}\n`);
  }
}

main().catch((error) => {
  process.stdout.write(`PARITY-FAILED ${error.message}\n`);
  process.exitCode = 1;
});
