import type { DesiredService } from '../../aws/express.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { Change } from '../model/plan.ts';
import type { NameSecret, NameValue, ServiceSettings } from '../model/settings.ts';

/**
 * Whether what is asked for differs from what runs. An identical update is documented nowhere and may cost a needless
 * ten-minute rollout, so what AWS merely writes differently (order, `[]` for nothing, its own security group) is equal.
 */
function compareSettings(
  given: ServiceSettings,
  running: ServiceSettings,
  managedSecurityGroups: readonly string[] | undefined,
): Change[] {
  return [
    ...scalar('container-port', given.containerPort, running.containerPort),
    ...scalar('command', renderCommand(given.command), renderCommand(running.command)),
    ...scalar('log-group', given.logGroup, running.logGroup),
    ...scalar('log-stream-prefix', given.logStreamPrefix, running.logStreamPrefix),
    ...scalar('repository-credentials', given.repositoryCredentials, running.repositoryCredentials),
    ...scalar('execution-role-arn', given.executionRoleArn, running.executionRoleArn),
    ...scalar('task-role-arn', given.taskRoleArn, running.taskRoleArn),
    ...scalar('task-definition-arn', given.taskDefinitionArn, running.taskDefinitionArn),
    ...scalar('cpu', given.cpuUnits, running.cpuUnits),
    ...scalar('memory', given.memoryMib, running.memoryMib),
    ...scalar('cpu-architecture', given.cpuArchitecture, running.cpuArchitecture),
    ...scalar('health-check-path', given.healthCheckPath, running.healthCheckPath),
    ...scalar('subnets', renderSet(given.subnets), renderSet(running.subnets)),
    ...compareSecurityGroups(given.securityGroups, running.securityGroups, managedSecurityGroups),
    ...scalar('min-task-count', given.minTaskCount, running.minTaskCount),
    ...scalar('max-task-count', given.maxTaskCount, running.maxTaskCount),
    ...scalar('auto-scaling-metric', given.scalingMetric, running.scalingMetric),
    ...scalar('auto-scaling-target-value', given.scalingTarget, running.scalingTarget),
  ];
}

type Scalar = string | number | undefined;

/** A setting that is not given keeps what runs, so it is no change. */
function scalar(setting: string, given: Scalar, running: Scalar): Change[] {
  if (given === undefined || given === running) return [];
  return [{ setting, before: running?.toString(), after: given.toString() }];
}

/** With no command of its own, a service runs that of the image; AWS shows that as absent or as `[]`. */
function renderCommand(command: readonly string[] | undefined): string | undefined {
  return command === undefined || command.length === 0 ? undefined : JSON.stringify(command);
}

function renderSet(values: readonly string[] | undefined): string | undefined {
  return values === undefined || values.length === 0 ? undefined : values.toSorted().join(', ');
}

function compareSecurityGroups(
  given: readonly string[] | undefined,
  running: readonly string[] | undefined,
  managed: readonly string[] | undefined,
): Change[] {
  if (given === undefined) return [];
  const others = (running ?? []).filter((group) => !given.includes(group));
  const missing = given.some((group) => !running?.includes(group));
  // Unless told which group is ECS's own, one group too many is taken for it: there always is exactly one.
  const foreign = managed ? others.filter((group) => !managed.includes(group)) : others.slice(1);
  if (!missing && foreign.length === 0) return [];
  const before = running?.filter((group) => !managed?.includes(group));
  return [{ setting: 'security-groups', before: renderSet(before), after: renderSet(given) }];
}

/** Each variable is a line of its own. Values are never shown: they may be secrets that nobody declared as such. */
function compareEnvironment(desired: readonly NameValue[], running: readonly NameValue[]): Change[] {
  return compareNamed(
    'environment-variables',
    new Map(desired.map(({ name, value }) => [name, value])),
    new Map(running.map(({ name, value }) => [name, value])),
  );
}

function compareSecrets(desired: readonly NameSecret[], running: readonly NameSecret[]): Change[] {
  return compareNamed(
    'secrets',
    new Map(desired.map(({ name, valueFrom }) => [name, valueFrom])),
    new Map(running.map(({ name, valueFrom }) => [name, valueFrom])),
  );
}

function compareNamed(
  setting: string,
  desired: ReadonlyMap<string, string>,
  running: ReadonlyMap<string, string>,
): Change[] {
  const names = [...new Set([...running.keys(), ...desired.keys()])];
  return names.flatMap((name) => {
    const [before, after] = [running.get(name), desired.get(name)];
    if (before === after) return [];
    return [
      {
        setting: `${setting}: ${name}`,
        before: before === undefined ? undefined : 'set',
        after: after === undefined ? undefined : before === undefined ? 'set' : 'set to another value',
      },
    ];
  });
}

export function changesAgainst(
  given: ServiceSettings,
  desired: DesiredService,
  running: RunningConfiguration | undefined,
): Change[] {
  const from = running?.settings ?? {};
  return [
    ...compareSettings(given, from, running?.managedSecurityGroups),
    ...clearedCommand(given, from),
    ...compareEnvironment(desired.environment, from.environment ?? []),
    ...compareSecrets(desired.secrets, from.secrets ?? []),
  ];
}

/** `command: []` asks for the image's own command again. */
function clearedCommand(given: ServiceSettings, running: ServiceSettings): Change[] {
  if (given.command?.length !== 0 || running.command === undefined || running.command.length === 0) return [];
  return [{ setting: 'command', before: JSON.stringify(running.command), after: undefined }];
}
