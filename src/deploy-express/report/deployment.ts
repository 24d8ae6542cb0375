import type { GitHubDeployment, GitHubDeploymentStatus } from '../../github/deployments.ts';
import type { JobEnvironment } from '../../github/job-environment.ts';
import { clip } from '../../markdown.ts';
import { lastPartOf } from '../../parse-arn.ts';
import type { DeployInputs } from '../model/inputs.ts';
import { type DeployResult, renderUrl } from '../model/result.ts';
import { tellFailure } from './own-words.ts';

/** All previews are in one environment: GitHub makes an environment for each name it hears, and nobody removes them. */
const previewEnvironment = 'preview';
/** GitHub's API takes no more characters. */
const descriptionLength = 140;

/** Where GitHub lists the deployments of this service, and by which task they are told from others there. */
export function deploymentPlace({
  github,
  preview,
  serviceName,
}: Pick<DeployInputs, 'github' | 'serviceName'> & { readonly preview: object | undefined }): {
  readonly environment: string;
  readonly task: string;
} {
  const environment = github.environment ?? (preview === undefined ? serviceName : previewEnvironment);
  return { environment, task: clip(`deploy:${serviceName}`, descriptionLength) };
}

/** A job with an `environment:` has a deployment of GitHub's own making, and a second one would be shown beside it. */
export function wantsDeployment(wanted: DeployInputs['github']['deployment'], job: JobEnvironment): boolean {
  return wanted === 'always' || (wanted === 'auto' && job.kind === 'none');
}

export function planGitHubDeployment(
  inputs: DeployInputs,
  known: {
    readonly commitSha: string;
    readonly imageDigest: string | undefined;
    readonly revisionArn: string | undefined;
  },
): GitHubDeployment {
  const { preview, serviceName, cluster } = inputs;
  const { commitSha, imageDigest, revisionArn } = known;
  return {
    ...deploymentPlace(inputs),
    ref: commitSha,
    description: clip(
      preview === undefined
        ? `Service ${serviceName} on Amazon ECS Express Mode`
        : `Preview of ${preview.previewOf} for pull request ${preview.pullRequest}`,
      descriptionLength,
    ),
    isTransient: preview !== undefined,
    // GitHub shows this to everybody who may see the repository, so it names no account.
    payload: {
      service: serviceName,
      cluster: lastPartOf(cluster),
      commit: commitSha,
      ...(imageDigest !== undefined && { image_digest: imageDigest }),
      ...(revisionArn !== undefined && { revision: lastPartOf(revisionArn) }),
      ...(preview !== undefined && { pull_request: preview.pullRequest }),
    },
  };
}

export function planFinalStatus(result: DeployResult, logUrl: string): GitHubDeploymentStatus {
  const { failure } = result;
  if (failure !== undefined) {
    const state = failure.error.code === 'cancelled' ? 'error' : 'failure';
    const description = describeState(`${result.serviceName}: ${tellFailure(failure, result)}`);
    return { state, description, logUrl, url: result.version === 'deployed' ? renderUrl(result) : undefined };
  }
  return {
    state: 'success',
    description: describeState(`${result.serviceName}: ${result.outcome}`),
    logUrl,
    url: renderUrl(result),
  };
}

export function describeState(text: string): string {
  return clip(text, descriptionLength);
}
