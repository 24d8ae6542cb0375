import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** What the job has of secrets. Nothing else that this action is given is one. */
const keys = {
  AWS_SECRET_ACCESS_KEY: 'canary-aws-secret-access-key',
  AWS_SESSION_TOKEN: 'canary-aws-session-token',
};

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
});
afterAll(() => world.stop());

async function expectNoneOut(run: ActionRun): Promise<void> {
  const { env, requests } = world.emulator;
  const tokens = [env['GITHUB_TOKEN'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']].map((token) => token ?? '');
  expect(tokens).not.toContain('');
  // The job's OIDC token is masked by the toolkit before anything is done with it.
  const idTokens = [...run.log.matchAll(/^::add-mask::(\S+)$/gm)].map(([, token = '']) => token);
  const doors = {
    log: run.log.replace(/^::add-mask::.*$/gm, ''),
    summary: run.summary,
    outputs: JSON.stringify(run.outputs),
    state: JSON.stringify(run.state),
    sent: JSON.stringify(await requests()),
  };
  const secrets = [...Object.values(keys), ...tokens, ...idTokens];
  const out = Object.entries(doors).flatMap(([door, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${door}: ${secret}`),
  );
  expect(out).toEqual([]);
}

describe.each([{}, { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' }])('with %j', (debug) => {
  const run = (inputs: Readonly<Record<string, string>>) =>
    world.run({ 'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '', ...inputs }, { ...keys, ...debug });

  test('a plan, which writes nothing', async () => {
    const planned = await run({ mode: 'plan' });
    expect(planned.exitCode).toBe(0);
    await expectNoneOut(planned);
  });

  test('a gate that is closed', async () => {
    const refused = await run({
      mode: 'adopt',
      gate: 'required',
      'gate-environment': 'dns-shift',
      'plan-checksum': 'f'.repeat(64),
    });
    expect(refused.log).toContain('[gate-refused]');
    expect(refused.log).toContain('::add-mask::ey');
    await expectNoneOut(refused);
  });

  test('AWS refuses', async () => {
    await world.emulator.addFaults([{ service: 'route53', operation: '*', fault: 'denied', times: 10 }]);
    const denied = await run({ mode: 'adopt' });
    await world.emulator.clearFaults();
    expect(denied.log).toContain('[access-denied]');
    await expectNoneOut(denied);
  });

  test('a change that goes well', async () => {
    const changed = await run({ mode: 'adopt' });
    expect(changed.exitCode).toBe(0);
    await expectNoneOut(changed);
  });
});
