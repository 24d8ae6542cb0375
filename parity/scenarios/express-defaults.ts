import {
  CreateExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { eventually, groupsOf, makeRoles, revisionOf, service, serviceArn } from '../express.ts';
import type { Act, Kit, Scenario } from '../scenario.ts';

const NAME = 'parity-defaults';
const MINUTES = 15;

/** Made with an image and its roles: what else it has are defaults. It need not become healthy by them. */
const defaults: Scenario = {
  name: 'ecs-express-defaults',
  run: async (kit) => {
    const { ecs, elbv2, step } = kit;
    await eventually(kit, () => ecs.send(new CreateExpressGatewayServiceCommand(service(NAME))));
    const shown = await step('the service', () =>
      ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: serviceArn(NAME), include: ['TAGS'] })),
    );
    const taskDefinition = shown?.service?.activeConfigurations?.[0]?.taskDefinitionArn;
    await step('its task definition', () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })), {
      keep: ({ taskDefinition: { requiresAttributes: _, registeredBy: __, ...rest } = {} }) => rest,
    });
    const TargetGroupArns = [...(await groupsMade(kit))];
    await step('its target groups', () => elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns })), {
      keep: ({ TargetGroups = [] }) => TargetGroups.map(({ LoadBalancerArns: _, ...group }) => group),
    });
  },
};

async function groupsMade(kit: Kit): Promise<readonly string[]> {
  for (let waited = 0; waited < MINUTES * 60; waited += 10) {
    const groups = groupsOf(await revisionOf(kit, NAME));
    if (groups.length > 1) return groups;
    await kit.pause(10);
  }
  throw new Error(`no target groups within ${MINUTES} minutes`);
}

export const defaultsAct: Act = {
  setUp: (kit) => makeRoles(kit),
  scenarios: [defaults],
  moto: false,
  sideBySide: true,
};
