import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { type DeploymentRun, type Deployments, startDeployments } from '../../helpers/deployments.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { addCertificate } from '../../helpers/listener.ts';
import { listOf, policyOf, readPolicy } from '../../helpers/policies.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';

type Inputs = Readonly<Record<string, string>>;

const taskRole = 'arn:aws:iam::123456789012:role/ecsTaskRole';
const domain = 'app.example.com';
const subnets = 'subnet-0a1b2c3d4e5f60001,subnet-0a1b2c3d4e5f60002';

let world: Deployments;
let docker: FakeDocker;
let workspace: string;
let certificate: string;
let zoneId: string;
beforeAll(async () => {
  docker = installPushingDocker();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
  world = await startDeployments();
  certificate = await addCertificate(world.emulator, [domain]);
  const { HostedZone } = await new Route53Client(world.emulator.client).send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'roles' }),
  );
  zoneId = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
  await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 3, logLines: ['no database'] }]);
});
afterAll(async () => {
  await world.stop();
  docker.remove();
  rmSync(workspace, { recursive: true });
});

async function deployUnder(policy: object, inputs: Inputs): Promise<DeploymentRun> {
  const isEndless = 'pre-deploy-timeout-minutes' in inputs;
  await world.emulator.post('ecs', { runTask: isEndless ? { seconds: 1_000_000 } : {} });
  await world.emulator.post('policy', policy);
  return world.deploy(inputs, { workspace });
}

/** The jobs that together need every statement. */
const jobs = {
  first: { 'task-role-arn': taskRole, tags: 'team=shop' },
  build: { image: '', 'repository-expire-untagged-days': '30' },
  domain: { 'custom-domains': domain, 'certificate-arn': '' },
  chosenCertificate: { 'custom-domains': domain },
  redirect: { 'redirect-http': 'true' },
  requested: { 'request-certificate': 'true' },
  command: { subnets, 'pre-deploy-command': 'npm run migrate', 'smoke-test': 'false' },
  endless: { subnets, 'pre-deploy-command': 'npm run migrate', 'pre-deploy-timeout-minutes': '0.1' },
  broken: { image: 'public.ecr.aws/example/broken:1' },
} satisfies Readonly<Record<string, Inputs>>;

const inputsOf = (job: keyof typeof jobs, serviceName: string): Inputs => ({
  ...jobs[job],
  'service-name': serviceName,
  ...(job === 'build' && { repository: serviceName }),
  ...(job === 'requested' && { 'custom-domains': `${serviceName}.example.com` }),
  ...(job === 'chosenCertificate' && { 'certificate-arn': certificate }),
});

/** A job that fails for want of each statement. */
const needs: readonly (readonly [string, keyof typeof jobs])[] = [
  // First: the account has no cluster yet.
  ['MakeTheCluster', 'first'],
  ['DeployServices', 'first'],
  ['FollowDeployments', 'first'],
  ['RegisterTaskDefinitions', 'first'],
  ['HandOverRoles', 'first'],
  ['LogInToTheRegistry', 'build'],
  ['PushImages', 'build'],
  ['LookIntoTheCluster', 'broken'],
  ['RunCommands', 'command'],
  ['StopCommands', 'endless'],
  ['MakeAndReadLogs', 'broken'],
  ['FindListenersAndCertificates', 'domain'],
  ['ReadCertificates', 'chosenCertificate'],
  ['AddDomains', 'domain'],
  ['ListenOnPort80', 'redirect'],
  ['TagTheListener', 'redirect'],
  ['RequestCertificates', 'requested'],
  ['TagCertificates', 'requested'],
  ['KnowOwnCertificates', 'requested'],
  ['FindZones', 'requested'],
  ['ReadZone', 'requested'],
  ['ValidateCertificates', 'requested'],
];

/** What only AWS itself asks for, and when. */
const notEmulated = {
  UseEcsForTheFirstTime: 'Express makes the service-linked role of ECS where there is none',
  TagTaskDefinitions:
    'Express may give the task definition the tags of the service, and no public source says whether',
};

test('there is a job for every statement', () => {
  const known = [...needs.map(([sid]) => sid), ...Object.keys(notEmulated)];
  expect(known.toSorted()).toEqual(
    readPolicy('deploy')
      .Statement.concat(readPolicy('request-certificate').Statement, readPolicy('find-zone').Statement)
      .map(({ Sid }) => Sid)
      .toSorted(),
  );
});

