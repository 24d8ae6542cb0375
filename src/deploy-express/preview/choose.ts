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
  return asTarget(run, await reconsiderNow(decision, run, preview, { runner, reader, tell: runner.notice }));
}

/** Looks again after a deployment: a preview whose pull request was closed meanwhile has to go. */
export async function chooseAfterDeployment(run: PreviewRun, runner: Runner): Promise<Target> {
  const reader = createInputReader(deployInputDefaults, runner.read);
  const preview = parsePreviewInputs(reader);
  const decision: PreviewDecision = { kind: 'deploy' };
  if (preview === undefined) return asTarget(run, decision);
  // If GitHub refuses to answer, a notice has said so the first time.
  const tell = async (message: string) => runner.info(message);
  return asTarget(run, await reconsiderNow(decision, run, preview, { runner, reader, tell }));
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
  readonly tell: (message: string) => Promise<void>;
};

async function reconsiderNow(
  decision: PreviewDecision,
  { pullRequest, commitSha: headSha }: PreviewRun,
  preview: PreviewInputs,
  asking: Asking,
): Promise<PreviewDecision> {
  const { token } = parseGitHubInputs(asking.reader);
  const now = token === undefined ? undefined : await lookUp(pullRequest, token, asking);
  return now === undefined ? decision : reconsider(decision, { headSha, now }, preview);
}

/** If GitHub does not answer, the event is believed: a sweep finds what was closed in the meantime. */
async function lookUp(
  number: number,
  token: string,
  { runner, tell }: Asking,
): Promise<PullRequest | undefined> {
  const { openApi } = await import('../../github/api.ts');
  const api = await openApi({ ...runner.context, token });
  try {
    return await getPullRequest(api, number);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    await tell(`${error.message}.${hint} What it is like was taken from the event.`);
    return undefined;
  }
}
