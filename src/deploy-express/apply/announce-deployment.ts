import type { GitHubApi } from '../../github/api.ts';
import type { RunContext } from '../../github/context.ts';
import {
  addDeploymentStatus,
  createDeployment,
  type GitHubDeploymentStatus,
  retireDeployments,
} from '../../github/deployments.ts';
import { type JobEnvironment, readJobEnvironment } from '../../github/job-environment.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { Target } from '../model/job.ts';
import type { DeployResult } from '../model/result.ts';
import {
  deploymentPlace,
  describeState,
  planFinalStatus,
  planGitHubDeployment,
  wantsDeployment,
} from '../report/deployment.ts';
import type { Announcement, Submitted } from './announce.ts';

/**
 * An entry in the list of deployments. It is made when AWS has accepted the new revision, as GitHub lets nothing be added
 * to the payload later; what fails before that, or is up to date already, is entered at its end.
 */
export function announceDeployment(
  api: GitHubApi,
  target: Target,
  inputs: DeployInputs,
  context: RunContext,
): Announcement {
  const place = deploymentPlace(inputs);
  const logUrl = context.runUrl;
  const commitSha = target.kind === 'preview' ? target.commitSha : context.commitSha;
  let job: JobEnvironment | undefined;
  let id: number | undefined;

  const isWanted = async () => {
    if (inputs.github.deployment === 'auto') job ??= await readJobEnvironment();
    return wantsDeployment(inputs.github.deployment, job ?? { kind: 'unknown' });
  };
  const retire = (description: string) =>
    retireDeployments(api, { ...place, except: id }, { description, logUrl, url: undefined });
  const create = async (known: Submitted) => {
    id = await createDeployment(api, planGitHubDeployment(inputs, { ...known, commitSha }));
    return id;
  };

  return {
    submitted: async (seen) => {
      if (!(await isWanted())) return;
      await addDeploymentStatus(api, await create(seen), inProgress(inputs, logUrl));
    },
    ended: async (result) => {
      if (!(await isWanted())) return;
      if (inputs.operation === 'delete') {
        if (result.failure === undefined) await retire(describeState(`${inputs.serviceName} was deleted`));
        return;
      }
      await addDeploymentStatus(
        api,
        id ?? (await create(describeResult(result))),
        planFinalStatus(result, logUrl),
      );
      if (result.failure === undefined) await retire('A later deployment took its place');
    },
  };
}

function inProgress({ serviceName }: DeployInputs, logUrl: string): GitHubDeploymentStatus {
  const description = describeState(`ECS rolls ${serviceName} out`);
  return { state: 'in_progress', description, logUrl, url: undefined };
}

function describeResult({ imageDigest, serviceRevisionArn }: DeployResult): Submitted {
  return { imageDigest, revisionArn: serviceRevisionArn };
}
