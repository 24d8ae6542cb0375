import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { type ActionOptions, type ActionRun, runAction } from '../../__tests__/helpers/run-action.ts';
import { startShiftWorld } from '../../__tests__/helpers/shift-world.ts';
import { gateOf, runId, setUpGitHub } from '../demo/reviewer.ts';

/**
 * How many times faster than time the clock of an action runs, so that its summary has the times that it has beside AWS.
 * The time that a request may take runs with it: much faster, and a busy machine does not answer within it.
 */
const speeds = { deploy: 20, shift: 5 };

export async function playScenes(): Promise<Readonly<Record<string, string>>> {
  return { 'deployment-failed': await playFailure(), ...(await playShift()) };
}

async function playFailure(): Promise<string> {
  const emulator = await startEmulator('--speed', String(speeds.deploy));
  try {
    const logLines = ['COLOUR is "mauve"; it must be one of blue, green, orange, purple, red'];
    await emulator.post('stub', [{ imageContains: ':mauve', exitCode: 1, logLines }]);
    const deploy = (colour: string, outcome: string) =>
      run(emulator, {
        outcome,
        speed: speeds.deploy,
        inputs: {
          'service-name': 'web',
          image: `public.ecr.aws/example/web:${colour}`,
          'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
          'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
          'environment-variables': `COLOUR=${colour}`,
          'health-check-path': '/healthz',
        },
        env: { GITHUB_SHA: createHash('sha1').update(colour).digest('hex') },
      });
    await deploy('green', 'created');
    return (await deploy('mauve', 'rolled-back')).summary.replace(standIn, '');
  } finally {
    await emulator.stop();
  }
}

async function playShift(): Promise<Readonly<Record<string, string>>> {
  const domains = ['example.com', 'www.example.com'];
  const world = await startShiftWorld({ domains, greenKnowsDomain: false });
  const step = { 'green-percent': '10', 'attach-domain': 'true' };
  const shift = (outcome: string, inputs: Readonly<Record<string, string>>) =>
    run(world.emulator, {
      outcome,
      speed: speeds.shift,
      action: 'shift-traffic',
      inputs: {
        domain: domains.join(', '),
        'apprunner-service': 'shop',
        'express-service': 'web',
        ...gateOf(world),
        ...inputs,
      },
      env: { GITHUB_RUN_ID: String(runId) },
      dns: world.emulator.dns,
    });
  try {
    await shift('applied', { mode: 'adopt', gate: 'off' });
    const plan = await shift('planned', { mode: 'plan', ...step });
    await (await setUpGitHub(world)).approve();
    const approved = { 'plan-checksum': plan.outputs['plan-checksum'] ?? '' };
    const done = await shift('baked', { mode: 'shift', ...step, ...approved });
    return { 'plan-for-a-reviewer': plan.summary, 'shift-done': done.summary };
  } finally {
    await world.stop();
  }
}

/** A line that no container of ECS logs. */
const standIn = /^The emulator's stub engine stands in.*\n/gm;

/** A picture of anything else than was meant must not be kept. */
async function run(
  emulator: EmulatorHandle,
  { outcome, speed, ...options }: ActionOptions & { readonly outcome: string; readonly speed: number },
): Promise<ActionRun> {
  const shim = fileURLToPath(new URL('../bench/scaled-time.mjs', import.meta.url));
  const made = await runAction({
    ...options,
    env: {
      ...emulator.env,
      GITHUB_ACTOR: 'octocat',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_ACTION_REPOSITORY: 'OWNER/express-deploy-actions',
      GITHUB_ACTION_REF: 'v0',
      NODE_OPTIONS: `--import=${shim}`,
      TIME_SCALE: String(speed),
      ...options.env,
    },
  });
  if (made.outputs['outcome'] !== outcome) throw new Error(`this is not ${outcome}:\n${made.log}`);
  return made;
}
