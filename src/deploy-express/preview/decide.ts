import type { PullRequest, PullRequestEvent } from '../../github/pull-request.ts';
import type { PreviewInputs } from '../model/inputs.ts';

export type PreviewDecision =
  | { readonly kind: 'deploy' }
  | { readonly kind: 'delete'; readonly because: string }
  /** A notice says why. The job stays green, as it did what the event asks for. */
  | { readonly kind: 'nothing'; readonly because: string };

const dependabot = 'dependabot[bot]';

/** Decides by what the event itself says. */
export function decidePreview(
  seen: {
    readonly eventName: string;
    readonly event: PullRequestEvent | undefined;
    /** Who made the event. */
    readonly actor: string;
  },
  preview: PreviewInputs,
): PreviewDecision {
  const { event, eventName, actor } = seen;
  if (event === undefined) {
    return nothing(`previews are created on the event pull_request, and this is ${eventName || 'no event'}`);
  }
  const { pullRequest, action } = event;
  const which = describe(pullRequest);
  if (pullRequest.isFromFork) return nothing(`${which} comes from a fork, whose code gets no access to AWS`);
  if (pullRequest.author === dependabot || actor === dependabot) {
    return nothing(`${which} is from Dependabot, whose workflows get no access to AWS`);
  }
  switch (action) {
    case 'closed':
      return { kind: 'delete', because: `${which} is closed` };
    case 'labeled':
    case 'unlabeled':
      return decideByLabel(event, preview);
    case 'opened':
    case 'reopened':
    case 'synchronize':
      return isWanted(pullRequest, preview)
        ? { kind: 'deploy' }
        : nothing(`${which} does not have the label ${preview.label}`);
    default:
      return nothing(`${action} does not change the preview of ${which}`);
  }
}

function decideByLabel(
  { action, label, pullRequest }: PullRequestEvent,
  preview: PreviewInputs,
): PreviewDecision {
  const which = describe(pullRequest);
  if (preview.trigger === 'all') {
    return nothing(`preview-trigger is all, so the labels of ${which} do not matter`);
  }
  if (label === undefined || !isSameLabel(label, preview.label)) {
    return nothing(
      `the label that ${which} ${action === 'labeled' ? 'got' : 'lost'} is not ${preview.label}`,
    );
  }
  return action === 'labeled'
    ? { kind: 'deploy' }
    : { kind: 'delete', because: `${which} lost the label ${preview.label}` };
}

/**
 * Decides by what the pull request is now: an event is old by the time its job runs, and older still when the job is run
 * again. `headSha` is that of the event.
 */
export function reconsider(
  decision: PreviewDecision,
  { headSha, now }: { readonly headSha: string; readonly now: PullRequest },
  preview: PreviewInputs,
): PreviewDecision {
  const wanted = isWanted(now, preview);
  if (decision.kind === 'deploy' && !wanted) {
    const because = now.isOpen ? `lost the label ${preview.label}` : 'was closed';
    return { kind: 'delete', because: `${describe(now)} ${because} in the meantime` };
  }
  if (decision.kind === 'delete' && wanted) {
    return nothing(`${describe(now)} asks for a preview again. The run of that event handles it`);
  }
  if (decision.kind === 'deploy' && now.headSha !== headSha) {
    return nothing(
      `${describe(now)} is at commit ${now.headSha} now. The run of that push handles it; this run is of ${headSha}`,
    );
  }
  return decision;
}

function isWanted({ isOpen, labels }: PullRequest, { trigger, label }: PreviewInputs): boolean {
  return isOpen && (trigger === 'all' || labels.some((each) => isSameLabel(each, label)));
}

/** GitHub never has two labels that differ in case alone. */
function isSameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function describe({ number }: PullRequest): string {
  return `pull request ${number}`;
}

function nothing(because: string): PreviewDecision {
  return { kind: 'nothing', because };
}
