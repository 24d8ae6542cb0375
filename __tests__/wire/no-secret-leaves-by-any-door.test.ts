import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentRun } from '../helpers/deployments.ts';
import { type FakeDocker, installFakeDocker } from '../helpers/fake-docker.ts';
import { SHOP } from '../helpers/github.ts';
import { type Previews, startPreviews } from '../helpers/previews.ts';

/** One in each input that may hold a secret, and in what the job has besides. */
const planted = {
  buildSecret: 'canary-build-secret-first',
  buildSecretLine: 'canary-build-secret-second',
  buildArgument: 'canary-build-argument',
  environmentValue: 'canary-environment-value',
  sourceValue: 'canary-apprunner-yaml-run',
  sourceBuildValue: 'canary-apprunner-yaml-build',
  secretKey: 'canary-aws-secret-access-key',
  sessionToken: 'canary-aws-session-token',
  dockerLogin: 'canary-docker-login-of-another-registry',
} as const;
type Canary = keyof typeof planted | 'registryPassword' | 'registryLogin' | 'githubToken';

/** Hands a build on to `pushing-docker`, but first says aloud all that it is given. */
const talkative = `
printf '%s\\n' "$@" >> "$NOTES/argv"
if [ "$1 $2" = "buildx build" ]; then
  login=$(node -e 'const {auths} = require(process.env.DOCKER_CONFIG + "/config.json"); console.log(Object.values(auths).at(-1).auth)')
  printf '%s' "$login" > "$NOTES/login"
  echo "the login is $login, the password $(printf '%s' "$login" | base64 -d | cut -d: -f2)"
  for word; do case "$word" in
    id=*,src=*) echo "the secret is $(cat "\${word#*src=}")";;
    *=*) echo "the argument is $word";;
  esac; done
  if [ -n "$BUILD_FAILS" ]; then
    echo "ERROR: failed to solve: process \\"/bin/sh -c echo ${planted.buildSecretLine} $BUILD_FAILS\\" did not complete successfully: exit code: 1" >&2
    exit 1
  fi
fi
exec node '${join(process.cwd(), '__tests__', 'fixtures', 'pushing-docker', 'pushing-docker.mjs')}' "$@"`;

