import { createHash } from 'node:crypto';

/** As long as a part of a host name may be; ECS itself takes 255. Image tags, made of it and a commit, fit as well. */
const maxLength = 63;

/**
 * `<service-name>-pr-<number>`. What is too long, or cannot begin a tag, is cut and told apart by a hash; the number is
 * never cut: without it two pull requests would share a service.
 */
export function previewServiceName(serviceName: string, pullRequest: number): string {
  const suffix = `-pr-${pullRequest}`;
  const plain = serviceName + suffix;
  if (plain.length <= maxLength && /^[A-Za-z0-9]/.test(plain)) return plain;
  const hash = createHash('sha256').update(serviceName).digest('hex').slice(0, 8);
  const stem = serviceName
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, maxLength - suffix.length - hash.length - 1);
  return `${stem === '' ? '' : `${stem}-`}${hash}${suffix}`;
}

/**
 * The tag of a preview's image. It names the service: several services of a pull request, and production, may be in one
 * repository, and what belongs to this preview must be told from the rest when it is deleted.
 */
export function previewImageTag(serviceName: string, commitSha: string): string {
  return `${serviceName}-${commitSha}`;
}

/** Also the tag that an image gets when a new build of the same commit takes its own. */
export function isPreviewImageTag(serviceName: string, tag: string): boolean {
  if (!tag.startsWith(`${serviceName}-`)) return false;
  return /^(?:[0-9a-f]{64}|[0-9a-f]{40})(?:-[0-9a-f]{12})?$/.test(tag.slice(serviceName.length + 1));
}
