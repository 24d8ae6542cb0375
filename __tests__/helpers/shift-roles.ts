import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { EXECUTION_ROLE } from './express-service.ts';
import { addCertificate } from './listener.ts';
import { listOf, type PolicyDocument, policyFrom, ROLE_POLICIES, type RoleName } from './policies.ts';
import { installPushingDocker } from './pushing-docker.ts';
import { type ActionRun, runAction } from './run-action.ts';
import { appDomain, createHealthCheck, type ShiftWorld, startShiftWorld } from './shift-world.ts';

export type Inputs = Readonly<Record<string, string>>;

/** Roles for Route 53, as where the zone is in another account; the emulator has one account, and lets assume any role. */
export const dnsRole = 'arn:aws:iam::123456789012:role/dns';
export const dnsPlanRole = 'arn:aws:iam::123456789012:role/dns-plan';

/** A shift that is to be done with no more than a role of bootstrap/ may do. */
export type ShiftRoles = {
  readonly world: ShiftWorld;
  readonly certificate: string;
  /** All of a role's policies, or some. */
  readonly policyOf: (role: RoleName, names?: readonly string[]) => PolicyDocument;
  readonly shift: (policy: PolicyDocument, inputs: Inputs) => Promise<ActionRun>;
  /** deploy-express, to say what it would do to the same service. */
  readonly planDeployment: (policy: PolicyDocument, inputs: Inputs) => Promise<ActionRun>;
  /** Whatever the policy of the last job says; returns its id. */
  readonly createHealthCheck: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

export async function startShiftRoles(): Promise<ShiftRoles> {
  const world = await startShiftWorld({ greenKnowsDomain: false });
  const { emulator } = world;
  const certificate = await addCertificate(emulator, [appDomain]);
  await new ECRClient(emulator.client).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await new CloudWatchClient(emulator.client).send(new PutMetricAlarmCommand(quietAlarm));
  const docker = installPushingDocker();
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
  return {
    world,
    certificate,
    policyOf: (role, names = ROLE_POLICIES[role]) =>
      policyFrom(names, { HostedZoneId: world.zoneId, DnsRoleArn: dnsRole, DnsPlanRoleArn: dnsPlanRole }),
    shift: async (policy, inputs) => {
      await emulator.post('policy', policy);
      return world.run(inputs);
    },
    planDeployment: async (policy, inputs) => {
      await emulator.post('policy', policy);
      const given = { 'service-name': 'web', 'execution-role-arn': EXECUTION_ROLE, 'dry-run': 'true' };
      return runAction({ inputs: { ...given, ...inputs }, env: emulator.env, workspace });
    },
    createHealthCheck: async () => {
      const Statement = [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }];
      await emulator.post('policy', { Version: '2012-10-17', Statement });
      return createHealthCheck(world);
    },
    stop: async () => {
      docker.remove();
      rmSync(workspace, { recursive: true });
      await world.stop();
    },
  };
}

/** An alarm that is content for want of requests. */
const quietAlarm: PutMetricAlarmCommand['input'] = {
  AlarmName: 'errors',
  Namespace: 'Shop',
  MetricName: 'Errors',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 1,
  EvaluationPeriods: 1,
  Period: 60,
  Statistic: 'Sum',
  TreatMissingData: 'notBreaching',
};

export const without = (policy: PolicyDocument, sid: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.filter((statement) => statement.Sid !== sid),
});

/** The job was red, and its log tells which action of the statement to allow. */
export function expectToAskFor(policy: PolicyDocument, sid: string, run: ActionRun): void {
  const statement = policy.Statement.find((each) => each.Sid === sid);
  const said = listOf(statement?.Action ?? []).filter((action) =>
    run.log.includes(`Allow ${action} in the policy`),
  );
  const log = said.length > 0 ? '' : run.log;
  expect({ sid, exitCode: run.exitCode, log }).toEqual({ sid, exitCode: 1, log: '' });
}
