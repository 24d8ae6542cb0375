import {
  type AppRunnerClient,
  DeleteServiceCommand,
  DescribeServiceCommand,
  paginateListServices as paginateAppRunnerServices,
  type ServiceSummary,
} from '@aws-sdk/client-apprunner';
import {
  DeleteExpressGatewayServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeExpressGatewayServiceCommand,
  type ECSClient,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import {
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeTagsCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clients } from './scenario.ts';
import type { IsMine, Sweep, Wait } from './sweep.ts';

/** Those that a scenario made at Express's load balancers, which may serve others as well. */
export async function* sweepListeners({ elbv2 }: Clients, isMine: IsMine): Sweep {
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client: elbv2 }, {})) {
    for (const { LoadBalancerArn, LoadBalancerName = '' } of LoadBalancers) {
      if (!LoadBalancerName.startsWith('ecs-express-gateway-alb-')) continue;
      const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const ResourceArns = Listeners.filter(({ Port }) => Port === 80).flatMap(
        ({ ListenerArn }) => ListenerArn ?? [],
      );
      if (ResourceArns.length === 0) continue;
      const { TagDescriptions = [] } = await elbv2.send(new DescribeTagsCommand({ ResourceArns }));
      for (const { ResourceArn: ListenerArn, Tags = [] } of TagDescriptions) {
        if (!Tags.some(({ Key, Value }) => Key === 'made-by' && isMine(Value))) continue;
        await elbv2.send(new DeleteListenerCommand({ ListenerArn }));
        yield `listener ${ListenerArn}`;
      }
    }
  }
}

const GONE_MINUTES = 30;

/** Resolves when the last of them is gone: its roles are needed until then. */
export async function* sweepExpressServices({ ecs }: Clients, isMine: IsMine, wait: Wait): Sweep {
  for (const serviceArn of await findServices(ecs, isMine)) {
    if ((await statusOf(ecs, serviceArn)) === 'ACTIVE') {
      await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    }
  }
  for (const serviceArn of await findServices(ecs, isMine)) {
    if ((await statusOf(ecs, serviceArn)) === 'INACTIVE') continue;
    await waitUntil(
      wait,
      `${serviceArn} drains`,
      async () => (await statusOf(ecs, serviceArn)) === 'INACTIVE',
    );
    yield `service ${serviceArn.split('/').at(-1)}`;
  }
}

/** Lists leave out what drains: that is known by the task definitions that Express made for it. */
async function findServices(ecs: ECSClient, isMine: IsMine): Promise<readonly string[]> {
  return (await listTaskDefinitions(ecs, isMine)).flatMap((arn) => {
    const name = /(?<=:task-definition\/default-)parity[\w-]*(?=:\d+$)/.exec(arn)?.[0];
    return name === undefined ? [] : [arn.replace(/:task-definition\/.*$/, `:service/default/${name}`)];
  });
}

const MISSING =
  /ResourceNotFoundException|ServiceNotFoundException|ClusterNotFoundException|: Resource not found/;

async function statusOf(ecs: ECSClient, serviceArn: string): Promise<string | undefined> {
  try {
    const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
    return service?.status?.statusCode;
  } catch (error) {
    // A task definition is made before a service, which may then be refused; and of one that is gone nothing is told for ever.
    if (error instanceof Error && MISSING.test(`${error.name}: ${error.message}`)) return 'INACTIVE';
    throw error;
  }
}

export async function* sweepAppRunnerServices({ appRunner }: Clients, isMine: IsMine, wait: Wait): Sweep {
  for (const { ServiceArn, ServiceName } of await listAppRunnerServices(appRunner)) {
    if (!isMine(ServiceName)) continue;
    const statusNow = async () =>
      (await appRunner.send(new DescribeServiceCommand({ ServiceArn }))).Service?.Status;
    if ((await statusNow()) === 'DELETED') continue;
    // One that is being made or deleted takes no other order meanwhile.
    await waitUntil(
      wait,
      `${ServiceName} is busy`,
      async () => (await statusNow()) !== 'OPERATION_IN_PROGRESS',
    );
    if ((await statusNow()) !== 'DELETED') await appRunner.send(new DeleteServiceCommand({ ServiceArn }));
    await waitUntil(wait, `${ServiceName} is there`, async () => (await statusNow()) === 'DELETED');
    yield `App Runner service ${ServiceName}`;
  }
}

async function listAppRunnerServices(client: AppRunnerClient): Promise<readonly ServiceSummary[]> {
  const found: ServiceSummary[] = [];
  try {
    for await (const { ServiceSummaryList = [] } of paginateAppRunnerServices({ client }, {})) {
      found.push(...ServiceSummaryList);
    }
  } catch (error) {
    // The Region has no App Runner.
    if (Object(error).code !== 'ENOTFOUND') throw error;
  }
  return found;
}

async function waitUntil(wait: Wait, otherwise: string, done: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < GONE_MINUTES * 60; waited += 10) {
    if (await done()) return;
    await wait(10);
  }
  throw new Error(`${otherwise} after ${GONE_MINUTES} minutes: run --clean again`);
}

/** Also those that Express made, which nothing deletes. */
export async function* sweepTaskDefinitions({ ecs }: Clients, isMine: IsMine): Sweep {
  for (const taskDefinition of await listTaskDefinitions(ecs, isMine)) {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    yield `task definition ${taskDefinition.split('/').at(-1)}`;
  }
}

async function listTaskDefinitions(client: ECSClient, isMine: IsMine): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client }, {})) {
    found.push(...taskDefinitionArns.filter(isMine));
  }
  return found;
}
