import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { createWeb } from '../../helpers/express-service.ts';
import { getPlain, openPort80, type Port80, redirect, teapot } from '../../helpers/plain-http.ts';

const wanted = { 'redirect-http': 'true' };

let world: Deployments;
let port80: Port80;
let endpoint: string;
beforeAll(async () => {
  world = await startDeployments();
  port80 = openPort80(world.emulator);
  endpoint = (await world.deploy()).outputs['endpoint'] ?? '';
});
beforeEach(async () => {
  await world.clearFaults();
  await port80.clear();
});
afterAll(() => world.stop());

const noticesIn = (lines: readonly string[]) => lines.filter((line) => line.startsWith('notice: '));

test('before, the connection is refused', async () => {
  expect(await getPlain(world.emulator, `http://${endpoint}/`)).toMatchObject({ status: 502 });
});

test('a dry run says what would be made, and makes nothing', async () => {
  const run = await world.deploy({ ...wanted, 'dry-run': 'true' });
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run).slice(0, 2)).toEqual([
    'redirect-http: not set → 301 to https',
    'Would make a listener on port 80 that redirects http:// to https',
  ]);
});

test('the listener is made though nothing else has changed, is marked as ours, and answers with a 301', async () => {
  const run = await world.deploy(wanted);
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 0 });
  expect(operationsOf(changesOf(run.calls))).toEqual(['CreateListener']);
  expect(run.outputs).toMatchObject({ outcome: 'updated', changed: 'true' });
  expect(linesOf(run)).toContain('Made a listener on port 80 that redirects http:// to https');
  expect(linesOf(run)).toContain(`http://${endpoint}/ answered 301 to https`);
  expect(await port80.tags()).toEqual({ 'managed-by': 'deploy-express' });
  expect(await getPlain(world.emulator, `http://${endpoint}/a?b=c`)).toEqual({
    status: 301,
    location: `https://${endpoint}:443/a?b=c`,
  });
  expect(noticesIn(linesOf(run))).toEqual([]);
});

test('a second time nothing is sent, for one call more than without', async () => {
  await port80.listen(redirect);
  const without = await world.deploy();
  expect(without.calls.filter(({ service }) => service === 'elbv2')).toEqual([]);
  const run = await world.deploy(wanted);
  expect(changesOf(run.calls)).toEqual([]);
  expect(run.calls).toHaveLength(without.calls.length + 1);
  expect(run.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
});

test('a deployment that takes the listener away ends with one that is made anew', async () => {
  await port80.listen(redirect);
  await world.emulator.post('ecs', { takesForeignListeners: true });
  const run = await world.deploy({ ...wanted, image: 'public.ecr.aws/example/web:2' });
  await world.emulator.post('ecs', { takesForeignListeners: false });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain('Will check that port 80 still redirects http:// to https');
  expect(operationsOf(changesOf(run.calls))).toEqual(['UpdateExpressGatewayService', 'CreateListener']);
  expect(await port80.find()).toMatchObject({ Protocol: 'HTTP', DefaultActions: [{ Type: 'redirect' }] });
});

const web2 = { image: 'public.ecr.aws/example/web:2' };

test("somebody's own listener stays as it is, and is named", async () => {
  const arn = await port80.listen(teapot);
  const run = await world.deploy({ ...wanted, ...web2 });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'unchanged' } });
  expect(changesOf(run.calls)).toEqual([]);
  expect(noticesIn(linesOf(run))).toEqual([
    `notice: redirect-http: port 80 of the load balancer has a listener already, and it does not lead everybody to the same address with https (HTTP: fixed-response). It stays as it is: ${arn}. Change its default action, or delete it and run the job again.`,
  ]);
});

test.each([
  ['another host', { Host: 'elsewhere.example' }],
  ['another port', { Port: '8443' }],
  ['one path', { Path: '/moved' }],
  ['http', { Protocol: 'HTTP', Port: '8080' }],
  ['a query of its own', { Query: 'from=http' }],
  ['no query', { Query: '' }],
])('a redirect to %s is not the one that is wanted', async (_where, change) => {
  await port80.listen({
    ...redirect,
    RedirectConfig: { StatusCode: 'HTTP_301', ...redirect.RedirectConfig, ...change },
  });
  const run = await world.deploy({ ...wanted, ...web2 });
  expect(changesOf(run.calls)).toEqual([]);
  expect(noticesIn(linesOf(run))).toEqual([expect.stringContaining('(HTTP: redirect to ')]);
});

