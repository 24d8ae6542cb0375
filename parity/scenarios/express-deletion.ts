import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateExpressGatewayServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListTaskDefinitionsCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, groupsOf, NEWER_IMAGE, revisionOf, service, serviceArn } from '../express.ts';
import type { Scenario } from '../scenario.ts';

const told = { sentence: true } as const;

/** How long it drains, what it refuses meanwhile and afterwards, and what is left. */
export const deletion = (name: string): Scenario => ({
  name: 'ecs-express-deletion',
  run: async (kit) => {
    const { ecs, elbv2, logs, step, watch } = kit;
    const at = { serviceArn: serviceArn(name) };
    const revision = await revisionOf(kit, name);
    const create = () => ecs.send(new CreateExpressGatewayServiceCommand(service(name)));
    const remove = () => ecs.send(new DeleteExpressGatewayServiceCommand(at));
    const update = () =>
      ecs.send(new UpdateExpressGatewayServiceCommand({ ...at, primaryContainer: { image: NEWER_IMAGE } }));
    await step('delete it', remove, { keep: ({ service: { status } = {} }) => status });
    await step('delete it again', remove, told);
    await step('update it', update, told);
    await step('create it again', create, told);
    await watch(
      'until it is gone',
      async () => ({ status: (await describe(kit, name)).status?.statusCode }),
      ({ status }) => status === 'INACTIVE',
      20,
    );
    await step('read it', () => ecs.send(new DescribeExpressGatewayServiceCommand(at)), {
      keep: ({ service: { status, currentDeployment, activeConfigurations = [] } = {} }) => ({
        ...{ status, currentDeployment, configurations: activeConfigurations.length },
      }),
    });
    await step('delete it now', remove, told);
    await step('update it now', update, told);
    const serviceRevisionArns = [revision.serviceRevisionArn ?? ''];
    await step(
      'its revision',
      () => ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })),
      told,
    );
    await step(
      'as services of ECS are shown',
      () => ecs.send(new DescribeServicesCommand({ cluster: 'default', services: [name] })),
      {
        keep: ({ services = [], failures }) => ({ statuses: services.map(({ status }) => status), failures }),
      },
    );
    await step(
      'its log groups',
      () => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/ecs/default/${name}` })),
      {
        keep: ({ logGroups = [] }) => logGroups.map(({ logGroupName }) => logGroupName),
      },
    );
    await step('its task definitions', () =>
      ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: `default-${name}` })),
    );
    const TargetGroupArns = [...groupsOf(revision)];
    await step('its target groups', () => elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns })));
    await step('create it now', create, {
      keep: ({ service: { status } = {} }) => status,
      sentence: true,
    });
  },
});
