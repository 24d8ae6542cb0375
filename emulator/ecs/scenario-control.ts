import { RESOURCE_NAMES } from './managed-resources.ts';
import { isRecord } from './members.ts';
import { triggerAlarm } from './rollout.ts';
import { type Ecs, isOver, type Scenario } from './state.ts';

/** Nothing goes wrong. */
export const createScenario = (): Scenario => ({
  rolePropagationFailures: 0,
  armedAlarms: new Set(),
  failRollback: false,
  failResources: new Map(),
  stuckResources: new Map(),
  oldestDeploymentsFirst: false,
  ignoreIdenticalUpdates: false,
  endpointScheme: undefined,
  takesForeignListeners: false,
  privateSubnets: new Set(),
  runTask: { exitCode: 0, seconds: 10, logLines: [], neverStarts: undefined },
  runTaskFailures: [],
  missingServiceError: 'ResourceNotFoundException',
});

type Setting = (ecs: Ecs, value: unknown) => void;

/** Each member of a `POST /_emulator/ecs` body, and what it does. Documented in the README. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  rolePropagationFailures: (ecs, value) => {
    ecs.scenario.rolePropagationFailures = wholeNumber('rolePropagationFailures', value);
  },
  triggerAlarm: (ecs, value) => {
    armAlarm(ecs, text('triggerAlarm.service', record('triggerAlarm', value)['service']));
  },
  failRollback: (ecs, value) => {
    ecs.scenario.failRollback = flag('failRollback', value);
  },
  failResource: (ecs, value) => {
    const { service, ...failure } = resourceFailure('failResource', value);
    ecs.scenario.failResources.set(service, failure);
  },
  stuckResource: (ecs, value) => {
    const { service, ...failure } = resourceFailure('stuckResource', value);
    ecs.scenario.stuckResources.set(service, failure);
  },
  repairResources: (ecs) => {
    ecs.scenario.failResources.clear();
    ecs.scenario.stuckResources.clear();
  },
  desiredCount: (ecs, value) => {
    const given = record('desiredCount', value);
    scale(
      ecs,
      text('desiredCount.service', given['service']),
      wholeNumber('desiredCount.count', given['count']),
    );
  },
  oldestDeploymentsFirst: (ecs, value) => {
    ecs.scenario.oldestDeploymentsFirst = flag('oldestDeploymentsFirst', value);
  },
  ignoreIdenticalUpdates: (ecs, value) => {
    ecs.scenario.ignoreIdenticalUpdates = flag('ignoreIdenticalUpdates', value);
  },
  endpointScheme: (ecs, value) => {
    ecs.scenario.endpointScheme = value === null ? undefined : flag('endpointScheme', value);
  },
  takesForeignListeners: (ecs, value) => {
    ecs.scenario.takesForeignListeners = flag('takesForeignListeners', value);
  },
  privateSubnets: (ecs, value) => {
    for (const id of list('privateSubnets', value))
      ecs.scenario.privateSubnets.add(text('privateSubnets', id));
  },
  runTask: (ecs, value) => {
    const given = record('runTask', value);
    const { exitCode = 0, seconds = 10, logLines = [], neverStarts } = given;
    ecs.scenario.runTask = {
      exitCode: wholeNumber('runTask.exitCode', exitCode),
      seconds: wholeNumber('runTask.seconds', seconds),
      logLines: list('runTask.logLines', logLines).map((line) => text('runTask.logLines', line)),
      neverStarts: neverStarts === undefined ? undefined : text('runTask.neverStarts', neverStarts),
    };
  },
  runTaskFailures: (ecs, value) => {
    ecs.scenario.runTaskFailures = list('runTaskFailures', value).map((each) => {
      const { reason, detail } = record('runTaskFailures', each);
      return {
        reason: text('runTaskFailures.reason', reason),
        detail: detail === undefined ? undefined : text('runTaskFailures.detail', detail),
      };
    });
  },
  missingServiceError: (ecs, value) => {
    if (value !== 'ResourceNotFoundException' && value !== 'InvalidParameterException') {
      throw new TypeError(
        '"missingServiceError" must be ResourceNotFoundException or InvalidParameterException',
      );
    }
    ecs.scenario.missingServiceError = value;
  },
};

/** Throws a `TypeError` that says what is wrong with the body, before anything of it is done. */
export function applyScenario(ecs: Ecs, body: unknown): void {
  const settings = Object.entries(record('body', body));
  const unknown = settings.find(([name]) => !Object.hasOwn(SETTINGS, name));
  if (unknown)
    throw new TypeError(`unknown setting "${unknown[0]}"; there are ${Object.keys(SETTINGS).join(', ')}`);
  for (const [name, value] of settings) SETTINGS[name]?.(ecs, value);
}

/** In a rollout that already has traffic the alarm goes off at once, else in the service's next canary. */
function armAlarm(ecs: Ecs, serviceName: string): void {
  for (const service of ecs.services.values()) {
    const deployment =
      service.kind === 'express' && service.name === serviceName ? service.deployments[0] : undefined;
    if (service.kind !== 'express' || !deployment || isOver(deployment) || deployment.targetPercent === 0)
      continue;
    triggerAlarm(ecs, service, deployment);
    return;
  }
  ecs.scenario.armedAlarms.add(serviceName);
}

function resourceFailure(name: string, value: unknown) {
  const given = record(name, value);
  const resource = RESOURCE_NAMES.find((known) => known === given['resource']);
  if (!resource) throw new TypeError(`"${name}.resource" must be one of ${RESOURCE_NAMES.join(', ')}`);
  const reason = text(`${name}.reason`, given['reason'] ?? `The ${resource} could not be provisioned.`);
  return { service: text(`${name}.service`, given['service']), resource, reason };
}

/** As Application Auto Scaling, or a person, does it: at once, and for what is deployed later. */
function scale(ecs: Ecs, serviceName: string, count: number): void {
  for (const service of ecs.services.values()) {
    if (service.kind !== 'express' || service.name !== serviceName) continue;
    service.scaledTo = count;
    service.desiredCount = count;
    for (const keeper of service.keepers.values()) keeper.scaleTo(count);
  }
}

function record(name: string, value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new TypeError(`"${name}" must be an object`);
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`"${name}" must be a list`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`"${name}" must be a string`);
}

function flag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`"${name}" must be true or false`);
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new TypeError(`"${name}" must be a whole number`);
}