test('one that somebody else makes right before ours counts, whatever it does', async () => {
  const held = await world.emulator.hold({ service: 'elbv2', operation: 'CreateListener' });
  const running = world.start({ ...wanted, ...web2 });
  await held.arrived();
  await port80.listen({
    ...redirect,
    RedirectConfig: { ...redirect.RedirectConfig, StatusCode: 'HTTP_302' },
  });
  await held.release();
  const same = await running.finished;
  expect({ exitCode: same.exitCode, notices: noticesIn(linesOf(same)) }).toEqual({
    exitCode: 0,
    notices: [],
  });

  await port80.clear();
  const again = await world.emulator.hold({ service: 'elbv2', operation: 'CreateListener' });
  const other = world.start({ ...wanted, ...web2 });
  await again.arrived();
  await port80.listen(teapot);
  await again.release();
  const run = await other.finished;
  expect(run.exitCode).toBe(0);
  expect(noticesIn(linesOf(run))).toEqual([expect.stringContaining('It stays as it is')]);
  expect(await port80.find()).toMatchObject({ DefaultActions: [{ Type: 'fixed-response' }] });
});

test('one that was in the way and is gone again is said: nobody knows who makes and deletes it', async () => {
  const making = await world.emulator.hold({ service: 'elbv2', operation: 'CreateListener' });
  const running = world.start({ ...wanted, ...web2 });
  await making.arrived();
  const arn = await port80.listen(teapot);
  const looking = await world.emulator.hold({ service: 'elbv2', operation: 'DescribeListeners' });
  await making.release();
  await looking.arrived();
  await port80.remove(arn);
  await looking.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    'http:// could not be redirected: the listener on port 80 was created, and is gone again',
  );
});

test.each(['throttle', 'lost-reply', 'error', 'reset'])(
  '%s at the making of it is got over',
  async (fault) => {
    await world.addFault('elbv2', 'CreateListener', fault);
    const run = await world.deploy({ ...wanted, ...web2 });
    expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({
      exitCode: 0,
      outcome: 'updated',
    });
    expect(await port80.find()).toMatchObject({ DefaultActions: [{ Type: 'redirect' }] });
  },
);

test('a job that is killed while it makes it leaves the listener as it was, or as it is to be', async () => {
  const held = await world.emulator.hold({ service: 'elbv2', operation: 'CreateListener' });
  const running = world.start({ ...wanted, ...web2 });
  await held.arrived();
  running.kill('SIGKILL');
  await running.finished;
  await held.release();
  const run = await world.deploy({ ...wanted, ...web2 });
  expect(run.exitCode).toBe(0);
  expect(await port80.find()).toMatchObject({ DefaultActions: [{ Type: 'redirect' }] });
});

test('a look that AWS denies is red before anything is done', async () => {
  await world.addFault('elbv2', 'DescribeListeners', 'denied');
  const run = await world.deploy({ ...wanted, image: 'public.ecr.aws/example/web:9' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('Allow elasticloadbalancing:DescribeListeners');
  expect(changesOf(run.calls)).toEqual([]);
});

test('a port that is closed to this runner is said, and nothing is red', async () => {
  await world.addFault('edge', `http://${endpoint}`, 'reset', { times: 5 });
  const run = await world.deploy({ ...wanted, ...web2 });
  expect(run.exitCode).toBe(0);
  expect(noticesIn(linesOf(run))).toEqual([
    expect.stringMatching(
      /^notice: http:\/\/we-\S+\/ does not lead to https from this runner: it could not be asked \(.+\)\. The listener exists\. Check that/,
    ),
  ]);
}, 60_000);

test('without it, and for a deletion, nothing is looked at', async () => {
  const without = await world.deploy(web2);
  expect(callsTo(without.calls, 'DescribeListeners')).toEqual([]);
  const deletion = await world.deploy({ ...wanted, operation: 'delete', 'service-name': 'nobody' });
  expect(callsTo(deletion.calls, 'DescribeListeners')).toEqual([]);
});

test('who else is behind the load balancer is named; a first deployment makes the listener when there is a balancer', async () => {
  await createWeb(world.ecs, { serviceName: 'other' });
  await world.emulator.advance(1200);
  const run = await world.deploy({ ...wanted, 'service-name': 'shop' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
  expect(operationsOf(changesOf(run.calls))).toEqual(['CreateExpressGatewayService', 'CreateListener']);
  const [notice = ''] = noticesIn(linesOf(run)).filter((line) => line.includes('port 80'));
  expect(notice).toContain(endpoint);
  expect(notice).toMatch(/http:\/\/ of .*ot-[0-9a-f]+.*on\.aws was refused so far, and is redirected/);
  expect(run.summary).toContain('port 80');
});