describe('without', () => {
  test.each(needs)('%s a job fails, and names an action to allow', async (sid, job) => {
    const name = `web-without-${sid}`.toLowerCase();
    // Whose it is, is only asked of one that is there.
    if (sid === 'KnowOwnCertificates') {
      await addCertificate(world.emulator, [`${name}.example.com`], 'PENDING_VALIDATION');
    }
    const whole = policyOf('deploy', { HostedZoneId: zoneId });
    const missing = whole.Statement.find(({ Sid }) => Sid === sid);
    const policy = { ...whole, Statement: whole.Statement.filter((statement) => statement !== missing) };
    const run = await deployUnder(policy, inputsOf(job, name));
    expect(run.exitCode).toBe(1);
    const said = listOf(missing?.Action ?? []).filter((action) =>
      job === 'broken'
        ? run.log.includes(`not authorized to perform: ${action} on`)
        : run.log.includes(`Allow ${action} in the policy`),
    );
    expect({ sid, said, log: said.length > 0 ? '' : run.log }).toEqual({ sid, said, log: '' });
    expect(said).not.toEqual([]);
  });
});

describe('with all of them', () => {
  const deploy = (inputs: Inputs) => deployUnder(policyOf('deploy', { HostedZoneId: zoneId }), inputs);

  test('a service is built, deployed, changed, given a name, and deleted', async () => {
    const service = { ...jobs.first, ...inputsOf('build', 'web') };
    expect(await deploy(service)).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
    const retagged = { ...service, tags: 'team=basket', 'mutate-tags-on-update': 'true' };
    const changes = { cpu: '512', memory: '1024', 'custom-domains': domain };
    expect(await deploy({ ...retagged, ...changes })).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'updated', 'custom-domains': domain },
    });
    expect(await deploy({ ...retagged, ...changes })).toMatchObject({ outputs: { outcome: 'unchanged' } });
    const gone = await deploy({ operation: 'delete', 'service-name': 'web', 'wait-for-deletion': 'true' });
    expect(gone).toMatchObject({ exitCode: 0, outputs: { outcome: 'deleted' } });
  });

  test('a command runs before a deployment, and one that takes too long is stopped', async () => {
    const run = await deploy(inputsOf('command', 'web-command'));
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
    expect(run.log).toContain('pre-deploy-command ended with exit code 0');
    const late = await deploy(inputsOf('endless', 'web-endless'));
    expect(late.log).toMatch(/task arn:\S+ was stopped \[pre-deploy-failed\]/);
    for (const { log } of [run, late]) expect(log).not.toMatch(/not authorized|may not create log group/);
  });

  test('a failure is explained from everything there is', async () => {
    const run = await deploy(inputsOf('broken', 'web-broken'));
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed' } });
    expect(run.log).toContain('no database');
    expect(run.log).not.toContain('not authorized');
  });

  test('a cancelled job rolls back', async () => {
    // Nearly real time: the deployment goes on until the job is cancelled.
    const slow = await startDeployments('--speed', '1');
    try {
      await slow.emulator.post('policy', policyOf('deploy', { HostedZoneId: zoneId }));
      const running = slow.start({ 'service-name': 'web-cancelled' });
      await running.sawInLog('Created service');
      await slow.emulator.advance(12);
      await running.sawInLog('Deployment: IN_PROGRESS');
      running.kill('SIGINT');
      const run = await running.finished;
      expect(run.log).toContain('ECS was asked to roll');
      expect(run.log).not.toContain('not authorized');
    } finally {
      await slow.stop();
    }
  });

  test('the services and repositories of others are out of reach', async () => {
    const foreign = await deploy({ 'service-name': 'billing' });
    expect(foreign.exitCode).toBe(1);
    expect(foreign.log).toContain('service/default/billing because no identity-based policy allows');
    const pushed = await deploy({ ...inputsOf('build', 'web-elsewhere'), repository: 'billing' });
    expect(pushed.exitCode).toBe(1);
    expect(pushed.log).toContain('repository/billing because no identity-based policy allows');
  });

  test('a certificate is requested, validated and attached', async () => {
    const run = await deploy(inputsOf('requested', 'web-requested'));
    expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
      exitCode: 0,
      log: '',
    });
    expect(run.log).toContain('is issued');
  });

  test('no record but those of ACM can be made, and no certificate for the names of others', async () => {
    const foreign = await deploy({
      ...jobs.requested,
      'service-name': 'web-foreign',
      'custom-domains': 'app.other.example',
    });
    expect(foreign.exitCode).toBe(1);
    expect(foreign.log).toContain('Allow acm:RequestCertificate in the policy');
  });

  test('http:// is redirected', async () => {
    const run = await deploy({ ...jobs.redirect, 'service-name': 'web-redirect' });
    expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
      exitCode: 0,
      log: '',
    });
    expect(run.log).toContain('Made a listener on port 80');
  });

  test('a role that was not made for the tasks cannot be handed to them', async () => {
    const admin = 'arn:aws:iam::123456789012:role/Administrator';
    const run = await deploy({ 'service-name': 'web-admin', 'task-role-arn': admin });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`iam:PassRole on resource: ${admin}`);
  });
});
