import { ActionError } from '../../errors.ts';
import type { GitHubApi } from '../../github/api.ts';
import type { RunContext } from '../../github/context.ts';
import {
  addDeploymentStatus,
  createDeployment,
  type GitHubDeploymentStatus,
  retireDeployments,
} from '../../github/deployments.ts';
import { type JobEnvironment, readJobEnvironment } from '../../github/job-environment.ts';
import type { Runner } from '../../github/runner.ts';
import { writeStickyComment } from '../../github/sticky-comment.ts';
import type { DeployInputs } from '../model/inputs.ts';
import {
  type Announcer,
  commitOf,
  type Job,
  type PreviewRun,
  type Submitted,
  type Target,
} from '../model/job.ts';
import type { ObservedService } from '../model/observed.ts';
import { type DeployResult, renderUrl } from '../model/result.ts';
import { type PreviewState, previewMarker, renderPreviewComment } from '../report/comment.ts';
import {
  deploymentPlace,
  describeState,
  planFinalStatus,
  planGitHubDeployment,
  wantsDeployment,
} from '../report/deployment.ts';
import { knownSecrets, tellFailure, withoutSecrets } from '../report/own-words.ts';

/** One way to show it. A failure is thrown as an ActionError, which names the permission that is missing. */
type Announcement = {
  readonly begun?: (service: ObservedService) => Promise<void>;
  readonly submitted?: (seen: Submitted) => Promise<void>;
  readonly ended: (result: DeployResult) => Promise<void>;
};

export function announcerOf(job: Job): Announcer {
  job.announcer ??= createAnnouncer(job);
  return job.announcer;
}

/** Whatever GitHub refuses becomes a notice, one for each reason, and the deployment goes on. */
function createAnnouncer(job: Job): Announcer {
  let opening: Promise<readonly Announcement[]> | undefined;
  let pending = Promise.resolve();
  const sayRefusal = sayRefusals(job.runner);

  async function tell(step: (announcement: Announcement) => Promise<void> | undefined): Promise<void> {
    await pending;
    opening ??= openAnnouncements(job);
    await Promise.all(
      (await opening).map(async (announcement) => {
        try {
          await step(announcement);
        } catch (error) {
          await sayRefusal(error);
        }
      }),
    );
  }

  return {
    begun: (service) => tell(({ begun }) => begun?.(service)),
    submitted: (seen) => {
      pending = tell(({ submitted }) => submitted?.(seen));
    },
    ended: (result) => tell(({ ended }) => ended(result)),
  };
}

/** GitHub is told nothing of a dry run, of inputs that cannot be used, and of what is not about a service. */
async function openAnnouncements({ inputs, target, runner }: Job): Promise<readonly Announcement[]> {
  const token = inputs?.github.token;
  if (inputs === undefined || inputs.dryRun || token === undefined) return [];
  const { openApi } = await import('../../github/api.ts');
  const { context } = runner;
  const api = await openApi({ ...context, token });
  return [
    ...(target?.kind === 'preview' ? [announceInComment(api, target, inputs, context)] : []),
    announceDeployment(api, target, inputs, context),
  ];
}

/** Turns what GitHub refuses into notices, one for each reason. */
export function sayRefusals(runner: Runner): (error: unknown) => Promise<void> {
  const said = new Set<string>();
  return async (error) => {
    const { reason, text } = renderRefusal(error);
    if (said.has(reason)) return;
    said.add(reason);
    await runner.notice(text);
  };
}

/** Refusals for want of the same permission have one reason. */
function renderRefusal(error: unknown): { readonly reason: string; readonly text: string } {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ActionError ? error.hint : undefined;
  return { reason: hint ?? message, text: hint === undefined ? message : `${message}. ${hint}` };
}

/** The sticky comment on the pull request of a preview. A deletion writes only where a preview was announced. */
function announceInComment(
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
    ended: (result) => write(judgeState(run, result, { urlBefore, conceal: concealerOf(inputs) })),
  };
}

/** Our own words may still hold a value of the user's, as the name of a label is one. */
function concealerOf(inputs: DeployInputs): (text: string) => string {
  const secrets = knownSecrets(inputs);
  const names = [inputs.serviceName, inputs.preview?.previewOf ?? ''];
  return (text) => withoutSecrets(text, { secrets, names });
}

function findRunningUrl(service: ObservedService): string | undefined {
  if (service.kind !== 'express' || service.runningCount === 0) return undefined;
  const host = service.running?.hosts[0];
  return host === undefined ? undefined : `https://${host}`;
}

function judgeState(
  run: PreviewRun,
  result: DeployResult,
  known: { readonly urlBefore: string | undefined; readonly conceal: (text: string) => string },
): PreviewState {
  const { failure, durationSeconds, imageDigest } = result;
  if (failure !== undefined) {
    const reason = known.conceal(tellFailure(failure, result));
    const isDeployed = result.version === 'deployed';
    const url = isDeployed ? renderUrl(result) : known.urlBefore;
    return { kind: 'failed', reason, isDeployed, url, durationSeconds };
  }
  if (run.operation === 'delete') {
    return { kind: 'removed', because: known.conceal(run.because ?? 'it was asked for') };
  }
  return { kind: 'live', url: renderUrl(result), imageDigest, durationSeconds };
}

/**
 * An entry in the list of deployments. It is made when AWS has accepted the new revision, as GitHub lets nothing be added
 * to the payload later; what fails before that, or is up to date already, is entered at its end.
 */
function announceDeployment(
  api: GitHubApi,
  target: Target | undefined,
  inputs: DeployInputs,
  context: RunContext,
): Announcement {
  const place = deploymentPlace(inputs);
  const logUrl = context.runUrl;
  const commitSha = commitOf(target, context);
  let job: JobEnvironment | undefined;
  let id: number | undefined;

  const isWanted = async () => {
    if (inputs.github.deployment === 'auto') job ??= await readJobEnvironment();
    return wantsDeployment(inputs.github.deployment, job ?? { kind: 'unknown' });
  };
  const conceal = concealerOf(inputs);
  const retire = (description: string) =>
    retireDeployments(
      api,
      { ...place, except: id },
      { description: conceal(description), logUrl, url: undefined },
    );
  const create = async ({ imageDigest, revisionArn }: Submitted) => {
    const planned = planGitHubDeployment(inputs, { imageDigest, revisionArn, commitSha });
    id = await createDeployment(api, { ...planned, description: conceal(planned.description) });
    return id;
  };
  const tell = (deployment: number, status: GitHubDeploymentStatus) =>
    addDeploymentStatus(api, deployment, { ...status, description: conceal(status.description) });

  return {
    submitted: async (seen) => {
      if (!(await isWanted())) return;
      await tell(await create(seen), inProgress(inputs, logUrl));
    },
    ended: async (result) => {
      if (!(await isWanted())) return;
      if (inputs.operation === 'delete') {
        if (result.failure === undefined) await retire(describeState(`${inputs.serviceName} was deleted`));
        return;
      }
      await tell(id ?? (await create(result)), planFinalStatus(result, logUrl));
      const isReplaced = result.failure === undefined || result.version === 'deployed';
      if (isReplaced) await retire('A later deployment replaced it');
    },
  };
}

function inProgress({ serviceName }: DeployInputs, logUrl: string): GitHubDeploymentStatus {
  const description = describeState(`ECS rolls ${serviceName} out`);
  return { state: 'in_progress', description, logUrl, url: undefined };
}
