import { ActionError } from '../../errors.ts';
import { getPullRequest, type PullRequest, readPullRequestEvent } from '../../github/pull-request.ts';
import type { Runner } from '../../github/runner.ts';
import { createInputReader } from '../../input-reader.ts';
import { requireServiceName } from '../inputs/forms.ts';
import { deployInputDefaults, type InputReader } from '../inputs/names.ts';
import { parseGitHubInputs, parsePreviewInputs } from '../inputs/operations.ts';
import type { PreviewInputs } from '../model/inputs.ts';
import type { PreviewRun, Target } from '../model/job.ts';
import { previewServiceName } from '../model/tags.ts';
import { decidePreview, type PreviewDecision, reconsider } from './decide.ts';

/** Decides what the event of the pull request asks for. */
export async function choosePreview(
  preview: PreviewInputs,
  reader: InputReader,
  runner: Runner,
  nowMs: number,
): Promise<Target> {
  const { context } = runner;
  const event = await readPullRequestEvent(context);
  const decision = decidePreview({ eventName: context.eventName, event, actor: context.actor }, preview);
  if (decision.kind === 'nothing') return decision;
  const previewOf = requireServiceName(reader);
  if (event === undefined || reader.problems.length > 0) return { kind: 'service' };
  const { number, headSha } = event.pullRequest;
  const run: PreviewRun = {
    operation: 'deploy',
    serviceName: previewServiceName(previewOf, number),
    previewOf,
    pullRequest: number,
    repositoryId: context.repositoryId,
    commitSha: headSha,
    deployedAt: nowMs,
    because: undefined,
  };
  const unseen = believeIfYoung(number, runner);
  return asTarget(run, await reconsiderNow(decision, run, preview, { runner, reader, unseen }));
}

/** Looks again after a deployment: a preview whose pull request was closed meanwhile has to go. */
export async function chooseAfterDeployment(run: PreviewRun, runner: Runner): Promise<Target> {
  const reader = createInputReader(deployInputDefaults, runner.read);
  const preview = parsePreviewInputs(reader);
  const decision: PreviewDecision = { kind: 'deploy' };
  if (preview === undefined) return asTarget(run, decision);
  // What is deployed stays, then; a sweep finds it.
  const unseen = async ({ because }: Unseen) =>
    runner.info(`The present state of pull request ${run.pullRequest} could not be read: ${because}`);
  return asTarget(run, await reconsiderNow(decision, run, preview, { runner, reader, unseen }));
}

function asTarget(run: PreviewRun, decision: PreviewDecision): Target {
  switch (decision.kind) {
    case 'nothing':
      return decision;
    case 'delete':
      return { kind: 'preview', ...run, operation: 'delete', because: decision.because };
    case 'deploy':
      return { kind: 'preview', ...run };
  }
}

type Asking = {
  readonly runner: Runner;
  readonly reader: InputReader;
  readonly unseen: (lookup: Unseen) => Promise<void>;
};

/** Why nobody could see what the pull request is like now. */
type Unseen = { readonly because: string; readonly hint: string | undefined; readonly cause?: ActionError };

async function reconsiderNow(
  decision: PreviewDecision,
  { pullRequest, commitSha: headSha }: PreviewRun,
  preview: PreviewInputs,
  asking: Asking,
): Promise<PreviewDecision> {
  const seen = await lookUp(pullRequest, asking);
  if ('now' in seen) return reconsider(decision, { headSha, now: seen.now }, preview);
  await asking.unseen(seen);
  return decision;
}

async function lookUp(
  number: number,
  { runner, reader }: Asking,
): Promise<Unseen | { readonly now: PullRequest }> {
  const { token } = parseGitHubInputs(reader);
  const hint = 'Give the job "permissions: pull-requests: read".';
  if (token === undefined) return { because: 'github-token is empty', hint: undefined };
  const { openApi } = await import('../../github/api.ts');
  const api = await openApi({ ...runner.context, token });
  try {
    const now = await getPullRequest(api, number);
    if (now !== undefined) return { now };
    return { because: 'GitHub does not show it to the token of the job', hint };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { because: error.message, hint: error.hint, cause: error };
  }
}

const pushInstead = 'Run it again later, or cause a newer event: push a commit, or set the label again.';

/**
 * The event of a first attempt is young, and believed: a sweep finds what was closed in the meantime. That of a job which
 * is run again may be weeks old, and to believe it would replace or delete what newer events made.
 */
function believeIfYoung(number: number, runner: Runner): Asking['unseen'] {
  return async ({ because, hint, cause }) => {
    if (runner.context.runAttempt !== '1') {
      throw new ActionError(
        'github-refused',
        `the state of pull request ${number} could not be read, and the event of a job that is run again may be old`,
        { hint: [`${because}.`, hint ?? pushInstead].join(' '), cause },
      );
    }
    if (cause !== undefined) {
      await runner.notice(
        [`${because}.`, hint, 'Its state was taken from the event.'].filter(Boolean).join(' '),
      );
    }
  };
}
