import { deleteExpressService } from '../../aws/express.ts';
import { isServiceMissing, isServiceNotActive, toActionError } from '../../aws/failures.ts';
import { ActionError } from '../../errors.ts';
import type { GitHubApi } from '../../github/api.ts';
import { retireDeployments } from '../../github/deployments.ts';
import { getPullRequest } from '../../github/pull-request.ts';
import type { Runner } from '../../github/runner.ts';
import { writeStickyComment } from '../../github/sticky-comment.ts';
import { systemClock } from '../../poll.ts';
import { sayRefusals } from '../apply/announce.ts';
import { deletePreviewImages } from '../apply/service.ts';
import type { SweepInputs } from '../model/inputs.ts';
import type { SeenPreview } from '../model/observed.ts';
import { nothingDone, renderOutputs } from '../model/result.ts';
import { secondsSince } from '../model/timeline.ts';
import { observePreviews } from '../observe/previews.ts';
import { previewMarker, renderPreviewComment } from '../report/comment.ts';
import { deploymentPlace, describeState } from '../report/deployment.ts';
import { type Deletion, type PullRequestState, planSweep } from './plan-sweep.ts';
import { renderSweepSummary } from './report-sweep.ts';

/** Deletes what a lost `closed` event, or a forgotten pull request, left behind. Reads as what happens. */
export async function sweepPreviews(inputs: SweepInputs, runner: Runner, startedAt: number): Promise<void> {
  const api = await openGitHub(inputs, runner);
  const { repositoryId } = runner.context;
  const { previews } = await observePreviews(inputs.cluster, { repositoryId, previewOf: inputs.previewOf });
  const states = await readStates(api, previews);
  const plan = planSweep(previews, states, { ...inputs, nowMs: startedAt });
  for (const notice of plan.notices) await runner.notice(notice);
  for (const { sentence } of plan.deletions) runner.info(`${inputs.dryRun ? 'Would' : 'Will'} ${sentence}`);
  if (plan.deletions.length === 0) runner.info(`Nothing to delete: ${previews.length} previews are in use`);

  const failures: ActionError[] = [];
  const deleted: Deletion[] = [];
  const sayRefusal = sayRefusals(runner);
  for (const deletion of inputs.dryRun ? [] : plan.deletions) {
    runner.cancelled.throwIfAborted();
    const failure = await applyDeletion(deletion, runner);
    if (failure !== undefined) {
      runner.info(failure.message);
      failures.push(failure);
      continue;
    }
    deleted.push(deletion);
    await announceRemoval(api, deletion, inputs, { runUrl: runner.context.runUrl, sayRefusal });
  }
  await runner.appendSummary(renderSweepSummary({ plan, deleted, failures, dryRun: inputs.dryRun }));
  await reportOutputs(deleted, inputs, runner, startedAt);
  if (failures[0] !== undefined) throw failures[0];
}

async function openGitHub({ github }: SweepInputs, { context }: Runner): Promise<GitHubApi> {
  if (github.token === undefined) {
    throw new ActionError(
      'github-refused',
      'without a token GitHub cannot be asked which pull requests are closed',
      {
        hint: "Leave github-token out; the job's own token stands for it.",
      },
    );
  }
  const { openApi } = await import('../../github/api.ts');
  return openApi({ ...context, token: github.token });
}

/** A pull request that is not found may be one that the token does not see: it is not taken for closed. */
async function readStates(
  api: GitHubApi,
  previews: readonly SeenPreview[],
): Promise<ReadonlyMap<number, PullRequestState>> {
  const numbers = [...new Set(previews.map(({ pullRequest }) => pullRequest))];
  const states = new Map<number, PullRequestState>();
  for (const number of numbers) {
    const seen = await getPullRequest(api, number);
    states.set(number, seen === undefined ? 'unknown' : seen.isOpen ? 'open' : 'closed');
  }
  return states;
}

/** Returns a failure instead of throwing it, as the other previews are deleted all the same. */
async function applyDeletion(
  { preview, because }: Deletion,
  runner: Runner,
): Promise<ActionError | undefined> {
  try {
    await deleteExpressService(preview.serviceArn);
  } catch (cause) {
    // Somebody else was faster. Its images are still to be deleted.
    if (!isServiceNotActive(cause) && !isServiceMissing(cause)) {
      return toActionError(cause, `delete ${preview.serviceName}`, 'ecs:DeleteExpressGatewayService');
    }
  }
  runner.info(`Deleted ${preview.serviceName}: ${because}`);
  if (preview.imageRepository !== undefined) {
    const problem = await deletePreviewImages(preview.imageRepository, preview.serviceName, runner.info);
    if (problem !== undefined) await runner.notice(problem);
  }
  return undefined;
}

async function reportOutputs(
  deleted: readonly Deletion[],
  { dryRun }: SweepInputs,
  runner: Runner,
  startedAt: number,
): Promise<void> {
  const result = {
    ...nothingDone(dryRun ? 'planned' : 'swept'),
    changed: deleted.length > 0,
    deletedServices: deleted.map(({ preview }) => preview.serviceName),
    durationSeconds: secondsSince(startedAt, systemClock),
  };
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
}

/** Tells the pull request that its preview was swept away. What GitHub refuses goes to `sayRefusal`. */
async function announceRemoval(
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
