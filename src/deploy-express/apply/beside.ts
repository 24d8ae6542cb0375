import type { DescribedCertificate } from '../../aws/certificates.ts';
import type { Job } from '../model/job.ts';
import type { Observed } from '../model/observed.ts';

/** Waits until the certificate is issued, beside whatever else is done. */
export type Waiting = (signal: AbortSignal) => Promise<DescribedCertificate>;

/** Does both at once. A build that fails ends the waiting; a build is not ended, since what it pushed can be used later. */
export async function beside<Built>(
  build: Promise<Built>,
  waiting: Waiting | undefined,
  { runner }: Job,
): Promise<{ readonly built: Built; readonly issued: DescribedCertificate | undefined }> {
  if (waiting === undefined) return { built: await build, issued: undefined };
  const failed = new AbortController();
  const waited = waiting(AbortSignal.any([runner.cancelled, failed.signal]));
  const [built, issued] = await Promise.allSettled([
    build.catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
    waited,
  ]);
  if (built.status === 'rejected') throw built.reason;
  if (issued.status === 'rejected') throw issued.reason;
  return { built: built.value, issued: issued.value };
}

/** ACM's list may be behind what it says of the one certificate. */
export function withCertificate(seen: Observed, issued: DescribedCertificate | undefined): Observed {
  if (issued === undefined || seen.domains === undefined) return seen;
  const others = seen.domains.certificates.filter(({ arn }) => arn !== issued.arn);
  return { ...seen, domains: { ...seen.domains, certificates: [...others, issued] } };
}
