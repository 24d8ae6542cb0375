import { describeRevision } from '../../aws/deployments.ts';
import { describeExpressService, type ExpressConfiguration } from '../../aws/express.ts';
import { ActionError } from '../../errors.ts';
import type { Runner } from '../../github/runner.ts';
import { lastPartOf } from '../../parse-arn.ts';
import { differencesFrom } from '../model/compare.ts';
import type { PlannedJob } from '../model/job.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { KnownImage } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';

/** Reads what runs now, and compares it with what was to be deployed. */
export async function confirmRunning(job: PlannedJob): Promise<void> {
  const { facts, image, runner } = job;
  const [running, revision] = await Promise.all([
    readRunning(job),
    facts.revisionArn === undefined ? undefined : readRevision(facts.revisionArn, runner),
  ]);
  facts.host = running?.hosts[0] ?? facts.host;
  facts.isInternal = running?.isInternal ?? facts.isInternal;
  facts.healthCheckPath = running?.settings.healthCheckPath ?? facts.healthCheckPath;
  facts.image = running?.image ?? facts.image;
  facts.ingress = revision?.ingress;
  facts.imageDigest = revision?.imageDigest ?? facts.imageDigest;
  if (running !== undefined && running.revisionArn === facts.revisionArn) {
    requireTask(facts, running.settings.minTaskCount ?? 1);
    requireSent(facts, {
      ...running,
      imageDigest: revision?.imageDigest,
      containerImages: revision?.containerImages,
      managedSecurityGroups: revision?.managedSecurityGroups,
      assignsPublicIp: revision?.assignsPublicIp,
      ingress: revision?.ingress,
    });
  }
  if (image.kind === 'known') await requireImage(image, revision?.imageDigest, runner);
  if (image.kind !== 'in-task-definition') return;
  for (const stated of image.images ?? []) {
    const runs = revision?.containerImages.find(({ container }) => container === stated.container);
    await requireImage(stated.image, runs?.imageDigest, runner);
  }
}

/** What is not known of the image, before or now, was said where it was not seen. */
async function requireImage(image: KnownImage, runs: string | undefined, runner: Runner): Promise<void> {
  if (runs === undefined) return;
  const { digest, named, reference } = image;
  const wanted = digest ?? named?.digest;
  if (wanted === undefined || runs === wanted) return;
  if (digest === undefined && named?.isIndex) {
    // ECS does not say whether it resolves a tag to the list or to the member that it runs.
    return runner.warning(
      `It is not known whether the service runs what ${reference} names: the registry names ${wanted}, an index of images for several platforms, and ECS shows ${runs}.`,
    );
  }
  throw new ActionError(
    'deployment-failed',
    `the service runs image ${runs}, but ${wanted} was to be deployed`,
    {
      hint: 'The tag was pushed again in the meantime, or ECS did not resolve it again. Deploy by digest, or by a tag that is never moved.',
    },
  );
}

/** A service may show what runs a little later than the deployment shows its end. */
const looksForRevision = 4;

/**
 * The configuration that this job deployed. What shows another one, or none, proves nothing of ours. A job that only waited
 * for somebody else's plans anew on whatever runs.
 */
async function readRunning(job: PlannedJob): Promise<ExpressConfiguration | undefined> {
  const { clock, facts, inputs, runner } = job;
  for (let look = 1; ; look += 1) {
    const { configurations } = await describeExpressService(facts.serviceArn ?? '');
    const ours = configurations.find(({ revisionArn }) => revisionArn === facts.revisionArn);
    if (ours !== undefined) return ours;
    if (!facts.submitted || facts.revisionArn === undefined) return configurations[0];
    if (look === looksForRevision) throw notRunning(facts, configurations[0]?.revisionArn);
    await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
  }
}

function notRunning({ revisionArn = '', serviceName }: Facts, newest: string | undefined): ActionError {
  const ours = lastPartOf(revisionArn);
  if (newest === undefined) {
    return new ActionError(
      'deployment-failed',
      `ECS calls the deployment successful, but does not show that service ${serviceName} runs its revision ${ours}`,
      { hint: 'Look at the service in the ECS console, then run the job again.' },
    );
  }
  return new ActionError(
    'deployment-failed',
    `revision ${ours} of this job was deployed, but a newer deployment replaced it: service ${serviceName} runs revision ${lastPartOf(newest)}`,
    { hint: 'Look at the run that started the newer deployment: it decides what serves.' },
  );
}

async function readRevision(revisionArn: string, runner: Runner) {
  try {
    const revision = await describeRevision(revisionArn);
    if (revision === undefined) {
      runner.info(
        'Could not compare the running image with the deployed one: ECS does not show the revision',
      );
    }
    return revision;
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'access-denied') throw error;
    runner.info(`Could not compare the running image with the deployed one: ${error.message}`);
    return undefined;
  }
}

/** ECS calls a deployment of no tasks successful, too. */
function requireTask({ deployment }: Facts, leastTasks: number): void {
  if (deployment === undefined || deployment.runningTasks > 0 || leastTasks === 0) return;
  throw new ActionError(
    'deployment-failed',
    `ECS calls the deployment ${deployment.status}, but none of its tasks runs, and at least ${leastTasks} should`,
    { hint: 'Look at the desired count of the service and at its events in the ECS console.' },
  );
}

/** Values stay unsaid: one may be a secret that nobody declared as such. */
function requireSent({ sent }: Facts, made: RunningConfiguration): void {
  const differences = sent === undefined ? [] : differencesFrom(sent, made);
  if (differences.length === 0) return;
  throw new ActionError(
    'deployment-failed',
    `the service does not run what was sent. It runs something else for ${differences.join(', ')}`,
    { hint: 'Look at the service in the ECS console, then run the job again.' },
  );
}
