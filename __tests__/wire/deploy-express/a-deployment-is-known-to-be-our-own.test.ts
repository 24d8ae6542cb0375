import { UpdateExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { type Deployments, startDeployments } from '../../helpers/deployments.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

/** ECS names the revision that an update makes. Its documents call that optional, so it may be left out one day. */

let world: Deployments;
let proxy: Awaited<ReturnType<typeof startTamperingProxy>>;
beforeAll(async () => {
  world = await startDeployments();
  proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    if (operation !== 'UpdateExpressGatewayService') return answer;
    const { serviceRevisionArn: _, ...targetConfiguration } = (
      answer['service'] as { targetConfiguration: Record<string, unknown> }
    ).targetConfiguration;
    return { ...answer, service: { ...(answer['service'] as object), targetConfiguration } };
  });
});
afterAll(async () => {
  proxy.stop();
  await world.stop();
});

/** Deploys, then updates; `happens` happens before the job has the answer to its update. */
async function update(name: string, happens: (serviceArn: string) => Promise<unknown>) {
  const first = await world.deploy({ 'service-name': name });
  const inputs = { 'service-name': name, 'environment-variables': 'COLOUR=teal' };
  const updating = { service: 'ecs', operation: 'UpdateExpressGatewayService', when: 'after' as const };
  const hold = await world.emulator.hold(updating);
  const running = world.start(inputs, { env: { AWS_ENDPOINT_URL: proxy.url } });
  await hold.arrived();
  await happens(first.outputs['service-arn'] ?? '');
  await hold.release();
  return running.finished;
}

test('the only one that began since is, and its revision is compared with what was sent', async () => {
  const run = await update('alone', async () => {});
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'updated' } });
  expect(run.outputs['service-revision-arn']).toMatch(/^arn:/);
});

test('one of two may be: that is said, and nothing is called deployed', async () => {
  const run = await update('beside', (serviceArn) =>
    world.ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, memory: '1024' })),
  );
  expect(run.log).toContain("it is not known which of 2 deployments is this job's");
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'true' } });
});
