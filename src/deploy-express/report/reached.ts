import type { Facts, Failure } from '../model/result.ts';

/**
 * What the deployment came to, and which steps are missing, for the error of whatever failed after it. Whoever reads only
 * "denied" would take the former version for the one that runs.
 */
export function describeReached(
  facts: Pick<Facts, 'version' | 'submitted' | 'deployment' | 'serviceName' | 'planned' | 'done' | 'doing'>,
  { error, evidence }: Pick<Failure, 'error' | 'evidence'>,
): readonly string[] {
  const { version, submitted, deployment, serviceName } = facts;
  const isIdle = evidence?.serviceState !== undefined;
  switch (version) {
    case 'deployed':
      return [
        `The deployment itself succeeded and was not rolled back${isIdle ? '' : `: service ${serviceName} runs the new version`}.`,
        ...describeMissing(facts, error),
      ];
    case 'as-asked':
      if (isIdle) return [];
      return [
        `Nothing had to be deployed: service ${serviceName} runs what was asked for.`,
        ...describeMissing(facts, error),
      ];
    case 'unknown':
      // An error of the deployment's own says itself what was seen.
      if (error.code === 'deployment-failed' || error.code === 'cancelled') return [];
      if (!submitted || deployment?.phase !== 'succeeded') return [];
      return [
        'ECS calls the deployment successful, and did not roll it back.',
        `Whether service ${serviceName} runs what was sent could not be seen.`,
        ...notDone(missingSteps(facts).slice(1)),
      ];
  }
}

function describeMissing(
  facts: Pick<Facts, 'planned' | 'done' | 'doing'>,
  { code }: Failure['error'],
): readonly string[] {
  const missing = missingSteps(facts);
  // Of a job that was cancelled, what it was doing may still be done.
  if (code === 'cancelled') return notDone(missing.filter((sentence) => sentence !== facts.doing));
  const [failed, ...left] = missing;
  return failed === undefined ? [] : [`This failed: ${failed}.`, ...notDone(left)];
}

function notDone(sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : [`Not done any more: ${sentences.join('; ')}.`];
}

/** In the order of the plan: the one that failed first. */
export function missingSteps({ planned, done }: Pick<Facts, 'planned' | 'done'>): readonly string[] {
  return planned.filter((sentence) => !done.includes(sentence));
}
