import { createServer, type RequestListener, type Server } from 'node:http';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { probe } from '../../emulator/elastic-load-balancing/health-check.ts';
import { closeServer, listenOn } from '../../emulator/listening.ts';
import type { Address, LoadBalancing } from '../../emulator/world.ts';
import { type EmulatedBalancer, type ExpressService, startBalancer } from '../helpers/emulated-balancer.ts';
import { until } from '../helpers/until.ts';

const HOST = 'we-0123.ecs.eu-west-1.on.aws';
const SPEED = 600;

let balancer: EmulatedBalancer;
let service: ExpressService;
let servers: Server[];

beforeEach(async () => {
  servers = [];
  balancer = await startBalancer({ speed: SPEED });
  service = balancer.addService(HOST, { healthCheckPath: '/ready?deep=1' });
});

afterEach(async () => {
  await Promise.all([balancer.close(), ...servers.map(closeServer)]);
});

const serve = async (answer: RequestListener): Promise<Address> => {
  const server = createServer(answer);
  servers.push(server);
  return listenOn(server, 0);
};

const register = (address: Address, id = '10.0.0.7'): void =>
  balancer.balancing.registerTarget(service.first, { id, address });

type Seen = ReturnType<LoadBalancing['targetState']>;
const seen = (id = '10.0.0.7'): Seen => balancer.balancing.targetState(service.first, id);

test('a new target is healthy after one request that is answered 200', async () => {
  const paths: (string | undefined)[] = [];
  const address = await serve((request, response) => {
    paths.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
    response.end('ok');
  });
  register(address);
  expect(seen()).toEqual({
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  });
  await until(seen, ({ state }) => state === 'healthy');
  expect(new Set(paths)).toEqual(new Set(['GET /ready?deep=1 ELB-HealthChecker/2.0']));
  const input = { TargetGroupArn: service.first };
  const { TargetHealthDescriptions } = await balancer.elb.send(new DescribeTargetHealthCommand(input));
  expect(TargetHealthDescriptions).toEqual([
    {
      Target: { Id: '10.0.0.7', Port: 8080 },
      HealthCheckPort: '8080',
      TargetHealth: { State: 'healthy' },
    },
  ]);
});

test('a target that answers otherwise is unhealthy after two requests, and the code is told', async () => {
  register(
    await serve((_request, response) => {
      response.writeHead(503).end();
    }),
  );
  const health = await until(seen, ({ state }) => state === 'unhealthy');
  expect(health).toEqual({
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [503]',
  });
});

test('a redirect is not 200', async () => {
  register(
    await serve((_request, response) => {
      response.writeHead(301, { location: '/' }).end();
    }),
  );
  const health = await until(seen, ({ state }) => state === 'unhealthy');
  expect(health.description).toBe('Health checks failed with these codes: [301]');
});

test('a target that takes no connection is unhealthy', async () => {
  const address = await serve(() => undefined);
  await Promise.all(servers.splice(0).map(closeServer));
  register(address);
  const health = await until(seen, ({ state }) => state === 'unhealthy');
  expect(health).toMatchObject({ reason: 'Target.FailedHealthChecks', description: 'Health checks failed' });
});

test('a target that never answers times out after five seconds', async () => {
  const address = await serve(() => undefined);
  expect(await probe(address, '/')).toEqual({
    kind: 'failed',
    reason: 'Target.Timeout',
    description: 'Request timed out',
  });
});

test('a healthy target turns unhealthy at the second failure, and needs five successes to recover', async () => {
  const answers = [200, 500, 500, 200, 200, 200, 200, 200];
  const statesWhenAsked: string[] = [];
  register(
    await serve((_request, response) => {
      response.writeHead(answers[statesWhenAsked.push(seen().state) - 1] ?? 200).end();
    }),
  );
  await until(
    () => statesWhenAsked.length,
    (count) => count > answers.length,
  );
  expect(statesWhenAsked.slice(0, answers.length + 1)).toEqual([
    'initial',
    ...['healthy', 'healthy'],
    ...Array(5).fill('unhealthy'),
    'healthy',
  ]);
});

test('a container may need a moment of real time before it listens', async () => {
  const patient = await startBalancer({ speed: SPEED, startAllowanceMs: 5_000 });
  const { first } = patient.addService(HOST);
  const address = await serve((_request, response) => response.end());
  await Promise.all(servers.splice(0).map(closeServer));
  patient.balancing.registerTarget(first, { id: '10.0.0.7', address });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(patient.balancing.targetState(first, '10.0.0.7')).toMatchObject({
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
  });
  const late = createServer((_request, response) => response.end());
  servers.push(late);
  await listenOn(late, address.port);
  await until(
    () => patient.balancing.targetState(first, '10.0.0.7'),
    ({ state }) => state === 'healthy',
  );
  await patient.close();
});

test('a group that no rule forwards to is not checked', async () => {
  let requests = 0;
  const address = await serve((_request, response) => {
    requests += 1;
    response.end();
  });
  const idle = balancer.balancing.createTargetGroup({ vpcId: 'vpc-1', port: 80, healthCheckPath: '/' });
  balancer.balancing.registerTarget(idle, { id: '10.0.0.9', address });
  await balancer.apis.clock.advance(120);
  expect(requests).toBe(0);
  expect(balancer.balancing.targetState(idle, '10.0.0.9')).toMatchObject({
    state: 'unused',
    reason: 'Target.NotInUse',
  });
  balancer.balancing.setRuleWeights(service.ruleArn, [{ targetGroupArn: idle, weight: 1 }]);
  await until(
    () => balancer.balancing.targetState(idle, '10.0.0.9'),
    ({ state }) => state === 'healthy',
  );
});

test('a deregistered target drains for five minutes and is gone', async () => {
  register(await serve((_request, response) => response.end()));
  await until(seen, ({ state }) => state === 'healthy');
  balancer.balancing.deregisterTarget(service.first, '10.0.0.7');
  expect(seen()).toEqual({
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
    description: 'Target deregistration is in progress',
  });
  expect(balancer.balancing.route(HOST)).toMatchObject({ status: 503 });
  await balancer.apis.clock.advance(300);
  await until(seen, ({ state }) => state !== 'draining');
  expect(seen()).toMatchObject({ state: 'unused', reason: 'Target.NotRegistered' });
});
