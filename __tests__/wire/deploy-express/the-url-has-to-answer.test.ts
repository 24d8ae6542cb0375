import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

/** The service's name resolves nowhere on this machine: whatever answers was reached through the runner's proxy. */
let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  await world.emulator.post('stub', [
    { imageContains: 'down', status: 503, healthStatus: 200 },
    { imageContains: 'lost', status: 404, healthStatus: 200 },
    { imageContains: 'signin', status: 401, healthStatus: 200 },
  ]);
});
afterAll(() => world.stop());

const answering = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  'service-name': name,
  image: `public.ecr.aws/example/${name}:1`,
  'smoke-test-timeout-seconds': '1',
  ...more,
});

test.each([
  ['down', 503],
  ['lost', 404],
])('an answer of %s is red, though ECS is content', async (name, status) => {
  const run = await world.deploy(answering(name, { 'smoke-test-path': '/shop' }));
  expect(run.exitCode).toBe(1);
  expect(linesOf(run).join('\n')).toMatch(
    new RegExp(
      `error: https://[a-z]{2}-[0-9a-f]{32}\\.ecs\\.eu-west-1\\.on\\.aws/shop did not answer as it should within 1 s: it answered ${status} \\[smoke-test-failed\\]`,
    ),
  );
  expect(run.log).toContain(
    `The deployment itself succeeded and was not rolled back: service ${name} runs the new version. This failed: request the URL`,
  );
  expect(run.outputs).toMatchObject({
    outcome: 'failed',
    changed: 'true',
    'deployment-status': 'SUCCESSFUL',
    url: expect.stringMatching(/^https:/),
  });
  expect(run.summary).toContain('<code>smoke-test-failed</code>');
  // What explains it is there as after a failed deployment.
  expect(run.log).toContain('Last lines of the container log:');
});

test('it is red on an unchanged service, too', async () => {
  const run = await world.deploy(answering('down'));
  expect(run.exitCode).toBe(1);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
  expect(run.log).toContain('Nothing had to be deployed: service down runs what was asked for.');
});

test('statuses that are accepted are accepted', async () => {
  const run = await world.deploy(answering('signin', { 'smoke-test-status': '200-299,401' }));
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContainEqual(expect.stringMatching(/ answered 401$/));
});

test('without a path of its own it takes that of the health check', async () => {
  const run = await world.deploy(answering('sound', { 'health-check-path': '/healthz?deep=1' }));
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain(`${run.outputs['url']}/healthz?deep=1 answered 200`);
});

test('switched off, nothing is requested', async () => {
  const run = await world.deploy(answering('lost', { 'smoke-test': 'false' }));
  expect(run.exitCode).toBe(0);
  expect(run.log).not.toContain('answered');
  expect(run.log).not.toContain('request the URL');
});

