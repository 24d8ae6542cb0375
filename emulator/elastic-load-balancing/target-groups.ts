import type { Address, TargetState } from '../world.ts';
import { AwsError } from '../world.ts';
import { probe, startHealthChecks } from './health-check.ts';
import { findTargetGroup } from './lookup.ts';
import { type Balancing, balancerUsing, type Target, type TargetGroup } from './state.ts';
import { afterCheck, INITIAL, REGISTERED } from './target-health.ts';

/** AWS's default `deregistration_delay.timeout_seconds`. */
const DRAINING_SECONDS = 300;

export function createTargetGroup(
  balancing: Balancing,
  options: { readonly vpcId: string; readonly port: number; readonly healthCheckPath: string },
): string {
  const name = `ecs-gateway-tg-${balancing.ids.hex(17)}`;
  const arn = balancing.arn('elasticloadbalancing', `targetgroup/${name}/${balancing.ids.hex(16)}`);
  balancing.targetGroups.set(arn, { arn, name, ...options, targets: new Map(), turns: 0 });
  return arn;
}

export function deleteTargetGroup(balancing: Balancing, arn: string): void {
  const group = findTargetGroup(balancing, arn);
  if (balancerUsing(balancing, arn)) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  for (const target of group.targets.values()) stopTarget(target);
  balancing.targetGroups.delete(arn);
}

export function registerTarget(
  balancing: Balancing,
  groupArn: string,
  { id, address }: { readonly id: string; readonly address: Address },
): void {
  const group = findTargetGroup(balancing, groupArn);
  const before = group.targets.get(id);
  if (before) stopTarget(before);
  group.targets.set(id, {
    id,
    address,
    health: REGISTERED,
    stopChecks: undefined,
    cancelDraining: undefined,
  });
  syncHealthChecks(balancing);
}

/** A target that is not registered is no error, as with AWS. */
export function deregisterTarget(balancing: Balancing, groupArn: string, id: string): void {
  const group = findTargetGroup(balancing, groupArn);
  const target = group.targets.get(id);
  if (!target || target.cancelDraining) return;
  stopTarget(target);
  if (!balancerUsing(balancing, groupArn)) {
    group.targets.delete(id);
    return;
  }
  target.cancelDraining = balancing.clock.after(DRAINING_SECONDS, () => group.targets.delete(id));
}

/** Only targets of a group that some rule forwards to are checked, as with AWS; a weight of 0 is enough. */
export function syncHealthChecks(balancing: Balancing): void {
  for (const group of balancing.targetGroups.values()) {
    const used = balancerUsing(balancing, group.arn) !== undefined;
    for (const target of group.targets.values()) {
      if (!used) stopChecks(target);
      else if (!target.stopChecks && !target.cancelDraining) checkTarget(balancing, group, target);
    }
  }
}

/** A check under way would otherwise arrange for the next one on a clock that has been closed. */
export function stopAllTargets(balancing: Balancing): void {
  for (const group of balancing.targetGroups.values()) {
    for (const target of group.targets.values()) stopTarget(target);
  }
}

function checkTarget(balancing: Balancing, group: TargetGroup, target: Target): void {
  target.stopChecks = startHealthChecks({
    clock: balancing.clock,
    startAllowanceMs: balancing.startAllowanceMs,
    check: () => {
      if (target.health === REGISTERED) target.health = INITIAL;
      return probe(target.address, group.healthCheckPath);
    },
    report: (verdict) => {
      target.health = afterCheck(target.health, verdict);
    },
  });
}

function stopChecks(target: Target): void {
  target.stopChecks?.();
  target.stopChecks = undefined;
  target.health = REGISTERED;
}

function stopTarget(target: Target): void {
  stopChecks(target);
  target.cancelDraining?.();
  target.cancelDraining = undefined;
}

export type TargetStatus = {
  readonly state: TargetState;
  readonly reason?: string;
  readonly description?: string;
};

/** With AWS's texts: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-reason-codes */
export function targetStatus(balancing: Balancing, group: TargetGroup, id: string): TargetStatus {
  const target = group.targets.get(id);
  if (!target) {
    return {
      state: 'unused',
      reason: 'Target.NotRegistered',
      description: 'Target is not registered to the target group',
    };
  }
  if (target.cancelDraining) {
    return {
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      description: 'Target deregistration is in progress',
    };
  }
  if (!balancerUsing(balancing, group.arn)) {
    return {
      state: 'unused',
      reason: 'Target.NotInUse',
      description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  const { against: _against, ...status } = target.health;
  return status;
}
