import type { Operation } from '../world.ts';
import { findAutoScaling } from './auto-scaling.ts';
import {
  type Input,
  invalid,
  matchingString,
  optionalObject,
  optionalString,
  page,
  requiredString,
} from './input.ts';
import { startInstance } from './instance.ts';
import { beginOperation, logGroup, requireStatus } from './operation.ts';
import { readHealthCheck } from './read-health-check.ts';
import { readInstance } from './read-instance.ts';
import { readNetwork } from './read-network.ts';
import { readSource } from './read-source.ts';
import type { Configuration, Service } from './service.ts';
import { describeService, summariseService } from './service-view.ts';
import { type AppRunner, dateOf, findService, TIMINGS } from './state.ts';
import { readTags } from './tags.ts';

const NAME = /[A-Za-z0-9][A-Za-z0-9-_]{3,39}/;
const LARGEST_PAGE = 20;

/** https://docs.aws.amazon.com/apprunner/latest/api/API_Operations.html */
export function serviceOperations(runner: AppRunner): Record<string, Operation> {
  const find = (input: Input): Service => findService(runner, requiredString(input, 'ServiceArn'));
  const started = (service: Service, OperationId: string) => ({
    Service: describeService(runner, service),
    OperationId,
  });
  return {
    CreateService: (input) => {
      const service = newService(runner, input);
      return started(service, createService(runner, service));
    },
    DescribeService: (input) => ({ Service: describeService(runner, find(input)) }),
    ListServices: (input) => {
      const services = [...runner.services.values()].filter(({ status }) => status !== 'DELETED');
      const { items, next } = page(services, input, LARGEST_PAGE);
      return { ServiceSummaryList: items.map(summariseService), ...next };
    },
    UpdateService: (input) => {
      const service = find(input);
      requireStatus(service, 'updated', ['RUNNING', 'PAUSED']);
      const configuration = changedConfiguration(runner, service, input);
      return started(service, replaceInstance(runner, service, { type: 'UPDATE_SERVICE', configuration }));
    },
    StartDeployment: (input) => {
      const service = find(input);
      requireStatus(service, 'deployed', ['RUNNING']);
      const { configuration } = service;
      return {
        OperationId: replaceInstance(runner, service, { type: 'START_DEPLOYMENT', configuration }),
      };
    },
    PauseService: (input) => {
      const service = find(input);
      requireStatus(service, 'paused', ['RUNNING']);
      return started(service, stopService(runner, service, 'PAUSE_SERVICE'));
    },
    ResumeService: (input) => {
      const service = find(input);
      requireStatus(service, 'resumed', ['PAUSED']);
      return started(service, resumeService(runner, service));
    },
    DeleteService: (input) => {
      const service = find(input);
      requireStatus(service, 'deleted', ['RUNNING', 'PAUSED', 'CREATE_FAILED', 'DELETE_FAILED']);
      return started(service, stopService(runner, service, 'DELETE_SERVICE'));
    },
  };
}

function newService(runner: AppRunner, input: Input): Service {
  const name = matchingString(requiredString(input, 'ServiceName'), 'ServiceName', NAME);
  const taken = [...runner.services.values()].some((one) => one.name === name && one.status !== 'DELETED');
  if (taken) throw invalid(`Service with the provided name already exists: ${name}.`);
  const id = runner.ids.hex(32);
  const now = dateOf(runner);
  const encryption = optionalObject(input, 'EncryptionConfiguration') ?? {};
  return {
    id,
    name,
    arn: runner.arn('apprunner', `service/${name}/${id}`),
    url: `${runner.ids.hex(10)}.${runner.region}.awsapprunner.com`,
    createdAt: now,
    kmsKey: optionalString(encryption, 'KmsKey'),
    tags: readTags(input),
    customDomains: new Map(),
    configuration: {
      source: readSource(optionalObject(input, 'SourceConfiguration') ?? {}),
      instance: readInstance(optionalObject(input, 'InstanceConfiguration') ?? {}),
      healthCheck: readHealthCheck(optionalObject(input, 'HealthCheckConfiguration') ?? {}),
      network: readNetworkOf(runner, input),
      autoScalingArn: findAutoScaling(runner, optionalString(input, 'AutoScalingConfigurationArn')).arn,
      observability: optionalObject(input, 'ObservabilityConfiguration') ?? { ObservabilityEnabled: false },
    },
    status: 'OPERATION_IN_PROGRESS',
    updatedAt: now,
    deletedAt: undefined,
    instance: undefined,
  };
}

