import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { type FakeDocker, installFakeDocker } from '../../helpers/fake-docker.ts';
import type { ActionRun } from '../../helpers/run-action.ts';

/** Values planted in every input that may carry a secret, and in what runs before. */
const planted = ['hunter2-first', 'hunter2-second', 'hunter2-line', 'secret:db-AbCdEf', 'hunter2-build'];
const first = {
  'environment-variables': '[{"name":"TOKEN","value":"hunter2-first"}]',
  secrets: '{"DB":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"}',
};

let world: Deployments;
let docker: FakeDocker;
let workspace: string;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  await world.emulator.post('stub', [{ imageContains: 'crash', exitCode: 1 }]);
  // Says all it is given, as a build that prints its arguments and its secrets would.
  docker = installFakeDocker(`
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"28.0.0"},"Server":{"Os":"linux"}}';;
  "buildx version") echo github.com/docker/buildx v0.30.0;;
  "--debug buildx") echo 'Driver: docker-container';;
  "buildx build") echo "$@" > "$NOTES/argv"; env > "$NOTES/env"; echo "failed to solve: process did not complete" >&2; exit 1;;
esac`);
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(async () => {
  docker.remove();
  rmSync(workspace, { recursive: true });
  await world.stop();
});

/** The masks tell the runner what to hide; it does not show those lines. */
function expectNothingShown(run: ActionRun): void {
  const log = run.log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const shown = { log, summary: run.summary, outputs: Object.values(run.outputs).join('\n') };
  for (const [where, text] of Object.entries(shown))
    for (const value of planted)
      expect({ where, shows: text.includes(value) ? value : '' }).toEqual({ where, shows: '' });
}

describe.each([undefined, '1'])('with RUNNER_DEBUG=%s', (debug) => {
  const env = { RUNNER_DEBUG: debug, ACTIONS_STEP_DEBUG: debug && 'true' };
  const name = `web-${debug ?? 'quiet'}`;

  test('a first deployment shows names only', async () => {
    const run = await world.deploy({ 'service-name': name, ...first }, { env });
    expect(run.exitCode).toBe(0);
    expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input['primaryContainer']).toMatchObject({
      environment: [{ name: 'TOKEN', value: 'hunter2-first' }],
    });
    expect(run.summary).toContain('| environment-variables: TOKEN | – | <code>set</code> |');
    expect(run.summary).toContain('| secrets: DB | – | <code>set</code> |');
    expectNothingShown(run);
  });

  test('neither does an update, of what runs or of what is to run', async () => {
    const given = {
      'service-name': name,
      'environment-variables': 'TOKEN=hunter2-second\nOTHER=hunter2-line',
    };
    const run = await world.deploy(given, { env });
    expect(linesOf(run)).toEqual(
      expect.arrayContaining([
        'environment-variables: TOKEN: set → set to another value',
        'environment-variables: OTHER: not set → set',
      ]),
    );
    expectNothingShown(run);
  });

  test('nor a failure', async () => {
    const image = 'public.ecr.aws/example/crash:1';
    const run = await world.deploy({ 'service-name': name, image, ...first }, { env });
    expect(run.outputs['outcome']).toBe('rolled-back');
    expectNothingShown(run);
  });

  test('nor what AWS refuses', async () => {
    await world.addFault('ecs', 'UpdateExpressGatewayService', 'error', {
      code: 'InvalidParameterException',
      message: 'Invalid parameter.',
      status: 400,
    });
    const run = await world.deploy({ 'service-name': name, ...first }, { env });
    expect(run.log).toContain('[aws-refused]');
    expectNothingShown(run);
  });

  test('nor input that cannot be read: the place is named, not the text', async () => {
    const run = await world.deploy(
      {
        'service-name': name,
        'environment-variables': '[{"name":"TOKEN","value":"hunter2-first"},]',
        secrets: 'DB=hunter2-second\nhunter2-line',
      },
      { env },
    );
    expect(run.log).toContain('- environment-variables: ');
    expect(run.log).toContain('- secrets: ');
    expectNothingShown(run);
  });

  test('a build that fails has secrets neither in its arguments nor in its log', async () => {
    const run = await world.deploy(
      { 'service-name': name, image: '', 'build-secrets': 'npm=hunter2-build' },
      { env, workspace },
    );
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('[build-failed]');
    expect(run.log).toContain('::add-mask::hunter2-build');
    expect(docker.read('argv')).toContain('--secret id=npm,');
    expect(docker.read('argv')).not.toContain('hunter2-build');
    expectNothingShown(run);
  });
});
