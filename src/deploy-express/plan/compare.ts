import type { DesiredService } from '../../aws/express-settings.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { Change } from '../model/plan.ts';
import { labelOf, type SettingName, settingNames, showSetting } from '../model/settings.ts';

/**
 * Whether what would be sent differs from what runs. An identical update is documented nowhere and may cost a needless
 * ten-minute rollout, so what AWS merely writes differently (order, `[]` for nothing, its own security group) is equal.
 */
export function changesAgainst(desired: DesiredService, running: RunningConfiguration | undefined): Change[] {
  return settingNames.flatMap((name) =>
    name === 'securityGroups'
      ? compareSecurityGroups(desired, running)
      : compareSetting(name, desired, running),
  );
}

function compareSetting(
  setting: SettingName,
  desired: DesiredService,
  running: RunningConfiguration | undefined,
): Change[] {
  // What is not sent stays as it runs.
  if (desired[setting] === undefined) return [];
  const before = showSetting(setting, running?.settings ?? {});
  const after = showSetting(setting, desired);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const change = { setting: labelOf(setting, name), before: before.get(name), after: after.get(name) };
    if (change.before === change.after) return [];
    return [name === undefined ? change : hideTexts(change)];
  });
}

/** Each name of a list is a line of its own, and its value may be a secret that nobody declared as such. */
function hideTexts({ setting, before, after }: Change): Change {
  const isNew = before === undefined;
  return {
    setting,
    before: isNew ? undefined : 'set',
    after: after === undefined ? undefined : isNew ? 'set' : 'set to another value',
  };
}

function compareSecurityGroups(
  { securityGroups: desired }: DesiredService,
  running: RunningConfiguration | undefined,
): Change[] {
  if (desired === undefined) return [];
  const seen = running?.settings.securityGroups ?? [];
  const managed = running?.managedSecurityGroups;
  const others = seen.filter((group) => !desired.includes(group));
  const missing = desired.some((group) => !seen.includes(group));
  // Unless told which group is ECS's own, one group too many is taken for it: there always is exactly one.
  const foreign = managed ? others.filter((group) => !managed.includes(group)) : others.slice(1);
  if (!missing && foreign.length === 0) return [];
  const show = (securityGroups: readonly string[]) =>
    showSetting('securityGroups', { securityGroups }).get(undefined);
  const before = show(seen.filter((group) => !managed?.includes(group)));
  return [{ setting: labelOf('securityGroups'), before, after: show(desired) }];
}