/** Members that are not given stay; a source is replaced as a whole, and only by one of its own kind. */
function changedConfiguration(runner: AppRunner, service: Service, input: Input): Configuration {
  const before = service.configuration;
  const source = optionalObject(input, 'SourceConfiguration');
  const instance = optionalObject(input, 'InstanceConfiguration');
  const healthCheck = optionalObject(input, 'HealthCheckConfiguration');
  const autoScalingArn = optionalString(input, 'AutoScalingConfigurationArn');
  const after: Configuration = {
    source: source ? readSource(source) : before.source,
    instance: readInstance({ ...before.instance, ...instance }),
    healthCheck: readHealthCheck({ ...before.healthCheck, ...healthCheck }),
    network: optionalObject(input, 'NetworkConfiguration') ? readNetworkOf(runner, input) : before.network,
    autoScalingArn:
      autoScalingArn === undefined ? before.autoScalingArn : findAutoScaling(runner, autoScalingArn).arn,
    observability: optionalObject(input, 'ObservabilityConfiguration') ?? before.observability,
  };
  if (after.source.container.isCode !== before.source.container.isCode) {
    throw invalid('The source type of a service cannot be changed between code and image.');
  }
  return after;
}

const readNetworkOf = (runner: AppRunner, input: Input) =>
  readNetwork(optionalObject(input, 'NetworkConfiguration') ?? {}, (arn) => runner.vpcConnectors.has(arn));

function createService(runner: AppRunner, service: Service): string {
  runner.services.set(service.arn, service);
  for (const kind of ['service', 'application'] as const) runner.logs.createGroup(logGroup(service, kind));
  return beginOperation(runner, service, {
    type: 'CREATE_SERVICE',
    seconds: TIMINGS.create,
    work: async () => {
      service.instance = await startInstance(runner, service, service.configuration);
    },
    done: 'RUNNING',
    failed: 'CREATE_FAILED',
  });
}

/** The new container takes over when it is healthy; when it never is, the old one goes on and the service with it. */
function replaceInstance(
  runner: AppRunner,
  service: Service,
  change: { readonly type: 'UPDATE_SERVICE' | 'START_DEPLOYMENT'; readonly configuration: Configuration },
): string {
  const left = service.status;
  return beginOperation(runner, service, {
    type: change.type,
    seconds: TIMINGS.deploy,
    work: async () => {
      if (left === 'RUNNING') {
        const before = service.instance;
        service.instance = await startInstance(runner, service, change.configuration);
        await before?.stop();
      }
      service.configuration = change.configuration;
    },
    done: left,
    failed: left,
  });
}

function resumeService(runner: AppRunner, service: Service): string {
  return beginOperation(runner, service, {
    type: 'RESUME_SERVICE',
    seconds: TIMINGS.resume,
    work: async () => {
      service.instance = await startInstance(runner, service, service.configuration);
    },
    done: 'RUNNING',
    failed: 'PAUSED',
  });
}

function stopService(runner: AppRunner, service: Service, type: 'PAUSE_SERVICE' | 'DELETE_SERVICE'): string {
  const isDeletion = type === 'DELETE_SERVICE';
  return beginOperation(runner, service, {
    type,
    seconds: isDeletion ? TIMINGS.delete : TIMINGS.pause,
    work: async () => {
      const { instance } = service;
      service.instance = undefined;
      await instance?.stop();
      if (!isDeletion) return;
      service.deletedAt = dateOf(runner);
      service.customDomains.clear();
    },
    done: isDeletion ? 'DELETED' : 'PAUSED',
    failed: isDeletion ? 'DELETE_FAILED' : 'RUNNING',
  });
}
