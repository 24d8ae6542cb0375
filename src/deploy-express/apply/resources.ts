import { describeRevision, type ManagedResource } from '../../aws/deployments.ts';
import { ActionError } from '../../errors.ts';
import { allowToInfrastructure } from '../report/advice.ts';
import { deniedActionIn } from '../report/clues.ts';

type ProgressOptions = {
  /** A first deployment makes load balancer, certificate and the rest; an update finds most of them in place. */
  readonly isFirst: boolean;
  readonly log: (line: string) => void;
  readonly warn: (message: string) => Promise<void>;
};

/**
 * Prints what becomes of the resources that ECS sets up, until all are there. For most updates that is one look: they are
 * there already, and only news is printed. Given up when the role may not read revisions.
 */
export function resourceProgress({
  isFirst,
  log,
  warn,
}: ProgressOptions): (revisionArn: string | undefined) => Promise<void> {
  const shown = new Map<string, string>();
  const warned = new Set<string>();
  let done = false;
  return async (revisionArn) => {
    if (done || revisionArn === undefined) return;
    try {
      const resources = (await describeRevision(revisionArn))?.resources ?? [];
      if (!isFirst && shown.size === 0) noteActive(resources, shown);
      for (const line of changedResources(resources, shown)) log(line);
      for (const warning of newDenials(resources, warned)) await warn(warning);
      done = resources.length > 0 && resources.every(({ status }) => status !== 'PROVISIONING');
    } catch (error) {
      if (!(error instanceof ActionError) || error.code !== 'access-denied') throw error;
      done = true;
    }
  };
}

/** ECS goes on trying what IAM denied it, so the deployment heals while it is waited for. */
function newDenials(resources: readonly ManagedResource[], warned: Set<string>): string[] {
  return resources.flatMap(({ label, status, statusReason = '' }) => {
    const action = deniedActionIn(statusReason);
    if (action === undefined || status !== 'PROVISIONING' || warned.has(action)) return [];
    warned.add(action);
    return [
      `AWS cannot set up the ${label} yet: ${statusReason}. ${allowToInfrastructure(action)} ECS then continues by itself, and this job waits for it.`,
    ];
  });
}

/** What an update finds in place is no news. */
function noteActive(resources: readonly ManagedResource[], shown: Map<string, string>): void {
  for (const [index, { label, status, statusReason }] of resources.entries()) {
    if (status === 'ACTIVE') shown.set(resourceKey(index, label), resourceState(status, statusReason));
  }
}

const resourceKey = (index: number, label: string) => `${index} ${label}`;
const resourceState = (status: string, reason: string | undefined) => `${status} ${reason ?? ''}`;

/** One line for each status, or reason that comes to it, such as `Resources ACTIVE: load balancer, listener`. */
function changedResources(resources: readonly ManagedResource[], shown: Map<string, string>): string[] {
  const changed = new Map<string, string[]>();
  for (const [index, { label, status, statusReason }] of resources.entries()) {
    const key = resourceKey(index, label);
    const state = resourceState(status, statusReason);
    if (shown.get(key) === state) continue;
    shown.set(key, state);
    const text = statusReason === undefined ? label : `${label} (${statusReason})`;
    changed.set(status, [...(changed.get(status) ?? []), text]);
  }
  return [...changed].map(([status, labels]) => `Resources ${status}: ${[...new Set(labels)].join(', ')}`);
}
