import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceCommandInput,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  type ECSExpressGatewayService,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Kit } from './scenario.ts';

/** Answers on port 80 with a page at `/` and `/index.html`. */
export const IMAGE = 'public.ecr.aws/nginx/nginx:1.28';
export const NEWER_IMAGE = 'public.ecr.aws/nginx/nginx:1.29';
/** As above, on another port. */
export const ON_PORT_8080 = [
  'sh',
  '-c',
  "sed -i 's/80;/8080;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'",
];

const roleArn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
export const INFRASTRUCTURE_ROLE = roleArn('parity-infrastructure');
export const EXECUTION_ROLE = roleArn('parity-execution');
export const serviceArn = (name: string): string =>
  `arn:aws:ecs:eu-west-1:123456789012:service/default/${name}`;
/** The value gets what this run has behind its names; the key is the same for all runs. */
export const TAGS = [{ key: 'made-by', value: 'parity' }];

const POLICIES = join(import.meta.dirname, '..', 'bootstrap', 'policies');
export const readPolicy = (name: string): string => readFileSync(join(POLICIES, `${name}.json`), 'utf8');

const trust = (principal: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

/** `ours`: the infrastructure role has what bootstrap/ gives it beside the managed policy. */
export async function makeRoles(kit: Kit, { ours = true }: { readonly ours?: boolean } = {}): Promise<void> {
  const managed = 'arn:aws:iam::aws:policy/service-role/';
  await makeRole(kit, 'parity-infrastructure', { Service: 'ecs.amazonaws.com' });
  await makeRole(kit, 'parity-execution', { Service: 'ecs-tasks.amazonaws.com' });
  for (const [RoleName, policy] of [
    ['parity-infrastructure', 'AmazonECSInfrastructureRoleforExpressGatewayServices'],
    ['parity-execution', 'AmazonECSTaskExecutionRolePolicy'],
  ]) {
    await kit.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `${managed}${policy}` }));
  }
  if (ours) await putPolicy(kit, 'parity-infrastructure', readPolicy('infrastructure'));
}

export async function makeRole({ iam }: Kit, RoleName: string, principal: object): Promise<void> {
  const Tags = TAGS.map(({ key: Key, value: Value }) => ({ Key, Value }));
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(principal), Tags }));
}

export async function putPolicy({ iam }: Kit, RoleName: string, PolicyDocument: string): Promise<void> {
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'parity', PolicyDocument }));
}

/** The least that a service is made of. */
export const service = (
  serviceName: string,
  more: Partial<CreateExpressGatewayServiceCommandInput> = {},
): CreateExpressGatewayServiceCommandInput => ({
  serviceName,
  infrastructureRoleArn: INFRASTRUCTURE_ROLE,
  executionRoleArn: EXECUTION_ROLE,
  primaryContainer: { image: IMAGE },
  tags: TAGS,
  ...more,
});

/** New roles are not known everywhere at once. */
const NOT_YET = /assume (?:the )?(?:service linked )?role|AssumeRole|not able to validate/i;

export async function eventually<Output>(kit: Kit, ask: () => Promise<Output>): Promise<Output> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries >= 36 || !(error instanceof Error) || !NOT_YET.test(error.message)) throw error;
      await kit.pause(5);
    }
  }
}

/** Makes a service and waits until it has settled. */
export async function makeService(
  kit: Kit,
  name: string,
  more: Partial<CreateExpressGatewayServiceCommandInput> = { healthCheckPath: '/' },
): Promise<void> {
  await eventually(kit, () => kit.ecs.send(new CreateExpressGatewayServiceCommand(service(name, more))));
  await settle(kit, name, 1);
}

/** Newest first, whatever the order they are told in. */
export async function deploymentsOf({ ecs }: Kit, name: string): Promise<readonly ServiceDeploymentBrief[]> {
  const input = { service: serviceArn(name), cluster: 'default' };
  const { serviceDeployments = [] } = await ecs
    .send(new ListServiceDeploymentsCommand(input))
    // One that was just made is not known everywhere yet.
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ServiceNotFoundException')
        return { serviceDeployments: [] };
      throw error;
    });
  return serviceDeployments.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

const SETTLE_MINUTES = 30;

/** Waits until the deployment of that number is over, and what is shown has followed. */
export async function settle(kit: Kit, name: string, count: number): Promise<ServiceDeploymentBrief> {
  for (let waited = 0; waited < SETTLE_MINUTES * 60; waited += 10) {
    const deployments = await deploymentsOf(kit, name);
    const [newest] = deployments;
    if (newest?.finishedAt !== undefined && deployments.length >= count) {
      await kit.pause(60);
      return newest;
    }
    await kit.pause(10);
  }
  throw new Error(`${kit.localise(name)} has not settled within ${SETTLE_MINUTES} minutes`);
}

export async function describe({ ecs }: Kit, name: string): Promise<ECSExpressGatewayService> {
  const { service: shown = {} } = await ecs.send(
    new DescribeExpressGatewayServiceCommand({ serviceArn: serviceArn(name) }),
  );
  return shown;
}

/** The revision that serves, with what ECS manages for it. */
export async function revisionOf(kit: Kit, name: string): Promise<ServiceRevision> {
  const { activeConfigurations = [] } = await describe(kit, name);
  const arn = activeConfigurations.at(-1)?.serviceRevisionArn ?? '';
  const { serviceRevisions = [] } = await kit.ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }),
  );
  return serviceRevisions[0] ?? {};
}

export const ruleOf = (revision: ServiceRevision): string =>
  revision.ecsManagedResources?.ingressPaths?.[0]?.rule?.arn ?? '';
export const balancerOf = (revision: ServiceRevision): string =>
  revision.ecsManagedResources?.ingressPaths?.[0]?.loadBalancer?.arn ?? '';
export const groupsOf = (revision: ServiceRevision): readonly string[] =>
  (revision.ecsManagedResources?.ingressPaths?.[0]?.targetGroups ?? []).flatMap(({ arn }) =>
    arn ? [arn] : [],
  );

/** Bare, whether or not it is told with `https://`. */
export const hostOf = ({ activeConfigurations = [] }: ECSExpressGatewayService): string =>
  (activeConfigurations.at(-1)?.ingressPaths?.[0]?.endpoint ?? '').replace(/^https:\/\//, '');
