import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { ACTS, scenariosOf } from '../../parity/acts.ts';
import type { Recording } from '../../parity/record.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, WEB_ARN } from '../helpers/express-service.ts';
import { expectPlantsToBeFound } from '../helpers/planted-differences.ts';

/** Scenarios of ECS Express and App Runner, with the emulator in the place of AWS. */
const ACCOUNT = '123456789012';
const names = scenariosOf(ACTS.filter(({ moto }) => !moto)).map(({ name }) => name);
const folder = mkdtempSync(join(tmpdir(), 'parity-'));

let emulator: EmulatorHandle;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
});
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

const AWS = ['--against', 'aws', '--region', 'eu-west-1', '--records', folder];

type Started = {
  readonly child: ChildProcess;
  readonly ended: Promise<{ exitCode: number | null; out: string }>;
};

function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, ['parity/main.ts', ...args], {
    env: {
      ...process.env,
      ...emulator.env,
      PARITY_STAND_IN: JSON.stringify(emulator),
      PARITY_ACCOUNT_ID: ACCOUNT,
    },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
  }
  child.stdin.end(`${ACCOUNT}\n`);
  return {
    child,
    ended: new Promise((resolve) => child.once('exit', (exitCode) => resolve({ exitCode, out }))),
  };
}
const only = (...wanted: readonly string[]) => wanted.flatMap((name) => ['--only', name]);
const recordOf = (name: string): Recording => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Services that answer, and roles that are there. */
async function left(): Promise<readonly string[]> {
  const { ecs } = (await emulator.get('state')) as {
    readonly ecs: { readonly services: readonly { readonly name: string; readonly status: string }[] };
  };
  const { Roles = [] } = await new IAMClient(emulator.client).send(new ListRolesCommand({}));
  return [
    ...ecs.services.filter(({ status }) => status !== 'INACTIVE').map(({ name }) => name),
    ...Roles.map(({ RoleName = '' }) => RoleName),
  ].filter((name) => name.startsWith('parity'));
}

async function ports(): Promise<readonly unknown[]> {
  const elbv2 = new ElasticLoadBalancingV2Client(emulator.client);
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  const { LoadBalancerArn } = balancer ?? {};
  const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  return Listeners.map(({ Port }) => Port);
}

