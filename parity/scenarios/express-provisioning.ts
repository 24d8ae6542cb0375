import {
  CreateExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ManagedIngressPath,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { deploymentsOf, describe, eventually, makeRoles, service, serviceArn } from '../express.ts';
import type { Act, Kit, Scenario } from '../scenario.ts';

const NAME = 'parity-new';

/** Statuses and reasons from the request to the end, of a service, its deployment and all that ECS makes for it. */
const provisioning = (name: string): Scenario => ({
  name,
  run: async (kit) => {
    const { ecs, step, watch } = kit;
    const at = { serviceArn: serviceArn(NAME) };
    await eventually(kit, () =>
      ecs.send(new CreateExpressGatewayServiceCommand(service(NAME, { healthCheckPath: '/' }))),
    );
    await step('at once', () => ecs.send(new DescribeExpressGatewayServiceCommand(at)), {
      keep: ({ service: { currentDeployment, status, activeConfigurations = [] } = {} }) => ({
        ...{ currentDeployment, status, configurations: activeConfigurations.length },
      }),
    });
    await watch(
      'until it is over',
      () => look(kit),
      ({ deployment }) => isOver(deployment),
      20,
    );
  },
});

const isOver = (deployment: unknown): boolean => /SUCCESSFUL|FAILED|STOPPED/.test(String(deployment));

async function look(kit: Kit): Promise<Readonly<Record<string, unknown>>> {
  // First, so that what is seen beside a deployment that is over is what came after it.
  const [listed] = await deploymentsOf(kit, NAME);
  const { status, activeConfigurations = [] } = await describe(kit, NAME);
  const serviceRevisionArns = [activeConfigurations.at(-1)?.serviceRevisionArn ?? ''];
  const { serviceRevisions: [revision = {}] = [] } = await kit.ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns }),
  );
  return {
    service: status?.statusCode,
    deployment: listed?.status,
    ...(listed?.serviceDeploymentArn !== undefined && (await stageOf(kit, listed.serviceDeploymentArn))),
    ...resourcesOf(revision),
  };
}

async function stageOf({ ecs }: Kit, arn: string): Promise<object> {
  const { serviceDeployments: [one] = [], failures: [failure] = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  return {
    described: failure?.reason ?? 'shown',
    ...(one && { stage: one.lifecycleStage, why: one.statusReason }),
  };
}

type Resource = { readonly status?: string | undefined; readonly statusReason?: string | undefined };

function resourcesOf({
  ecsManagedResources: managed = {},
}: ServiceRevision): Readonly<Record<string, string>> {
  const paths: readonly ManagedIngressPath[] = managed.ingressPaths ?? [];
  const found: Readonly<Record<string, readonly (Resource | undefined)[]>> = {
    logGroup: managed.logGroups ?? [],
    serviceSecurityGroup: managed.serviceSecurityGroups ?? [],
    metricAlarm: managed.metricAlarms ?? [],
    scalableTarget: [managed.autoScaling?.scalableTarget],
    scalingPolicy: managed.autoScaling?.applicationAutoScalingPolicies ?? [],
    loadBalancer: paths.map(({ loadBalancer }) => loadBalancer),
    loadBalancerSecurityGroup: paths.flatMap(
      ({ loadBalancerSecurityGroups = [] }) => loadBalancerSecurityGroups,
    ),
    certificate: paths.map(({ certificate }) => certificate),
    listener: paths.map(({ listener }) => listener),
    rule: paths.map(({ rule }) => rule),
    targetGroups: paths.flatMap(({ targetGroups = [] }) => targetGroups),
  };
  const tell = ({ status, statusReason }: Resource): string =>
    statusReason === undefined ? `${status}` : `${status}: ${statusReason}`;
  return Object.fromEntries(
    Object.entries(found).map(([name, resources]) => [
      name,
      [...new Set(resources.flatMap((one) => (one ? [tell(one)] : [])))].join(', '),
    ]),
  );
}

const act = (name: string, ours: boolean): Act => ({
  setUp: (kit) => makeRoles(kit, { ours }),
  scenarios: [provisioning(name)],
  moto: false,
  sideBySide: false,
});

/** One after the other, before any other service: each makes a load balancer of its own. */
export const provisioningActs: readonly Act[] = [
  act('ecs-express-provisioning-by-the-managed-policy', false),
  act('ecs-express-provisioning-by-our-policy', true),
];
