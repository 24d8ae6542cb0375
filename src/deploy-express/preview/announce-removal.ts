import type { GitHubApi } from '../../github/api.ts';
import { retireDeployments } from '../../github/deployments.ts';
import { writeStickyComment } from '../../github/sticky-comment.ts';
import type { SweepInputs } from '../model/inputs.ts';
import { previewMarker, renderPreviewComment } from '../report/comment.ts';
import { deploymentPlace, describeState } from '../report/deployment.ts';
import type { Deletion } from './plan-sweep.ts';

/** Tells the pull request that its preview was swept away. What GitHub refuses goes to `sayRefusal`. */
export async function announceRemoval(
  api: GitHubApi,
  { preview, because }: Deletion,
  { cluster, github }: SweepInputs,
  told: { readonly runUrl: string; readonly sayRefusal: (error: unknown) => Promise<void> },
): Promise<void> {
  const { serviceName, pullRequest } = preview;
  const facts = { ...preview, cluster, commitSha: undefined, runUrl: told.runUrl };
  const tellings = [
    () =>
      writeStickyComment(api, {
        pullRequest,
        marker: previewMarker(facts),
        body: renderPreviewComment(facts, { kind: 'removed', because }),
        create: false,
      }),
    () =>
      github.deployment === 'off'
        ? undefined
        : retireDeployments(
            api,
            { ...deploymentPlace({ github, preview, serviceName }), except: undefined },
            { description: describeState(because), logUrl: facts.runUrl, url: undefined },
          ),
  ];
  for (const tell of tellings) {
    try {
      await tell();
    } catch (error) {
      await told.sayRefusal(error);
    }
  }
}