test('all run and are recorded, a second run is held to the records, and nothing is left', async () => {
  const run = await start([...AWS, ...only(...names)]).ended;
  expect(run).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`${names.length} passed, 0 failed`),
  });
  expect(run.out).toContain('Cost: under two dollars');
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.json`).sort());
  for (const name of names) {
    const text = readFileSync(join(folder, `${name}.json`), 'utf8');
    expect(text).not.toMatch(/parity[0-9a-f]{8}|123456789012|eu-west-1|on\.aws|awsapprunner\.com/);
    expect(text).not.toMatch(/\b(?:sg|subnet|vpc)-[0-9a-f]|[0-9a-f]{16}/);
  }
  expect(await left()).toEqual([]);
  const quick = [
    'route-53-batches',
    'ecs-express-deletion',
    'ecs-express-host-survives-path',
    'app-runner-names',
  ];
  const again = await start(['--against', 'emulator', '--records', folder, ...only(...quick)]).ended;
  expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('4 passed, 0 failed') });
}, 240_000);

test.each(names)('a difference planted into %s is found', (name) => {
  expectPlantsToBeFound(recordOf(name));
});

describe('what a run is for is seen', () => {
  const seen = (scenario: string, step: string): unknown =>
    recordOf(scenario).steps.find(({ name }) => name === step)?.output;

  test('an added host stays, whatever is updated', () => {
    for (const name of names.filter((one) => one.includes('host-survives'))) {
      expect(JSON.stringify(seen(name, 'the rule then'))).toContain('app.parity.example');
    }
  });

  test('weights, tasks and stages one after the other, with the time that it took', () => {
    expect(seen('ecs-express-canary', 'until it is over')).toMatchObject({
      cameAbout: true,
      seen: { tasks: [1, 2, 1], current: ['none', 'this', 'none'], percent: [0, 5, 100] },
    });
    const watched = recordOf('ecs-express-canary').steps.find(({ seconds }) => seconds !== undefined);
    expect(watched?.seconds).toBeGreaterThan(500);
  });

  test('words of refusals that the actions read', () => {
    const { steps } = recordOf('ecs-express-name-taken');
    expect(steps).toMatchObject([
      { error: 'InvalidParameterException', sentence: expect.stringContaining('not idempotent') },
      {},
    ]);
  });

  test('requests of ours are counted, health checks are not', () => {
    expect(seen('ecs-express-metrics', 'before anybody asks, but for health checks')).toEqual({
      requests: 0,
    });
    expect(seen('ecs-express-metrics', 'some minutes later')).toMatchObject({ requests: 30 });
  });
});

describe('a run that does not come to its end', () => {
  const scenario = only('ecs-express-host-survives-image');
  const bare = { service: 'ecs', operation: 'UpdateExpressGatewayService' } as const;

  beforeAll(async () => {
    const ecs = new ECSClient(emulator.client);
    // Somebody's own, in the same cluster and at the same balancer.
    await createWeb(ecs);
    // Of a service that was refused after all.
    const containerDefinitions = [{ name: 'Main', image: 'nginx' }];
    const family = 'default-parity0a1b2c3d-refused';
    await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
  });
  afterAll(async () => {
    const { service } = await new ECSClient(emulator.client).send(
      new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }),
    );
    expect(service?.status?.statusCode).toBe('ACTIVE');
  });

  test('deletes what it made when it is interrupted, services before their roles', async () => {
    const held = await emulator.hold(bare);
    const { child, ended } = start([...AWS, ...scenario]);
    await held.arrived();
    expect(await left()).toHaveLength(3);
    await emulator.forgetRequests();
    child.kill('SIGINT');
    await held.release();
    expect(await ended).toMatchObject({ exitCode: 1, out: expect.stringContaining('interrupted') });
    expect(await left()).toEqual([]);
    const order = (await emulator.requests()).map(({ operation }) => operation);
    expect(order.lastIndexOf('DescribeExpressGatewayService')).toBeLessThan(order.indexOf('DeleteRole'));
  }, 120_000);

  test('leaves all to --clean when it is killed, also what drains already', async () => {
    const held = await emulator.hold({
      service: 'elbv2',
      operation: 'CreateListener',
      when: 'after',
    });
    const { child, ended } = start([...AWS, ...only('ecs-express-balancer')]);
    await held.arrived();
    child.kill('SIGKILL');
    await ended;
    await held.release();
    expect(await left()).toHaveLength(3);
    expect(await ports()).toEqual([443, 80]);
    const draining = await emulator.hold({
      service: 'ecs',
      operation: 'DescribeExpressGatewayService',
      after: 1,
    });
    const first = start([...AWS, '--clean']);
    await draining.arrived();
    // What leads to a service goes before it, and the balancer stays for somebody else's.
    expect(await ports()).toEqual([443]);
    first.child.kill('SIGKILL');
    await first.ended;
    await draining.release();
    const { exitCode, out } = await start([...AWS, '--clean']).ended;
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^deleted: service parity[0-9a-f]{8}-calm, .*task definition .*, role /);
    expect(out).toContain('task definition default-parity0a1b2c3d-refused:1');
    expect(await left()).toEqual([]);
    expect((await start([...AWS, '--clean']).ended).out).toBe('nothing was left\n');
  }, 120_000);
});

test('the emulator answers as AWS did, where somebody has recorded that', async () => {
  const recorded = existsSync('__tests__/recorded')
    ? readdirSync('__tests__/recorded').map((file) => file.replace(/\.json$/, ''))
    : [];
  const ofAws = recorded.filter((name) => !name.startsWith('github-'));
  for (const name of ofAws) {
    const { witness } = JSON.parse(readFileSync(`__tests__/recorded/${name}.json`, 'utf8')) as Recording;
    expect([name, witness]).toEqual([name, 'aws']);
  }
  if (ofAws.length === 0) return;
  const { exitCode, out } = await start(['--against', 'emulator', ...only(...ofAws)]).ended;
  expect([exitCode, out]).toEqual([0, expect.any(String)]);
}, 240_000);
