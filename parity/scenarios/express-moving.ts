import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  deploymentsOf,
  describe,
  IMAGE,
  makeRoles,
  makeService,
  NEWER_IMAGE,
  revisionOf,
  ruleOf,
  serviceArn,
  settle,
} from '../express.ts';
import type { Act, Kit, Scenario } from '../scenario.ts';

const NAME = 'parity-moving';
const AT = { serviceArn: serviceArn(NAME) };

const update =
  ({ ecs }: Kit, image: string) =>
  () =>
    ecs.send(new UpdateExpressGatewayServiceCommand({ ...AT, primaryContainer: { image } }));
const isOver = (status: unknown): boolean => /SUCCESSFUL|FAILED|STOPPED/.test(String(status));

/** Weights, tasks, configurations and the alarm, from the request of an update until it is over. */
const canary: Scenario = {
  name: 'ecs-express-canary',
  run: async (kit) => {
    const { cloudwatch, step, watch } = kit;
    const RuleArn = ruleOf(await revisionOf(kit, NAME));
    const before = (await deploymentsOf(kit, NAME)).length;
    await step('update the image', update(kit, NEWER_IMAGE));
    await watch(
      'until it is over',
      () => look(kit, { RuleArn, before }),
      ({ deployment }) => isOver(deployment),
      30,
    );
    await settle(kit, NAME, before + 1);
    await step('its alarm', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [`default/${NAME}/RollbackAlarm`] })),
    );
  },
};

async function look(
  kit: Kit,
  { RuleArn, before }: { readonly RuleArn: string; readonly before: number },
): Promise<Readonly<Record<string, unknown>>> {
  const { ecs, elbv2 } = kit;
  // First, so that what is seen beside a deployment that is over is what came after it.
  const deployments = await deploymentsOf(kit, NAME);
  const arn = deployments.length > before ? deployments[0]?.serviceDeploymentArn : undefined;
  const deployment = arn === undefined ? undefined : await deploymentOf(kit, arn);
  const { activeConfigurations = [], currentDeployment } = await describe(kit, NAME);
  const { Rules: [rule] = [] } = await elbv2.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }));
  const groups = rule?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'default', serviceName: NAME }));
  return {
    weights: groups.map(({ Weight }) => Weight),
    images: activeConfigurations.map(({ primaryContainer }) => primaryContainer?.image),
    tasks: taskArns.length,
    current: currentDeployment === undefined ? 'none' : currentDeployment === arn ? 'this' : 'another',
    ...deployment,
  };
}

async function deploymentOf({ ecs }: Kit, arn: string): Promise<object> {
  const { serviceDeployments: [one] = [], failures: [failure] = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  if (one === undefined) return { described: failure?.reason };
  const { status, statusReason, lifecycleStage, alarms, targetServiceRevision: target } = one;
  return {
    ...{ deployment: status, why: statusReason, stage: lifecycleStage, alarm: alarms?.status },
    percent: target?.requestedProductionTrafficWeight,
  };
}

const order: Scenario = {
  name: 'ecs-express-order-of-deployments',
  run: async (kit) => {
    const newestFirst = (await deploymentsOf(kit, NAME)).map((one) => one.serviceDeploymentArn);
    await kit.step(
      'the list',
      () => kit.ecs.send(new ListServiceDeploymentsCommand({ service: AT.serviceArn, cluster: 'default' })),
      {
        keep: ({ serviceDeployments = [] }) => {
          const ranks = serviceDeployments.map((one) => newestFirst.indexOf(one.serviceDeploymentArn));
          const isSorted = ranks.every((rank, index) => rank === index);
          return { several: ranks.length > 1, order: isSorted ? 'newest first' : 'another' };
        },
      },
    );
  },
};

/** An update by what runs already. The next scenario ends what it may have begun. */
const identical: Scenario = {
  name: 'ecs-express-identical-update',
  run: async (kit) => {
    const { note, pause, step } = kit;
    const [running] = (await describe(kit, NAME)).activeConfigurations ?? [];
    const before = (await deploymentsOf(kit, NAME)).length;
    const answer = await step(
      'update by the same image',
      update(kit, running?.primaryContainer?.image ?? ''),
      {
        keep: ({ service: { status } = {} }) => status,
      },
    );
    const revision = answer?.service?.targetConfiguration?.serviceRevisionArn;
    note('its revision', revision === running?.serviceRevisionArn ? 'the one that runs' : 'a new one');
    await pause(60);
    note('deployments that it began', (await deploymentsOf(kit, NAME)).length - before);
  },
};

const stop: Scenario = {
  name: 'ecs-express-stop-deployment',
  run: async (kit) => {
    const { ecs, pause, step, watch } = kit;
    const before = (await deploymentsOf(kit, NAME)).length;
    await step('update, while one may run', update(kit, IMAGE), {
      keep: ({ service: { status } = {} }) => status,
      sentence: true,
    });
    await pause(120);
    const [newest, ...older] = await deploymentsOf(kit, NAME);
    kit.note('it was begun, and what ran before', {
      begun: older.length === before,
      before: older[0]?.status,
    });
    const serviceDeploymentArn = newest?.serviceDeploymentArn;
    const halt = () =>
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    await step('stop it', halt, { sentence: true });
    await watch(
      'until it is over',
      async () => ({ ...(await deploymentOf(kit, serviceDeploymentArn ?? '')) }) as Record<string, unknown>,
      ({ deployment }) => isOver(deployment),
      20,
    );
    await step('stop it again', halt, { sentence: true });
    await step(
      'as services of ECS are shown',
      () => ecs.send(new DescribeServicesCommand({ cluster: 'default', services: [NAME] })),
      {
        keep: ({ services }) =>
          services?.[0]?.deployments?.map(({ status, rolloutState }) => ({ status, rolloutState })),
      },
    );
    kit.note(
      'images then',
      (await describe(kit, NAME)).activeConfigurations?.map((one) => one.primaryContainer?.image),
    );
  },
};

/** May the rollback alarm be switched off, and the canary be made shorter? */
const updateService: Scenario = {
  name: 'ecs-express-deployment-configuration',
  run: async (kit) => {
    const { ecs, step } = kit;
    const which = { cluster: 'default', service: NAME };
    const read = (name: string) =>
      step(name, () => ecs.send(new DescribeServicesCommand({ cluster: 'default', services: [NAME] })), {
        keep: ({ services }) => services?.[0]?.deploymentConfiguration,
      });
    const { services: [running] = [] } = (await read('as it is')) ?? {};
    const now = running?.deploymentConfiguration ?? {};
    const change = (name: string, more: object) =>
      step(
        name,
        () => ecs.send(new UpdateServiceCommand({ ...which, deploymentConfiguration: { ...now, ...more } })),
        { keep: ({ service }) => service?.deploymentConfiguration, sentence: true },
      );
    const alarmNames = now.alarms?.alarmNames ?? [];
    await change('without the alarm', { alarms: { alarmNames, enable: false, rollback: false } });
    await read('after that');
    await change('a shorter canary', {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1 },
    });
    await read('after that, too');
  },
};

/** All that moves one service, one update after the other. */
export const movingAct: Act = {
  setUp: async (kit) => {
    await makeRoles(kit);
    await makeService(kit, NAME);
  },
  scenarios: [canary, order, identical, stop, updateService],
  moto: false,
  sideBySide: true,
};
