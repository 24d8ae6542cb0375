import type { SeenPreview } from '../model/observed.ts';

/** `unknown` when GitHub does not show the pull request to the job's token. */
export type PullRequestState = 'open' | 'closed' | 'unknown';

export type Deletion = {
  readonly preview: SeenPreview;
  readonly because: string;
  /** What will be done, for the log: `delete web-pr-7: pull request 7 is closed`. */
  readonly sentence: string;
};

export type SweepPlan = {
  readonly deletions: readonly Deletion[];
  /** Due as well, but left for the next run. */
  readonly postponed: readonly Deletion[];
  readonly kept: readonly SeenPreview[];
  readonly notices: readonly string[];
};

const hourMs = 3_600_000;

/** Which previews go: those of closed pull requests first, then the longest idle ones, at most `maxDeletions`. */
export function planSweep(
  previews: readonly SeenPreview[],
  states: ReadonlyMap<number, PullRequestState>,
  limits: { readonly nowMs: number; readonly maxIdleHours: number; readonly maxDeletions: number },
): SweepPlan {
  const judged = previews
    .toSorted((a, b) => a.lastDeployedAt - b.lastDeployedAt)
    .map((preview) => ({ preview, verdict: judge(preview, states.get(preview.pullRequest), limits) }));
  const due = [
    ...judged.filter(({ verdict }) => verdict?.kind === 'closed'),
    ...judged.filter(({ verdict }) => verdict?.kind === 'idle'),
  ].map(({ preview, verdict }) => describeDeletion(preview, verdict?.because ?? ''));
  return {
    deletions: due.slice(0, limits.maxDeletions),
    postponed: due.slice(limits.maxDeletions),
    kept: judged.filter(({ verdict }) => verdict === undefined).map(({ preview }) => preview),
    notices: sweepNotices(previews, states, due.length, limits.maxDeletions),
  };
}

function judge(
  { pullRequest, lastDeployedAt }: SeenPreview,
  state: PullRequestState | undefined,
  { nowMs, maxIdleHours }: { readonly nowMs: number; readonly maxIdleHours: number },
): { readonly kind: 'closed' | 'idle'; readonly because: string } | undefined {
  if (state === 'closed') return { kind: 'closed', because: `pull request ${pullRequest} is closed` };
  const idleHours = (nowMs - lastDeployedAt) / hourMs;
  if (idleHours <= maxIdleHours) return undefined;
  return { kind: 'idle', because: `nothing was deployed to it for ${Math.floor(idleHours)} hours` };
}

function describeDeletion(preview: SeenPreview, because: string): Deletion {
  return { preview, because, sentence: `delete ${preview.serviceName}: ${because}` };
}

function sweepNotices(
  previews: readonly SeenPreview[],
  states: ReadonlyMap<number, PullRequestState>,
  due: number,
  maxDeletions: number,
): string[] {
  const unknown = [...new Set(previews.map(({ pullRequest }) => pullRequest))].filter(
    (number) => (states.get(number) ?? 'unknown') === 'unknown',
  );
  return [
    ...(unknown.length === 0
      ? []
      : [
          `GitHub does not show pull ${unknown.length === 1 ? 'request' : 'requests'} ${unknown.join(', ')}: of these, only idle previews are deleted.`,
        ]),
    ...(due <= maxDeletions
      ? []
      : [
          `${due} previews are to be deleted, and max-deletions is ${maxDeletions}: the next run deletes the others.`,
        ]),
  ];
}