let world: Previews;
let docker: FakeDocker;
let folder: string;
beforeAll(async () => {
  world = await startPreviews();
  docker = installFakeDocker(talkative);
});
afterAll(async () => {
  docker.remove();
  await world.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  for (const name of ['workspace', 'temp', 'home/.docker'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, 'workspace', 'apprunner.yaml'),
    `version: 1.0
runtime: nodejs22
build:
  commands:
    build: [npm ci]
  env: [{name: BUILD_KEY, value: ${planted.sourceBuildValue}}]
run:
  command: node server.js
  env: [{name: RUN_KEY, value: ${planted.sourceValue}}]
`,
  );
  writeFileSync(
    join(folder, 'home', '.docker', 'config.json'),
    JSON.stringify({ auths: { 'registry.example': { auth: planted.dockerLogin } } }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Case = {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};

let number = 0;
async function deploy({ inputs = {}, env = {} }: Case): Promise<DeploymentRun> {
  number += 1;
  await world.set(number, { labels: ['preview'] });
  return world.on({
    action: 'opened',
    number,
    inputs: {
      image: '',
      'build-args': `NPM_KEY=${planted.buildArgument}`,
      'build-secrets': JSON.stringify({ npm: `${planted.buildSecret}\n${planted.buildSecretLine}\n` }),
      'environment-variables': JSON.stringify([{ name: 'KEY', value: planted.environmentValue }]),
      'github-deployment': 'always',
      ...inputs,
    },
    env: {
      GITHUB_WORKSPACE: join(folder, 'workspace'),
      GITHUB_SHA: String(number).padStart(40, '0'),
      RUNNER_TEMP: join(folder, 'temp'),
      TMPDIR: join(folder, 'temp'),
      HOME: join(folder, 'home'),
      AWS_SECRET_ACCESS_KEY: planted.secretKey,
      AWS_SESSION_TOKEN: planted.sessionToken,
      ...env,
    },
  });
}

function canaries(): Readonly<Record<Canary, string>> {
  // A dry run builds nothing, so nobody has logged in.
  const login = readdirSync(docker.folder).includes('login') ? docker.read('login') : 'no login';
  const password = Buffer.from(login, 'base64').toString().split(':')[1] || 'no login';
  const githubToken = world.emulator.env['GITHUB_TOKEN'] ?? '';
  return { ...planted, registryLogin: login, registryPassword: password, githubToken };
}

/** What a runner keeps of a log: a mask hides its value, whole and line by line, in all that comes after it. */
function keepLog(log: string): { readonly kept: string; readonly hide: (text: string) => string } {
  const masks: string[] = [];
  const hide = (text: string) => masks.reduce((left, mask) => left.replaceAll(mask, '***'), text);
  const kept: string[] = [];
  for (const line of log.split(/\r?\n/)) {
    const [, escaped] = /^::add-mask::(.*)$/.exec(line) ?? [];
    if (escaped === undefined) kept.push(hide(line));
    else {
      const mask = escaped.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%25/g, '%');
      masks.push(...[mask, ...mask.split('\n')].filter((each) => each.trim() !== ''));
    }
  }
  return { kept: kept.join('\n'), hide };
}

function textsBelow(path: string): string {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)
    .join('\n');
}

/** Whatever a run leaves, says or sends. */
async function doorsOf(run: DeploymentRun): Promise<Readonly<Record<string, string>>> {
  const { rest } = world.github;
  const { kept, hide } = keepLog(run.log);
  const { data: deployments } = await rest.repos.listDeployments(SHOP);
  const statuses = await Promise.all(
    deployments.map(({ id }) => rest.repos.listDeploymentStatuses({ ...SHOP, deployment_id: id })),
  );
  const sent = (wanted: (call: DeploymentRun['calls'][number]) => boolean) =>
    JSON.stringify(run.calls.filter(wanted));
  const takesVariables = (operation: string) => operation.endsWith('ExpressGatewayService');
  return {
    log: kept,
    summary: hide(run.summary),
    outputs: JSON.stringify(run.outputs),
    state: JSON.stringify(run.state),
    comments: JSON.stringify(await world.comments(number)),
    deployments: JSON.stringify([deployments, statuses.map(({ data }) => data)]),
    'sent to GitHub': sent(({ service }) => service === 'github'),
    'sent to AWS': sent(({ service, operation }) => service !== 'github' && !takesVariables(operation)),
    'sent to AWS for the service': sent(({ operation }) => takesVariables(operation)),
    'files left': textsBelow(join(folder, 'temp')),
    argv: readdirSync(docker.folder).includes('argv') ? docker.read('argv') : '',
  };
}

const values = ['buildArgument', 'environmentValue', 'sourceValue', 'sourceBuildValue'] as const;

/** @param printed what a program of the user's says aloud, and only the user can have masked. */
async function expectNoneOut(run: DeploymentRun, printed: readonly Canary[]): Promise<void> {
  const allowed: Readonly<Record<string, readonly Canary[]>> = {
    log: printed,
    summary: printed,
    argv: ['buildArgument'],
    'sent to AWS for the service': ['environmentValue', 'sourceValue'],
    // The Dockerfile that was generated is an output, and says what apprunner.yaml says.
    'files left': ['sourceBuildValue'],
  };
  const out = Object.entries(await doorsOf(run)).flatMap(([door, text]) =>
    Object.entries(canaries())
      .filter(([canary, value]) => text.includes(value) && !allowed[door]?.includes(canary as Canary))
      .map(([canary]) => `${door}: ${canary}`),
  );
  expect(out).toEqual([]);
}

describe.each([{}, { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' }])('with %j', (debug) => {
  test('a deployment that goes well', async () => {
    const run = await deploy({ env: debug });
    expect(run.outputs['outcome']).toBe('created');
    expect(run.log).toContain(`the secret is ${planted.buildSecret}`);
    expect(run.log).toContain(`the password ${canaries().registryPassword}`);
    await expectNoneOut(run, ['buildArgument']);
  });

  test('a build that fails, and says all it knows', async () => {
    const run = await deploy({ env: { ...debug, BUILD_FAILS: planted.buildArgument } });
    expect(run.log).toContain('[build-failed]');
    expect((await world.comments(number))[0]?.body).toContain('build-failed');
    await expectNoneOut(run, ['buildArgument']);
  });

  test('a container that fails, and says all it knows', async () => {
    const logLines = values.map((value) => planted[value]);
    await world.emulator.post('stub', [{ imageContains: 'web', exitCode: 1, logLines }]);
    const run = await deploy({ env: debug });
    await world.emulator.post('stub', []);
    expect(run.log).toContain('[deployment-failed]');
    expect(run.summary).toContain(planted.environmentValue);
    await expectNoneOut(run, values);
  });

  test('AWS quotes what it does not take', async () => {
    await world.addFault('ecs', 'CreateExpressGatewayService', 'error', {
      code: 'InvalidParameterException',
      message: `Invalid value ${planted.environmentValue}`,
      status: 400,
    });
    const run = await deploy({ env: debug });
    expect(run.log).toContain(`Invalid value ${planted.environmentValue}`);
    await expectNoneOut(run, ['buildArgument', 'environmentValue']);
  });

  test('a dry run', async () => {
    const run = await deploy({ inputs: { 'dry-run': 'true' }, env: debug });
    expect(run.outputs['outcome']).toBe('planned');
    await expectNoneOut(run, []);
  });

  test('inputs that cannot be read', async () => {
    const run = await deploy({
      inputs: {
        'environment-variables': `[{"name":"KEY","value":"${planted.environmentValue}"},]`,
        'build-secrets': `${planted.buildSecret}\n${planted.buildSecretLine}`,
        'build-args': planted.buildArgument,
        secrets: `KEY=${planted.environmentValue}`,
      },
      env: debug,
    });
    expect(run.log).toContain('[input-invalid]');
    await expectNoneOut(run, []);
  });
});
