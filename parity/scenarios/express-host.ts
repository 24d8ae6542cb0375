import {
  DescribeExpressGatewayServiceCommand,
  type ECSExpressGatewayService,
  RegisterTaskDefinitionCommand,
  UpdateExpressGatewayServiceCommand,
  type UpdateExpressGatewayServiceCommandInput,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ModifyRuleCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  describe,
  EXECUTION_ROLE,
  hostOf,
  IMAGE,
  makeRoles,
  makeService,
  NEWER_IMAGE,
  ON_PORT_8080,
  revisionOf,
  ruleOf,
  serviceArn,
  settle,
  TAGS,
} from '../express.ts';
import type { Act, Kit, Scenario } from '../scenario.ts';

const NAME = 'parity-host';
type Change = Omit<UpdateExpressGatewayServiceCommandInput, 'serviceArn'>;

/** Whether a host that somebody adds to Express's own rule is still there after an update of one kind. */
const survives = (
  kind: string,
  change: (kit: Kit, shown: ECSExpressGatewayService) => Promise<Change>,
): Scenario => ({
  name: `ecs-express-host-survives-${kind}`,
  run: async (kit) => {
    const { ecs, elbv2, step } = kit;
    const shown = await describe(kit, NAME);
    const RuleArn = ruleOf(await revisionOf(kit, NAME));
    const Values = [hostOf(shown), 'app.parity.example'];
    const read = () => elbv2.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }));
    await step(
      'add a host',
      () =>
        elbv2.send(
          new ModifyRuleCommand({
            RuleArn,
            Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values } }],
          }),
        ),
      { keep: ({ Rules = [] }) => conditionsOf(Rules) },
    );
    const input = { serviceArn: serviceArn(NAME), ...(await change(kit, shown)) };
    await step('update', () => ecs.send(new UpdateExpressGatewayServiceCommand(input)), {
      keep: ({ service: { targetConfiguration } = {} }) => targetConfiguration,
    });
    const ended = await settle(kit, NAME, 2);
    kit.note('the deployment ends', ended.status);
    await step('the rule then', read, { keep: ({ Rules = [] }) => conditionsOf(Rules) });
    await step(
      'is it still the rule of the service',
      () => ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: serviceArn(NAME) })),
      {
        keep: ({ service: { activeConfigurations = [] } = {} }) => activeConfigurations,
      },
    );
    kit.note('its rule', ruleOf(await revisionOf(kit, NAME)) === RuleArn ? 'the same' : 'another');
  },
});

const conditionsOf = (rules: readonly Rule[]): unknown =>
  rules.map(({ Conditions = [] }) =>
    Conditions.map(({ Field, HostHeaderConfig }) => ({ Field, hosts: HostHeaderConfig?.Values?.toSorted() })),
  );

const act = (scenario: Scenario): Act => ({
  setUp: async (kit) => {
    await makeRoles(kit);
    await makeService(kit, NAME);
  },
  scenarios: [scenario],
  moto: false,
  sideBySide: true,
});

async function ownDefinition({ ecs }: Kit): Promise<Change> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'parity-own',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        { name: 'Main', image: IMAGE, portMappings: [{ name: 'http', containerPort: 80, protocol: 'tcp' }] },
      ],
      tags: TAGS,
    }),
  );
  return { taskDefinitionArn: taskDefinition?.taskDefinitionArn };
}

/** One fewer than it had, or all where it had two: no balancer has fewer. */
async function fewerSubnets(
  _kit: Kit,
  { activeConfigurations = [] }: ECSExpressGatewayService,
): Promise<Change> {
  const subnets = activeConfigurations.at(-1)?.networkConfiguration?.subnets ?? [];
  return { networkConfiguration: { subnets: subnets.slice(0, Math.max(2, subnets.length - 1)) } };
}

/** Each has a service of its own. The last also tells what is read back of a task definition of one's own. */
export const hostActs: readonly Act[] = [
  survives('image', async () => ({ primaryContainer: { image: NEWER_IMAGE } })),
  survives('port', async () => ({
    primaryContainer: { image: IMAGE, containerPort: 8080, command: ON_PORT_8080 },
  })),
  survives('path', async () => ({ healthCheckPath: '/index.html' })),
  survives('network', fewerSubnets),
  survives('task-definition', ownDefinition),
].map(act);
