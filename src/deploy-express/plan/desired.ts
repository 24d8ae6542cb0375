import type { DesiredService } from '../../aws/express-settings.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { PlannedImage } from '../model/plan.ts';
import {
  collectSettings,
  type Group,
  rows,
  type ServiceSettings,
  type SettingName,
  sentWhole,
  settingNames,
  showSetting,
  statedByTaskDefinition,
} from '../model/settings.ts';

export const unbuiltImage = '(the image to be built)';

export function desiredService(
  inputs: DeployInputs,
  image: PlannedImage,
  running: RunningConfiguration | undefined,
): DesiredService {
  const { settings, environmentMode } = inputs;
  if (image.kind === 'in-task-definition') {
    const isStated = (name: SettingName) => statedByTaskDefinition.includes(rows[name].group);
    const given = collectSettings((name) => (isStated(name) ? undefined : settings[name]));
    return { ...complete(given, running, []), image: undefined, environment: [], secrets: [] };
  }
  const { environment, secrets } = running?.settings ?? {};
  return {
    ...complete(settings, running, ['container']),
    image: image.kind === 'known' ? image.reference : unbuiltImage,
    environment: desiredNamed(environmentMode, settings.environment, environment),
    secrets: desiredNamed(environmentMode, settings.secrets, secrets),
  };
}

/** What is given, and with it what runs of the groups that AWS takes whole: half of one would leave the rest to chance. */
function complete(
  given: ServiceSettings,
  running: RunningConfiguration | undefined,
  alwaysSent: readonly Group[],
): ServiceSettings {
  const touched = settingNames.filter((name) => given[name] !== undefined).map((name) => rows[name].group);
  const groups = sentWhole.filter((group) => [...alwaysSent, ...touched].includes(group));
  const kept = running === undefined ? {} : keepable(running);
  return collectSettings((name) => {
    const isKept = groups.includes(rows[name].group) && showSetting(name, kept).size > 0;
    return given[name] ?? (isKept ? kept[name] : undefined);
  });
}

/** If ECS's own security group were sent back, it would become one of the user's. */
function keepable({ settings, managedSecurityGroups: managed }: RunningConfiguration): ServiceSettings {
  const { securityGroups, ...others } = settings;
  const own = managed && securityGroups?.filter((group) => !managed.includes(group));
  return { ...others, ...(own && { securityGroups: own }) };
}

function desiredNamed<Item extends { readonly name: string }>(
  mode: 'replace' | 'merge',
  given: readonly Item[] | undefined,
  running: readonly Item[] | undefined,
): readonly Item[] {
  if (given === undefined) return running ?? [];
  if (mode === 'replace') return given;
  const names = new Set(given.map(({ name }) => name));
  return [...(running ?? []).filter(({ name }) => !names.has(name)), ...given];
}
