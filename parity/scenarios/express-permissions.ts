import { CreateExpressGatewayServiceCommand, DeleteExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import {
  EXECUTION_ROLE,
  INFRASTRUCTURE_ROLE,
  makeRole,
  makeRoles,
  putPolicy,
  readPolicy,
  service,
  serviceArn,
} from '../express.ts';
import type { Act, Kit, Scenario } from '../scenario.ts';

type Policy = { readonly Statement: readonly Statement[] };
type Statement = { readonly Sid: string; readonly Condition?: object };

/** The deploy role's policy, for services and roles of ours. */
function deployPolicy(region: string): Policy {
  const values: Readonly<Record<string, string>> = {
    Partition: 'aws',
    Region: region,
    AccountId: '123456789012',
    ClusterName: 'default',
    ServiceNamePrefix: 'parity',
    RepositoryNamePrefix: 'parity',
    InfrastructureRoleArn: INFRASTRUCTURE_ROLE,
    ExecutionRoleArn: EXECUTION_ROLE,
    TaskRoleArn: EXECUTION_ROLE,
  };
  return JSON.parse(readPolicy('deploy').replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? ''));
}

const without =
  (sid: string) =>
  ({ Statement, ...rest }: Policy): Policy => ({
    ...rest,
    Statement: Statement.filter(({ Sid }) => Sid !== sid),
  });
const passingTo =
  (principal: string) =>
  ({ Statement, ...rest }: Policy): Policy => ({
    ...rest,
    Statement: Statement.map((one) =>
      one.Sid === 'HandOverRoles'
        ? { ...one, Condition: { StringEquals: { 'iam:PassedToService': principal } } }
        : one,
    ),
  });

/** What a create with tags asks for: by the policy of bootstrap/, and by less than that. */
const CASES: readonly (readonly [name: string, role: string, change: (policy: Policy) => Policy])[] = [
  ['the deploy role of bootstrap/', 'parity-deploy', (policy) => policy],
  ['without tags of task definitions', 'parity-untagged', without('TagTaskDefinitions')],
  ['without task definitions', 'parity-unregistered', without('RegisterTaskDefinitions')],
  ['roles passed to ECS alone', 'parity-to-ecs', passingTo('ecs.amazonaws.com')],
  ['roles passed to tasks alone', 'parity-to-tasks', passingTo('ecs-tasks.amazonaws.com')],
];

const SPREAD_SECONDS = 60;

const permissions: Scenario = {
  name: 'ecs-express-permissions',
  run: async (kit) => {
    const { as, ecs, step } = kit;
    for (const [name, role] of CASES) {
      const { ecs: theirs } = as(await assume(kit, role));
      const made = await step(
        name,
        () => theirs.send(new CreateExpressGatewayServiceCommand(service(role, { healthCheckPath: '/' }))),
        { keep: ({ service: { status } = {} }) => status, sentence: true },
      );
      if (made) await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: serviceArn(role) }));
    }
  },
};

async function assume({ localise, sts }: Kit, role: string) {
  const RoleArn = `arn:aws:iam::123456789012:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'parity' }));
  if (Credentials === undefined) throw new Error(`${localise(role)} gives no credentials`);
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

export const permissionsAct: Act = {
  setUp: async (kit) => {
    await makeRoles(kit);
    const policy = deployPolicy(kit.localise('eu-west-1'));
    for (const [, role, change] of CASES) {
      await makeRole(kit, role, { AWS: 'arn:aws:iam::123456789012:root' });
      await putPolicy(kit, role, JSON.stringify(change(policy)));
    }
    // A refusal must not be one of a policy that is not known everywhere yet.
    await kit.pause(SPREAD_SECONDS);
  },
  scenarios: [permissions],
  moto: false,
  sideBySide: true,
};
