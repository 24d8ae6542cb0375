import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

/** `npm run parity -- --against aws`, with the emulator in the place of AWS. */
const ACCOUNT = '123456789012';
const folder = mkdtempSync(join(tmpdir(), 'parity-'));

let emulator: EmulatorHandle;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '600');
});
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

/** Asks the emulator as AWS is asked, and moves its clock instead of waiting. */
const standIn = () => ({ ...emulator.env, PARITY_STAND_IN: JSON.stringify(emulator) });

type Run = { readonly exitCode: number | null; readonly out: string; readonly complaint: string };

function parity(
  args: readonly string[],
  {
    account = ACCOUNT,
    answer = `${ACCOUNT}\n`,
    env: more = {},
  }: { account?: string; answer?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const { PARITY_ACCOUNT_ID: _, ...env } = process.env;
  const child = spawn(process.execPath, ['parity/main.ts', ...args], {
    env: { ...env, ...standIn(), ...(account && { PARITY_ACCOUNT_ID: account }), ...more },
  });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.end(answer);
  return new Promise((resolve) => child.once('exit', (exitCode) => resolve({ exitCode, out, complaint })));
}

const aws = (...more: readonly string[]) => [
  '--against',
  'aws',
  '--region',
  'eu-west-1',
  '--records',
  folder,
  ...more,
];
const changes = async () =>
  (await emulator.requests()).filter(({ operation }) =>
    /^(?:Create|Put|Delete|Change|Request)/.test(operation),
  );

describe('nothing is done', () => {
  beforeEach(() => emulator.forgetRequests());
  afterEach(async () => {
    expect(await changes()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [
      'without the number of an account',
      { account: '' },
      'PARITY_ACCOUNT_ID: missing; wanted: the 12 digits',
    ],
    ['with a number that is none', { account: '123' }, 'PARITY_ACCOUNT_ID: "123"; wanted: the 12 digits'],
    [
      'in another account',
      { account: '210987654321' },
      `the credentials are of account ${ACCOUNT}, and PARITY_ACCOUNT_ID is 210987654321`,
    ],
    ['without a yes', { answer: 'y\n' }, 'not confirmed: nothing was made'],
    ['where nobody can say yes', { answer: '' }, 'not confirmed: nothing was made'],
    [
      'where what stands in for AWS is none',
      { env: { PARITY_STAND_IN: 'null' } },
      'PARITY_STAND_IN: "null"; wanted: the line of an emulator',
    ],
    [
      'where the SDK asks somebody else than AWS',
      { env: { PARITY_STAND_IN: undefined } },
      'AWS_ENDPOINT_URL: set; wanted: unset, since what answers there is not AWS',
    ],
  ])('%s', async (_what, how, complaint) => {
    const run = await parity(aws(), how);
    expect(run).toMatchObject({ exitCode: 2, complaint: expect.stringContaining(complaint) });
  });

  test.each<[string, readonly string[], Parameters<typeof parity>[1], readonly string[]]>([
    [
      'a command line that is not understood',
      ['--against', 'azure', '--only', 'nope', '--update', '--keep', '--clean'],
      {},
      ['--against: "azure"', '--only: "nope"', '--update: only', '--keep: only', '--keep and --clean'],
    ],
    [
      'a mistake in each place that a run in an account needs',
      ['--against', 'aws', '--region', 'EU WEST', '--records', '/etc/hostname', '--only', '--bogus'],
      { account: '123', env: { PARITY_STAND_IN: undefined } },
      [
        '--bogus: there is no such option',
        '--only: needs a value',
        '--region: "EU WEST"; wanted: a Region',
        '--records: "/etc/hostname"; wanted: a folder',
        'PARITY_ACCOUNT_ID: "123"',
        'AWS_ENDPOINT_URL: set',
      ],
    ],
  ])('for %s, and all of it is told at once', async (_what, args, how, parts) => {
    const run = await parity(args, how);
    expect(run.exitCode).toBe(2);
    for (const part of parts) expect(run.complaint).toContain(part);
    expect(await emulator.requests()).toEqual([]);
  });

  test('where a profile leads elsewhere than to AWS: nobody else is asked', async () => {
    const profile = join(mkdtempSync(join(tmpdir(), 'profile-')), 'config');
    writeFileSync(profile, `[default]\nendpoint_url = ${emulator.url}\n`);
    const env = { AWS_CONFIG_FILE: profile, AWS_ENDPOINT_URL: undefined, PARITY_STAND_IN: undefined };
    const run = await parity(['--against', 'aws', '--region', 'xx-nowhere-1', '--records', folder], {
      answer: '',
      env,
    });
    rmSync(dirname(profile), { recursive: true });
    expect(run).toMatchObject({
      exitCode: 2,
      complaint: expect.stringContaining('whose the credentials are'),
    });
    expect(await emulator.requests()).toEqual([]);
  });

  test.each([
    [
      'for credentials that are not there, and it is said whose they should be',
      aws(),
      {
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PROFILE: 'nobody',
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
      },
      `wanted: those of account ${ACCOUNT}, by the profile nobody`,
    ],
    [
      'for records that are nowhere',
      ['--against', 'emulator', '--records', '/nonexistent'],
      {},
      '--records: "/nonexistent"; wanted: a folder that exists',
    ],
    [
      'without moto, and it is said how to get it',
      ['--against', 'moto'],
      { MOTO_SERVER: '/nonexistent' },
      "pip install 'moto[server]",
    ],
  ])('%s', async (_what, args, env, complaint) => {
    const run = await parity(args, { env });
    expect(run).toMatchObject({ exitCode: 2, complaint: expect.stringContaining(complaint) });
  });

  test('when it is only asked how to ask', async () => {
    expect(await parity(['--help'])).toMatchObject({
      exitCode: 0,
      complaint: '',
      out: expect.stringContaining('--against emulator|moto|aws'),
    });
  });
});

test.each([
  ['which are meant', []],
  ['which are named by another path', ['--records', '__tests__/recorded/']],
])('what a stand-in answers is not written to the records of AWS, %s', async (_what, more) => {
  const run = await parity(['--against', 'aws', '--region', 'eu-west-1', ...more]);
  expect(run).toMatchObject({
    exitCode: 2,
    complaint: expect.stringContaining("--records: the folder of AWS's"),
  });
});

test('records are written in the names of the scenario, and nothing is left', async () => {
  const only = ['--only', 'route-53-zones', '--only', 'iam-roles'];
  const run = await parity(aws(...only));
  expect(run).toMatchObject({ complaint: '', exitCode: 0 });
  expect(run.out).toContain('All are called parity and eight hex digits');
  expect(readdirSync(folder).sort()).toEqual(['iam-roles.json', 'route-53-zones.json']);
  const text = readFileSync(join(folder, 'route-53-zones.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ scenario: 'route-53-zones', witness: 'stand-in' });
  expect(text).toContain('"parity.example."');
  expect(text).not.toMatch(/parity[0-9a-f]{8}|123456789012|eu-west-1/);
  const { HostedZones } = await new Route53Client(emulator.client).send(new ListHostedZonesCommand({}));
  expect(HostedZones).toEqual([]);
  const made = (await emulator.requests()).filter(({ operation }) => operation === 'CreateHostedZone');
  for (const { input } of made) expect(input['Name']).toMatch(/^parity[0-9a-f]{8}(?:-other)?\.example$/);
});

test('what is there beside it stays, also when leftovers are cleaned away', async () => {
  const route53 = new Route53Client(emulator.client);
  const logs = new CloudWatchLogsClient(emulator.client);
  const iam = new IAMClient(emulator.client);
  for (const Name of [
    'parity0a1b2c3d.example',
    'parity.example',
    'shop.example',
    'xparity0a1b2c3d.example',
  ]) {
    await route53.send(new CreateHostedZoneCommand({ Name, CallerReference: Name }));
  }
  for (const logGroupName of ['/parity0a1b2c3d/app', '/parity/app']) {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
  }
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  for (const RoleName of ['parity0a1b2c3d', 'parity']) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  const run = await parity(aws('--clean'));
  expect(run).toMatchObject({ exitCode: 0, complaint: '' });
  expect(run.out).toBe(
    'deleted: zone parity0a1b2c3d.example., log group /parity0a1b2c3d/app, role parity0a1b2c3d\n',
  );
  const { HostedZones } = await route53.send(new ListHostedZonesCommand({}));
  expect(HostedZones?.map(({ Name }) => Name)).toEqual(
    expect.arrayContaining(['parity.example.', 'shop.example.', 'xparity0a1b2c3d.example.']),
  );
  expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toHaveLength(1);
  const { Roles } = await iam.send(new ListRolesCommand({}));
  expect(Roles?.map(({ RoleName }) => RoleName)).toContain('parity');
  expect((await parity(aws('--clean'))).out).toBe('nothing was left\n');
});

test('an interrupted run deletes what it made, and records nothing', async () => {
  const held = await emulator.hold({ service: 'route53', operation: 'GetChange' });
  const child = spawn(process.execPath, ['parity/main.ts', ...aws('--only', 'route-53-records')], {
    env: { ...process.env, ...standIn(), PARITY_ACCOUNT_ID: ACCOUNT },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdin.end(`${ACCOUNT}\n`);
  await held.arrived();
  const zones = async () => {
    const { HostedZones = [] } = await new Route53Client(emulator.client).send(
      new ListHostedZonesCommand({}),
    );
    return HostedZones.map(({ Name = '' }) => Name).filter((name) => /^parity[0-9a-f]{8}\./.test(name));
  };
  expect(await zones()).toHaveLength(1);
  child.kill('SIGINT');
  await held.release();
  expect(await ended).toBe(1);
  expect(await zones()).toEqual([]);
  expect(existsSync(join(folder, 'route-53-records.json'))).toBe(false);
});
