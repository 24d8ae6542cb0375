import { DeleteExpressGatewayServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { WEB_ARN } from '../../helpers/express-service.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Route 53 takes no alias to a load balancer that was deleted. A way back then removes green's record: blue is alone. */

let world: ShiftWorld;
beforeEach(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterEach(() => world.stop());

const shares = async () => (await world.records()).map(({ Type, Weight }) => `${Type} ${Weight}`);
async function deleteGreen(): Promise<void> {
  const ecs = new ECSClient(world.emulator.client);
  await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await world.emulator.advance(3600);
}
const isSaid = /::notice.*Green's load balancer is gone .*its A record was removed: blue is alone/;

test('a rollback, and what comes after it understands that blue is alone', async () => {
  await world.giveGreen(100);
  await deleteGreen();
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(run.log).toMatch(isSaid);
  expect(await shares()).toEqual(['A 100']);
  const again = await world.run({ mode: 'rollback' });
  expect(again).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop', 'green-percent': '0' } });
  const status = await world.run({ mode: 'status', 'express-service': '' });
  expect(status).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
});

test('the way back of a watch', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '100', 'bake-minutes': '2' });
  await running.sawInLog('Waited');
  await deleteGreen();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'rolled-back': 'true' } });
  expect(run.outputs).toMatchObject({ 'green-percent': '0' });
  expect(run.log).toMatch(isSaid);
  expect(await shares()).toEqual(['A 100']);
});

test('the post step, and a second one finds that nothing is left to do', async () => {
  const inputs = { mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' };
  const running = world.start(inputs);
  await running.sawInLog('Waited');
  running.kill('SIGKILL');
  const { state } = await running.finished;
  await deleteGreen();
  const post = await world.runPost(inputs, state);
  expect(post).toMatchObject({ exitCode: 0 });
  expect(post.log).toMatch(isSaid);
  expect(await shares()).toEqual(['A 100']);
  const again = await world.runPost(inputs, state);
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.log).toContain('are as they were before the job');
});
