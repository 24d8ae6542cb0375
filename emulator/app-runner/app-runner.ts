import { arnMaker } from '../arn.ts';
import type { Ids } from '../ids.ts';
import { jsonRefusal } from '../shapes/refusals.ts';
import type { AwsNames, AwsService, Clock, Engine, FrontEnd, LogStore, MetricSink } from '../world.ts';
import { addDefaultConfiguration, autoScalingOperations } from './auto-scaling.ts';
import { customDomainOperations } from './custom-domain-operations.ts';
import { appRunnerFrontEnd, appRunnerNames } from './front-end.ts';
import { serviceOperations } from './service-operations.ts';
import type { AppRunner } from './state.ts';
import { tagOperations } from './tags.ts';
import { vpcConnectorOperations } from './vpc-connectors.ts';

const MINUTE = 60;

/** App Runner: its API, the services it runs, and the front end that users reach them through. */
export function createAppRunner(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
  readonly engine: Engine;
  readonly standIn: Engine;
  readonly logs: LogStore;
  readonly metrics: MetricSink;
  readonly hasCname: (name: string, value: string) => boolean;
  /** What the services' names resolve to. */
  readonly address: string;
}): { readonly service: AwsService; readonly frontEnd: FrontEnd; readonly names: AwsNames } {
  const { region, accountId, address } = options;
  const runner: AppRunner = {
    ...options,
    arn: arnMaker(region, accountId),
    services: new Map(),
    autoScaling: new Map(),
    vpcConnectors: new Map(),
  };
  addDefaultConfiguration(runner);
  options.clock.every(MINUTE, () => countInstances(runner));
  return {
    service: {
      name: 'apprunner',
      protocol: { kind: 'json', targetPrefix: 'AppRunner', version: '1.0' },
      refuse: jsonRefusal('InvalidRequestException'),
      operations: {
        ...serviceOperations(runner),
        ...customDomainOperations(runner),
        ...autoScalingOperations(runner),
        ...vpcConnectorOperations(runner),
        ...tagOperations(runner),
      },
    },
    frontEnd: appRunnerFrontEnd(runner, address),
    names: appRunnerNames(runner, address),
  };
}

function countInstances({ services, metrics }: AppRunner): void {
  for (const { name, id, status, instance } of services.values()) {
    if (status !== 'RUNNING') continue;
    const dimensions = { ServiceName: name, ServiceID: id };
    const value = instance ? 1 : 0;
    metrics.add({ namespace: 'AWS/AppRunner', name: 'ActiveInstances', dimensions, value, unit: 'Count' });
  }
}
