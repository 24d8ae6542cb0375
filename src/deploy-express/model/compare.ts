import type { DesiredService } from '../../aws/express-settings.ts';
import type { ExpressObservation, RunningConfiguration } from './observed.ts';
import type { Change, PlanStep } from './plan.ts';
import {
  labelOf,
  rows,
  type SettingName,
  settingNames,
  showSetting,
  statedByTaskDefinition,
} from './settings.ts';

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
  // What is not sent stays as it runs, or a task definition states it: what AWS shows then is derived from that.
  const isStated =
    desired.taskDefinitionArn !== undefined && statedByTaskDefinition.includes(rows[setting].group);
  if (desired[setting] === undefined || isStated) return [];
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

/** Settings, by name, in which a revision is not what was sent to make it; the reference of the image is one. */
export function differencesFrom(sent: DesiredService, made: RunningConfiguration | undefined): string[] {
  const image = sent.image === undefined || sent.image === made?.image ? [] : ['image'];
  return [...image, ...changesAgainst(sent, made).map(({ setting }) => setting)];
}

/** Whether a service is what a create was to make. The tags of an equal one may still say that it is somebody else's. */
export function isAsSent(
  sent: Extract<PlanStep, { kind: 'create-service' }>,
  { status, infrastructureRoleArn, tags, running }: ExpressObservation,
): boolean {
  const isTagged = sent.tags.every((wanted) =>
    tags.some(({ key, value }) => key === wanted.key && value === wanted.value),
  );
  return (
    status === 'ACTIVE' &&
    infrastructureRoleArn === sent.infrastructureRoleArn &&
    isTagged &&
    differencesFrom(sent.desired, running).length === 0
  );
}
