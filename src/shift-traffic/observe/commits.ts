import { ActionError } from '../../errors.ts';
import { parseEcrHost, splitReference } from '../../parse-image-reference.ts';
import type { GreenCommits, Observed } from '../model/observed.ts';

/** Longer no plan waits for what it only shows. */
const timeoutMs = 10_000;

/** The commits that tags of green's image name: deploy-express gives each image that it builds its commit for a tag. */
export async function observeCommits({ intent, green }: Observed): Promise<GreenCommits | undefined> {
  if (green?.runs.image === undefined || (intent !== 'shift' && intent !== 'finalize')) return undefined;
  const { image, imageDigest } = green.runs;
  const { host, tag, digest = imageDigest } = splitReference(image);
  if (tag !== undefined && isCommit(tag)) return { kind: 'named', commits: [tag] };
  if (digest === undefined || host === undefined || parseEcrHost(host) === undefined) return undefined;
  const { listImageTags } = await import('../../aws/ecr-image-tags.ts');
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const commits = (await listImageTags(image, digest, late)).filter(isCommit).toSorted();
    return commits.length === 0 ? undefined : { kind: 'named', commits };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unseen', because: late.aborted ? 'ECR did not answer in time' : explain(error) };
  }
}

function isCommit(tag: string): boolean {
  return /^[0-9a-f]{40}$/.test(tag);
}

/** Nothing rests on it, so that it is no failure, whatever it is. */
function explain(error: ActionError): string {
  return error.code === 'access-denied' ? 'the role may not call ecr:DescribeImages' : error.message;
}