describe('behind an internal load balancer', () => {
  const internal = { ...answering('down'), subnets: 'subnet-0a1b2c3d,subnet-1a2b3c4d' };
  beforeAll(() => world.emulator.post('ecs', { privateSubnets: internal.subnets.split(',') }));

  test.each([
    ['meant, the first deployment is green', { 'allow-internal': 'true' }, 'created', 'notice'],
    ['meant, so is an unchanged one', { 'allow-internal': 'true' }, 'unchanged', 'notice'],
    ['not said to be meant, an unchanged one is a warning', {}, 'unchanged', 'warning'],
  ] as const)('nothing is requested: %s', async (_which, allowed, outcome, level) => {
    const run = await world.deploy({ ...internal, ...allowed, 'service-name': 'inside' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome, url: expect.stringMatching(/^https:/) });
    const said = 'The URL was not requested: the load balancer is internal, ';
    expect(linesOf(run)).toContainEqual(expect.stringContaining(`${level}: ${said}`));
    expect(run.summary).toContain(said);
    expect(run.log).toContain('smoke-test: true');
  });

  test('a first deployment that nobody said to be internal is red at once, with both ways out', async () => {
    const run = await world.deploy({ ...internal, 'service-name': 'hidden' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('service hidden is not reachable from the internet');
    expect(run.log).toContain('[not-public]');
    expect(run.log).toContain('public subnets in subnets');
    expect(run.log).toContain('set allow-internal: true');
    expect(run.log).toContain('The deployment continues in ECS, and this job does not watch it any more');
    expect(run.log).not.toContain('Deployment: SUCCESSFUL');
  });

  test('so is one of which the answer to its creation does not tell, when what runs is seen', async () => {
    const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
      if (operation !== 'CreateExpressGatewayService') return answer;
      const service = answer['service'] as { activeConfigurations: object[] };
      const silent = service.activeConfigurations.map((seen) => ({ ...seen, ingressPaths: undefined }));
      return { ...answer, service: { ...service, activeConfigurations: silent } };
    });
    const run = await world.deploy(
      { ...internal, 'service-name': 'untold' },
      { env: { AWS_ENDPOINT_URL_ECS: proxy.url } },
    );
    proxy.stop();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Deployment: SUCCESSFUL');
    expect(run.log).toContain('service untold is not reachable from the internet');
  });

  test('with smoke-test: false it is green: somebody decided that nobody asks', async () => {
    const run = await world.deploy({ ...internal, 'service-name': 'quiet', 'smoke-test': 'false' });
    expect(run.exitCode).toBe(0);
    expect(run.log).not.toContain('The URL was not requested');
  });

  test('it is requested by a runner that says it can', async () => {
    const run = await world.deploy({ ...internal, 'service-name': 'inside', 'smoke-test': 'true' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('it answered 503 [smoke-test-failed]');
  });
});

test('a service that begins to answer within the time is green', async () => {
  const given = answering('slow', { 'smoke-test-timeout-seconds': '120', 'smoke-test-path': '/' });
  await world.emulator.post('stub', [{ imageContains: 'slow', status: 503, healthStatus: 200 }]);
  const first = world.start(given);
  await first.sawInLog('Deployment: SUCCESSFUL');
  await world.emulator.post('stub', []);
  // The tasks that answer 503 make room for others.
  const second = await world.deploy({ ...given, 'environment-variables': 'FIXED=1' });
  expect(second.exitCode).toBe(0);
  expect((await first.finished).exitCode).toBe(0);
});

describe('through the proxy of the runner', () => {
  test('the real name is asked for over TLS, whose certificate is checked', async () => {
    const run = await world.deploy(answering('sound'), { env: { NODE_EXTRA_CA_CERTS: undefined } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/did not answer as it should within 1 s: .*(certificate|issuer)/);
  });

  test('without it the name does not resolve', async () => {
    const run = await world.deploy(answering('sound'), { env: { HTTPS_PROXY: undefined } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/did not answer as it should within 1 s: .*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED)/);
    expect(run.log).toContain('smoke-test: false if this runner cannot reach it');
  });

  test('it is asked to connect to the name of the service, and AWS is not asked through it when NO_PROXY says so', async () => {
    const asked: string[] = [];
    const behind = new URL(world.emulator.env['HTTPS_PROXY'] ?? '');
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const onward = connect(Number(behind.port), behind.hostname, () => {
        onward.write(`CONNECT ${request.url} HTTP/1.1\r\nHost: ${request.url}\r\n\r\n`);
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on('error', () => end.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const run = await world.deploy(answering('sound'), { env: { HTTPS_PROXY: url } });
    proxy.close();
    proxy.closeAllConnections();
    expect(run.exitCode).toBe(0);
    // The registry of the image is asked through it as well.
    const services = asked.filter((name) => name !== 'public.ecr.aws:443');
    expect(services).toEqual([`${run.outputs['endpoint']}:443`]);
  });

  test('AWS itself is asked through HTTP_PROXY when it is not excepted', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(502);
      response.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const run = await world.deploy(answering('sound'), { env: { HTTP_PROXY: url, NO_PROXY: undefined } });
    proxy.close();
    proxy.closeAllConnections();
    expect(run.exitCode).toBe(1);
    expect(asked[0]).toBe(`POST ${world.emulator.url}/`);
    expect(run.log).toContain('[aws-unavailable]');
    expect(run.calls).toEqual([]);
  });
});
