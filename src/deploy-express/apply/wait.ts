import { describeRevision } from '../../aws/deployments.ts';
import { describeExpressService } from '../../aws/express.ts';
import { ActionError } from '../../errors.ts';
import type { ApplyContext } from '../model/job.ts';
import { digestOf, type PlanStep } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';
import { watchRollout } from './rollout.ts';

export async function applyWait(
  step: Extract<PlanStep, { kind: 'wait-for-deployment' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  const { inputs, service, clock, signal, log } = context;
  const serviceArn = facts.serviceArn ?? '';
  await watchRollout({
    cluster: inputs.cluster,
    serviceArn,
    deploymentArn: step.deploymentArn,
    revisionArn: facts.revisionArn,
    isFirst: service.kind !== 'express',
    formerDeploymentArn: service.kind === 'express' ? service.deployment?.arn : undefined,
    timeoutSeconds: inputs.waitTimeoutSeconds,
    intervalSeconds: inputs.pollIntervalSeconds,
    clock,
    signal,
    log,
    timeline: facts.timeline,
    onSeen: ({ deploymentArn, deployment }) => {
      facts.deploymentArn = deploymentArn;
      facts.deployment = deployment ?? facts.deployment;
    },
  });
  await confirmRunning(facts, context);
}

/** Reads what runs now, and compares it with what was to be deployed. */
async function confirmRunning(facts: Facts, context: ApplyContext): Promise<void> {
  const [express, revision] = await Promise.all([
    describeExpressService(facts.serviceArn ?? ''),
    facts.revisionArn === undefined ? undefined : readRevision(facts.revisionArn, context),
  ]);
  const target = express.configurations.find(({ revisionArn }) => revisionArn === facts.revisionArn);
  const running = target ?? express.configurations[0];
  facts.host = running?.hosts[0] ?? facts.host;
  facts.isInternal = running?.isInternal ?? facts.isInternal;
  facts.healthCheckPath = running?.healthCheckPath ?? facts.healthCheckPath;
  facts.image = running?.container?.image ?? facts.image;
  facts.ingress = revision?.ingress;
  facts.imageDigest = revision?.imageDigest ?? facts.imageDigest;
  const wanted = digestOf(context.image);
  if (wanted === undefined || revision?.imageDigest === undefined || revision.imageDigest === wanted) return;
  throw new ActionError(
    'deployment-failed',
    `the service runs image ${revision.imageDigest}, but ${wanted} was to be deployed`,
    {
      hint: 'The tag was pushed anew in the meantime. Deploy by digest, or by a tag that is never moved.',
    },
  );
}

async function readRevision(revisionArn: string, context: ApplyContext) {
  try {
    return await describeRevision(revisionArn);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'access-denied') throw error;
    context.log(`Could not compare the running image with the deployed one: ${error.message}`);
    return undefined;
  }
}
