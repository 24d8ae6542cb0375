import { AppRunnerClient, DisassociateCustomDomainCommand } from '@aws-sdk/client-apprunner';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const apex = 'example.com';
const www = 'www.example.com';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains: [apex, www] });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

/** All names go back in one batch, so that one of them can be worse off by it. */
test('nobody is sent back while one of the names is answered at green and not at blue', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' });
  await running.sawInLog('Waited');
  await new AppRunnerClient(world.emulator.client).send(
    new DisassociateCustomDomainCommand({ ServiceArn: world.blueArn, DomainName: apex }),
  );
  await world.emulator.advance(120);
  await world.setHosts((hosts) => hosts.filter((host) => host !== www));
  const run = await running.finished;
  expect(run.log).toContain('www.example.com: 3 probes in a row failed');
  expect(run.log).toContain(
    'blue does not answer, and green does: nobody was sent back to blue, and the weights stay',
  );
  expect(run.log).toContain('(example.com: ');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'rolled-back': 'false' } });
  for (const name of [apex, www]) {
    expect((await world.records(name)).map(({ Weight }) => Weight)).toEqual([50, 50]);
  }
});
