import { ActionError } from '../../errors.ts';
import type { GitHubApi } from '../../github/api.ts';
import { retireDeployments } from '../../github/deployments.ts';
import { getPullRequest } from '../../github/pull-request.ts';
import type { Runner } from '../../github/runner.ts';
import { writeStickyComment } from '../../github/sticky-comment.ts';
import { sayRefusals } from '../apply/announce.ts';
import { doStep } from '../apply/apply.ts';
import { deletePreviewImages, deleteService } from '../apply/delete.ts';
import type { SweepInputs } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import type { SeenPreview } from '../model/observed.ts';
import { observePreview, observePreviews } from '../observe/previews.ts';
import { previewMarker, renderPreviewComment } from '../report/comment.ts';
import { deploymentPlace, describeState } from '../report/deployment.ts';
import { type Deletion, type PullRequestState, planSweep } from './plan-sweep.ts';
import { renderSweep } from './report-sweep.ts';

/** Deletes what a lost `closed` event, or a forgotten pull request, left behind. Reads as what happens. */
export async function sweep(inputs: SweepInputs, job: Job): Promise<void> {
  const { runner, facts, startedAt } = job;
  facts.outcome = inputs.dryRun ? 'planned' : 'swept';
  const api = await openGitHub(inputs, runner);
  const { repositoryId } = runner.context;
  const { previews } = await observePreviews(inputs.cluster, { repositoryId, previewOf: inputs.previewOf });
  const states = await readStates(api, previews);
  const plan = planSweep(previews, states, { ...inputs, nowMs: startedAt });
  const failures: ActionError[] = [];
  const deleted: Deletion[] = [];
  const noLongerDue: SeenPreview[] = [];
  facts.own = () =>
    renderSweep({
      plan: { ...plan, kept: [...plan.kept, ...noLongerDue] },
      deleted,
      failures,
      dryRun: inputs.dryRun,
    });
  facts.planned = plan.deletions.map(({ sentence }) => sentence);
  for (const notice of plan.notices) await runner.notice(notice);
  for (const { sentence } of plan.deletions) runner.info(`${inputs.dryRun ? 'Would' : 'Will'} ${sentence}`);
  if (plan.deletions.length === 0) runner.info(`Nothing to delete: ${previews.length} previews are in use`);

  const sayRefusal = sayRefusals(runner);
  for (const deletion of inputs.dryRun ? [] : plan.deletions) {
    try {
      if (!(await isStillDue(deletion, api, inputs, job))) {
        noLongerDue.push(deletion.preview);
        runner.info(`Left ${deletion.preview.serviceName} alone: it need not be deleted any more`);
        continue;
      }
      await doStep(deletion.sentence, () => applyDeletion(deletion, job), job);
    } catch (error) {
      // The other previews are deleted all the same.
      if (!(error instanceof ActionError) || runner.cancelled.aborted) throw error;
      runner.info(error.message);
      failures.push(error);
      continue;
    }
    deleted.push(deletion);
    await announceRemoval(api, deletion, inputs, { runUrl: runner.context.runUrl, sayRefusal });
  }
  if (failures[0] !== undefined) throw failures[0];
}

async function openGitHub({ github }: SweepInputs, { context }: Runner): Promise<GitHubApi> {
  if (github.token === undefined) {
    throw new ActionError(
      'github-refused',
      'without a token GitHub cannot be asked which pull requests are closed',
      {
        hint: 'Leave github-token out: then the action uses the token of the job.',
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

/**
 * What the plan was made of is old by now: to read it, and to delete the others, took its time. One that is gone, or has lost
 * the tags of a preview, is for whoever did that.
 */
async function isStillDue(
  { preview }: Deletion,
  api: GitHubApi,
  inputs: SweepInputs,
  { clock }: Job,
): Promise<boolean> {
  const seen = await observePreview(inputs.cluster, preview.serviceName, preview);
  const now = seen === undefined ? [] : [seen];
  const states = await readStates(api, now);
  return planSweep(now, states, { ...inputs, nowMs: clock.now() }).deletions.length > 0;
}

async function applyDeletion({ preview, because }: Deletion, { facts, runner }: Job): Promise<void> {
  const { serviceName, serviceArn, imageRepository } = preview;
  await deleteService(serviceArn, `delete ${serviceName}`);
  facts.changed = true;
  facts.deletedServices.push(serviceName);
  runner.info(`Deleted ${serviceName}: ${because}`);
  if (imageRepository === undefined) return;
  const problem = await deletePreviewImages(imageRepository, serviceName, runner.info);
  if (problem !== undefined) await runner.notice(problem);
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
