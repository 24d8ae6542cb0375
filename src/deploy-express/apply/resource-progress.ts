import { describeRevision, type ManagedResource } from '../../aws/deployments.ts';
import { ActionError } from '../../errors.ts';
import { allowToInfrastructure } from '../report/advice.ts';
import { deniedActionIn } from '../report/clues.ts';

/**
 * Prints what becomes of the resources that ECS makes for a first deployment, until all are there; an update costs one
 * call a look. Given up when the role may not read revisions.
 */
export function resourceProgress({
  revisionArn,
  isFirst,
  log,
  warn,
}: {
  readonly revisionArn: string | undefined;
  readonly isFirst: boolean;
  readonly log: (line: string) => void;
  readonly warn: (message: string) => Promise<void>;
}): () => Promise<void> {
  if (!isFirst || revisionArn === undefined) return async () => {};
  const shown = new Map<string, string>();
  const warned = new Set<string>();
  let done = false;
  return async () => {
    if (done) return;
    try {
      const resources = (await describeRevision(revisionArn))?.resources ?? [];
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
      `AWS cannot set up the ${label} yet: ${statusReason}. ${allowToInfrastructure(action)} ECS then goes on by itself, and this job waits for it.`,
    ];
  });
}

/** One line for each status, or reason that comes to it, such as `Resources ACTIVE: load balancer, listener`. */
function changedResources(resources: readonly ManagedResource[], shown: Map<string, string>): string[] {
  const changed = new Map<string, string[]>();
  for (const [index, { label, status, statusReason }] of resources.entries()) {
    const key = `${index} ${label}`;
    const state = `${status} ${statusReason ?? ''}`;
    if (shown.get(key) === state) continue;
    shown.set(key, state);
    const text = statusReason === undefined ? label : `${label} (${statusReason})`;
    changed.set(status, [...(changed.get(status) ?? []), text]);
  }
  return [...changed].map(([status, labels]) => `Resources ${status}: ${[...new Set(labels)].join(', ')}`);
}
