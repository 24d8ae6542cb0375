import type { Change } from './model/plan.ts';
import type {
  NameSecret,
  NameValue,
  Origins,
  ScalingSettings,
  ServiceSettings,
  SettingsLayer,
} from './model/settings.ts';

export type FilledSettings = { readonly settings: ServiceSettings; readonly origins: Origins };

type Scalar = Exclude<keyof ServiceSettings, 'environment' | 'secrets' | 'scaling' | 'logs'>;

/** As the plan calls them: the names of the inputs. */
const settingNames: Readonly<Record<Scalar, string>> = {
  containerPort: 'container-port',
  command: 'command',
  repositoryCredentials: 'repository-credentials',
  executionRoleArn: 'execution-role-arn',
  taskRoleArn: 'task-role-arn',
  taskDefinitionArn: 'task-definition-arn',
  cpuUnits: 'cpu',
  memoryMib: 'memory',
  cpuArchitecture: 'cpu-architecture',
  healthCheckPath: 'health-check-path',
  subnets: 'subnets',
  securityGroups: 'security-groups',
};

const scalingNames: Readonly<Record<keyof ScalingSettings, string>> = {
  minTaskCount: 'min-task-count',
  maxTaskCount: 'max-task-count',
  metric: 'auto-scaling-metric',
  targetValue: 'auto-scaling-target-value',
};

/**
 * Fills what the inputs do not give from the layers, the first of which goes before the others. Each variable and each
 * secret is a setting of its own, so that an input can change one of them without naming them all.
 */
export function fillSettings(given: ServiceSettings, layers: readonly SettingsLayer[]): FilledSettings {
  const origins = new Map<string, string>();
  let settings = given;
  for (const { origin, settings: offered } of layers) {
    settings = fillFrom(settings, offered, (setting) => origins.set(setting, origin));
  }
  return { settings, origins };
}

function fillFrom(
  given: ServiceSettings,
  offered: ServiceSettings,
  note: (setting: string) => void,
): ServiceSettings {
  const scalars = fillMembers(given, offered, settingNames, note);
  const scaling = fillMembers(given.scaling ?? {}, offered.scaling ?? {}, scalingNames, note);
  const taken = new Set([...(given.environment ?? []), ...(given.secrets ?? [])].map(({ name }) => name));
  const environment = fillNamed(given.environment, offered.environment, {
    taken,
    note,
    setting: 'environment-variables',
  });
  const secrets = fillNamed(given.secrets, offered.secrets, { taken, note, setting: 'secrets' });
  return {
    ...given,
    ...scalars,
    ...(Object.keys(scaling).length > 0 && { scaling }),
    ...(environment !== undefined && { environment }),
    ...(secrets !== undefined && { secrets }),
  };
}

/** The members of `given`, and those that only `offered` has. */
function fillMembers<Members extends object>(
  given: Members,
  offered: Members,
  names: Readonly<Partial<Record<keyof Members, string>>>,
  note: (setting: string) => void,
): Members {
  const filled: Partial<Members> = {};
  for (const [member, name] of Object.entries(names) as [keyof Members, string][]) {
    if (given[member] !== undefined || offered[member] === undefined) continue;
    filled[member] = offered[member];
    note(name);
  }
  return { ...given, ...filled };
}

function fillNamed<Item extends NameValue | NameSecret>(
  given: readonly Item[] | undefined,
  offered: readonly Item[] | undefined,
  {
    taken,
    note,
    setting,
  }: {
    /** A name is either a variable or a secret, and an input decides which. */
    readonly taken: ReadonlySet<string>;
    readonly note: (setting: string) => void;
    readonly setting: string;
  },
): readonly Item[] | undefined {
  if (offered === undefined) return given;
  const added = offered.filter(({ name }) => !taken.has(name));
  for (const { name } of added) note(`${setting}: ${name}`);
  return [...(given ?? []), ...added];
}

/** Says at each change where it comes from. */
export function withOrigins(changes: readonly Change[], origins: Origins): readonly Change[] {
  return changes.map((change) => {
    const origin = origins.get(change.setting);
    return origin === undefined ? change : { ...change, origin };
  });
}
