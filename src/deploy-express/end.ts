import { ActionError } from '../errors.ts';
import { systemClock, untilAborted } from '../poll.ts';
import { sayLastWord } from './apply/cancel.ts';
import { explainFailure } from './apply/explain.ts';
import type { ApplyContext } from './model/job.ts';
import type { ObtainedImage } from './model/observed.ts';
import type { Proceed } from './model/plan.ts';
import {
  type DeployResult,
  type Facts,
  type FailureEvidence,
  nothingDone,
  type Outcome,
} from './model/result.ts';
import { secondsSince } from './model/timeline.ts';
import { adviseOnFailure } from './report/advice.ts';

/** Turns what is true at the end into the result; what went wrong is explained as far as AWS lets us read it. */
export async function conclude(options: {
  readonly plan: Proceed;
  readonly facts: Facts;
  readonly context: ApplyContext;
  readonly thrown: unknown;
  readonly startedAt: number;
  readonly image: ObtainedImage;
}): Promise<DeployResult> {
  const { plan, facts, context, thrown, image } = options;
  const failure = thrown === undefined ? undefined : await concludeFailure(thrown, facts, context);
  return {
    outcome: failure === undefined ? successOutcome(plan, context) : failureOutcome(facts),
    changed: facts.changed || facts.unanswered !== undefined,
    serviceName: context.inputs.serviceName,
    deletedServices: plan.intent === 'delete' && facts.changed ? [context.inputs.serviceName] : [],
    serviceArn: facts.serviceArn,
    endpoint: facts.host,
    customDomains: facts.customDomains,
    image: facts.image,
    imageDigest: facts.imageDigest,
    repository: image.repository,
    dockerfile: image.dockerfile,
    serviceRevisionArn: facts.revisionArn,
    deploymentArn: facts.deploymentArn,
    deploymentStatus: facts.deployment?.status ?? deploymentBefore(facts, context),
    durationSeconds: secondsSince(options.startedAt, systemClock),
    changes: plan.changes,
    remarks: context.inputs.remarks,
    notices: [...context.inputs.notices, ...image.notices, ...plan.notices, ...facts.notices],
    timeline: [...image.timelineBefore, ...facts.timeline.entries()],
    planned: plan.steps.map(({ sentence }) => sentence),
    done: facts.done,
    failure,
  };
}

/** The result of a run that ended before there was a plan to carry out, so that nothing was changed in ECS. */
export function concludeEarly(options: {
  readonly error: ActionError;
  readonly serviceName: string;
  readonly startedAt: number;
}): DeployResult {
  return {
    ...nothingDone('failed', options.serviceName),
    durationSeconds: secondsSince(options.startedAt, systemClock),
    failure: { error: options.error, evidence: undefined },
  };
}

/** When nothing was sent, the deployment of before is still the latest one. */
function deploymentBefore(facts: Facts, context: ApplyContext): string | undefined {
  const { service } = context;
  if (service.kind !== 'express' || service.deployment?.arn !== facts.deploymentArn) return undefined;
  return service.deployment?.status;
}

function successOutcome(plan: Proceed, context: ApplyContext): Outcome {
  if (context.inputs.dryRun) return 'planned';
  switch (plan.intent) {
    case 'create':
      return 'created';
    case 'update':
      return 'updated';
    case 'unchanged':
      return 'unchanged';
    case 'delete':
    case 'already-deleted':
      return 'deleted';
  }
}

function failureOutcome(facts: Facts): Outcome {
  return facts.deployment?.phase === 'rolled-back' ? 'rolled-back' : 'failed';
}

async function concludeFailure(
  thrown: unknown,
  facts: Facts,
  context: ApplyContext,
): Promise<{ readonly error: ActionError; readonly evidence: FailureEvidence | undefined }> {
  if (context.signal.aborted) return { error: await sayLastWord(facts, context), evidence: undefined };
  // Anything else is a bug of ours, and is reported as one.
  if (!(thrown instanceof ActionError)) throw thrown;
  const explicable: readonly ActionError['code'][] = [
    'deployment-failed',
    'deployment-timed-out',
    'smoke-test-failed',
  ];
  if (!explicable.includes(thrown.code)) return { error: sayUnwatched(thrown, facts), evidence: undefined };
  const { settings } = context.inputs;
  const running = runningSettings(context);
  const explained = explainFailure({
    cluster: context.inputs.cluster,
    serviceName: context.inputs.serviceName,
    deployment: facts.deployment,
    revisionArn: facts.revisionArn,
    streamPrefix: settings.logStreamPrefix ?? running?.logStreamPrefix,
    logGroup: settings.logGroup ?? running?.logGroup,
  });
  const evidence = await untilAborted(explained, context.deadlines.answersDue);
  return { error: withHint(thrown, [thrown.hint, evidence && adviseOnFailure(evidence)]), evidence };
}

/** Tells that only the look at the deployment failed, and not the deployment itself. */
function sayUnwatched(error: ActionError, { submitted, deployment }: Facts): ActionError {
  if (!submitted || deployment?.phase === 'succeeded') return error;
  const hint = [error.hint, 'The deployment goes on in ECS, unwatched: look there for how it ends.'];
  return withHint(error, hint);
}

function withHint({ code, message, cause }: ActionError, sentences: readonly (string | undefined)[]) {
  const hint = sentences.filter((sentence) => sentence !== undefined).join(' ');
  return new ActionError(code, message, { hint, cause });
}

function runningSettings(context: ApplyContext) {
  return context.service.kind === 'express' ? context.service.running?.settings : undefined;
}
