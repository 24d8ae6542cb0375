import {
  ACMClient,
  type CertificateDetail,
  type CertificateStatus,
  type CertificateSummary,
  DescribeCertificateCommand,
  KeyAlgorithm,
  paginateListCertificates,
} from '@aws-sdk/client-acm';
import type { Certificate } from '../dns/certificate-choice.ts';
import { clientOf } from './clients.ts';
import { ask, askPages } from './failures.ts';
import { isCertificateMissing } from './refusals.ts';

const acm = () => clientOf(ACMClient);

/** Certificates of the Region that are issued, or are to be. */
export function listCertificates(): Promise<readonly Certificate[]> {
  return listCertificatesIn(['ISSUED', 'PENDING_VALIDATION']);
}

/**
 * All key types are asked for: without that, ACM lists only RSA keys of up to 2048 bits, and an ECDSA certificate would
 * seem to be missing (ACM API reference, Filters).
 */
export async function listCertificatesIn(
  statuses: readonly CertificateStatus[],
): Promise<readonly Certificate[]> {
  const summaries: CertificateSummary[] = [];
  const pages = paginateListCertificates(
    { client: acm() },
    {
      CertificateStatuses: [...statuses],
      Includes: { keyTypes: Object.values(KeyAlgorithm) },
      MaxItems: 1000,
    },
  );
  for await (const page of askPages('acm:ListCertificates', 'list the certificates in ACM', pages)) {
    summaries.push(...(page.CertificateSummaryList ?? []));
  }
  return Promise.all(summaries.map(readSummary));
}

/** A summary has the first hundred names only. */
async function readSummary(seen: CertificateSummary): Promise<Certificate> {
  const arn = seen.CertificateArn ?? '';
  const complete = seen.HasAdditionalSubjectAlternativeNames ? await describeCertificate(arn) : undefined;
  return (
    complete ?? {
      arn,
      status: seen.Status ?? 'UNKNOWN',
      names: namesOf(seen.DomainName, seen.SubjectAlternativeNameSummaries),
      expiresAt: seen.NotAfter,
    }
  );
}

export type DescribedCertificate = Certificate & {
  /** In ACM's words, of one that FAILED. */
  readonly failureReason: string | undefined;
  /** ACM has named a record for each of its names. */
  readonly hasAllRecords: boolean;
  /** The CNAME records that still have to be made for it to be issued, where ACM has thought of them already. */
  readonly validationRecords: readonly { readonly name: string; readonly value: string }[];
};

/** `undefined`: there is none in this Region. */
export async function describeCertificate(arn: string): Promise<DescribedCertificate | undefined> {
  const answer = await ask('acm:DescribeCertificate', `describe certificate ${arn}`, async () => {
    try {
      return await acm().send(new DescribeCertificateCommand({ CertificateArn: arn }));
    } catch (cause) {
      if (isCertificateMissing(cause)) return undefined;
      throw cause;
    }
  });
  return answer?.Certificate && readDetail(answer.Certificate, arn);
}

function readDetail(seen: CertificateDetail, arn: string): DescribedCertificate {
  const options = seen.DomainValidationOptions ?? [];
  const waiting = options.filter(({ ValidationStatus }) => ValidationStatus !== 'SUCCESS');
  const records = waiting.flatMap(({ ResourceRecord }) =>
    ResourceRecord === undefined
      ? []
      : [{ name: ResourceRecord.Name ?? '', value: ResourceRecord.Value ?? '' }],
  );
  return {
    arn,
    status: seen.Status ?? 'UNKNOWN',
    names: namesOf(seen.DomainName, seen.SubjectAlternativeNames),
    expiresAt: seen.NotAfter,
    failureReason: seen.FailureReason,
    hasAllRecords: options.length > 0 && options.every(({ ResourceRecord }) => ResourceRecord !== undefined),
    // A name and its wildcard are validated by the same record.
    validationRecords: records.filter(
      ({ name }, index) => records.findIndex((record) => record.name === name) === index,
    ),
  };
}

function namesOf(name: string | undefined, others: readonly string[] | undefined): readonly string[] {
  return [...new Set([...(name === undefined ? [] : [name]), ...(others ?? [])])];
}
