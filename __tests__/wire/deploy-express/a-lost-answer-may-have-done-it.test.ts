import { randomUUID } from 'node:crypto';
import {
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { addCertificate } from '../../helpers/listener.ts';

/**
 * A call that changes something, of which AWS may have done what it was asked for: no attempt was answered, or the first
 * one was not and a later one was refused. The report says so, and how to look.
 */
let world: Deployments;
let elb: ElasticLoadBalancingV2Client;
beforeAll(async () => {
  world = await startDeployments();
  elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const route53 = new Route53Client(world.emulator.client);
  await route53.send(new CreateHostedZoneCommand({ Name: 'shop.example', CallerReference: randomUUID() }));
  await world.deploy();
});
beforeEach(async () => {
  await world.clearFaults();
  await dropHttpListener();
});
afterAll(() => {
  elb.destroy();
  return world.stop();
});

async function dropHttpListener(): Promise<void> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const onPort80 = Listeners.filter(({ Port }) => Port === 80);
    for (const { ListenerArn } of onPort80) await elb.send(new DeleteListenerCommand({ ListenerArn }));
  }
}

let serial = 0;
const fresh = (label: string) => `${label}${++serial}`;
const image = () => ({ image: `public.ecr.aws/example/${fresh('web:')}` });
const command = { 'pre-deploy-command': 'node migrate.js', 'smoke-test': 'false' };

type Row = {
  readonly service: string;
  readonly operation: string;
  readonly inputs: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** What may be there, and where to look. */
  readonly says: RegExp;
};

const rows: readonly Row[] = [
  {
    service: 'ecs',
    operation: 'CreateExpressGatewayService',
    inputs: () => ({ 'service-name': fresh('new') }),
    says: /Service new\d+ may have been created.*ECS console/,
  },
  {
    service: 'ecs',
    operation: 'UpdateExpressGatewayService',
    inputs: () => ({ ...image(), 'force-new-deployment': 'true' }),
    says: /A deployment of service \S+ may run.*aws ecs list-service-deployments/,
  },
  {
    service: 'ecs',
    operation: 'DeleteExpressGatewayService',
    inputs: async () => {
      const name = fresh('old');
      await world.deploy({ 'service-name': name });
      return { 'service-name': name, operation: 'delete', force: 'true' };
    },
    says: /Service \S+ may have been deleted.*ECS console/,
  },
  {
    service: 'ecs',
    operation: 'TagResource',
    inputs: () => ({
      tags: `team=${fresh('shop')}`,
      'mutate-tags-on-update': 'true',
    }),
    says: /Tags of \S+ may have been set.*aws ecs list-tags-for-resource/,
  },
  {
    service: 'ecs',
    operation: 'UntagResource',
    inputs: async () => {
      await world.deploy({
        tags: `${fresh('gone')}=1`,
        'mutate-tags-on-update': 'true',
      });
      return { tags: '[]', 'mutate-tags-on-update': 'true' };
    },
    says: /Tags of \S+ may have been removed.*aws ecs list-tags-for-resource/,
  },
  {
    service: 'ecs',
    operation: 'RegisterTaskDefinition',
    inputs: () => ({ ...image(), ...command, subnets: 'subnet-0a1b2c3d4e5f60001' }),
    says: /A revision of task definition \S+ may have been registered.*ECS console/,
  },
  {
    service: 'acm',
    operation: 'RequestCertificate',
    inputs: () => ({ 'custom-domains': `${fresh('app')}.shop.example`, 'request-certificate': 'true' }),
    says: /A certificate for app\d+\.shop\.example may have been requested.*aws acm list-certificates/,
  },
  {
    service: 'elbv2',
    operation: 'CreateListener',
    inputs: () => ({ 'redirect-http': 'true' }),
    says: /A listener on port 80 of \S+ may have been created.*aws elbv2 describe-listeners/,
  },
  {
    service: 'elbv2',
    operation: 'AddListenerCertificates',
    inputs: async () => {
      const name = `${fresh('attach')}.example`;
      await addCertificate(world.emulator, [name]);
      return { 'custom-domains': name };
    },
    says: /A certificate may have been added to listener \S+.*aws elbv2 describe-listener-certificates/,
  },
];

describe.each(rows)('$operation', ({ service, operation, inputs, says }) => {
  test.each([
    ['no attempt is answered', async () => world.addFault(service, operation, 'lost-reply', { times: 9 })],
    [
      'the first attempt is not answered, and the next one is denied',
      async () => {
        await world.addFault(service, operation, 'lost-reply', { times: 1 });
        await world.addFault(service, operation, 'denied', { times: 9 });
      },
    ],
  ])('%s: what may have been done is said', async (_what, lose) => {
    const given = await inputs();
    await lose();
    const run = await world.deploy(given);
    expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 1 });
    expect(callsTo(run.calls, operation).length).toBeGreaterThan(1);
    expect(run.outputs['changed']).toBe('true');
    expect(
      linesOf(run)
        .filter((line) => line.startsWith('error'))
        .join(),
    ).toMatch(says);
  });

  test('denied at once: nothing was changed by it, and nothing of the kind is said', async () => {
    const given = await inputs();
    await world.addFault(service, operation, 'denied', { times: 9 });
    const run = await world.deploy(given);
    expect({ exitCode: run.exitCode, log: run.log }).not.toMatchObject({ log: expect.stringMatching(says) });
    expect(run.exitCode).toBe(1);
  });
});
