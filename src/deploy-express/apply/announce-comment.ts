import type { GitHubApi } from '../../github/api.ts';
import { writeStickyComment } from '../../github/sticky-comment.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { PreviewRun } from '../model/job.ts';
import type { ObservedService } from '../model/observed.ts';
import type { DeployResult } from '../model/result.ts';
import { type PreviewState, previewMarker, renderPreviewComment } from '../report/comment.ts';
import type { Announcement } from './announce.ts';

/** The sticky comment on the pull request of a preview. A deletion writes only where a preview was announced. */
export function announceInComment(
  api: GitHubApi,
  run: PreviewRun,
  inputs: DeployInputs,
  context: { readonly runUrl: string },
): Announcement {
  const facts = { ...run, cluster: inputs.cluster, runUrl: context.runUrl };
  let urlBefore: string | undefined;
  const write = async (state: PreviewState) => {
    await writeStickyComment(api, {
      pullRequest: run.pullRequest,
      marker: previewMarker(facts),
      body: renderPreviewComment(facts, state),
      create: run.operation === 'deploy',
    });
  };
  return {
    begun: async (service) => {
      urlBefore = findRunningUrl(service);
      if (run.operation === 'deploy') await write({ kind: 'pending', url: urlBefore });
    },
    ended: (result) => write(judgeState(run, result, urlBefore)),
  };
}

function findRunningUrl(service: ObservedService): string | undefined {
  if (service.kind !== 'express' || service.runningCount === 0) return undefined;
  const host = service.running?.hosts[0];
  return host === undefined ? undefined : `https://${host}`;
}

function judgeState(run: PreviewRun, result: DeployResult, urlBefore: string | undefined): PreviewState {
  const { failure, durationSeconds, endpoint, imageDigest } = result;
  if (failure !== undefined) {
    return { kind: 'failed', reason: failure.error.message, url: urlBefore, durationSeconds };
  }
  if (run.operation === 'delete') return { kind: 'removed', because: run.because ?? 'it was asked for' };
  const url = endpoint === undefined ? undefined : `https://${endpoint}`;
  return { kind: 'live', url, imageDigest, durationSeconds };
}
