import { ACMClient, KeyAlgorithm, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { clientConfig } from './clients.ts';
import { ask } from './failures.ts';

export type Certificate = {
  readonly arn: string;
  /** Hosts it is for, wildcards among them. Of a certificate with more than 100 names, the first hundred. */
  readonly names: readonly string[];
  readonly expiresAt: Date | undefined;
};

/**
 * Issued certificates of the Region. All key types are asked for: without that, ACM lists only RSA keys of up to 2048
 * bits, and an ECDSA certificate would seem to be missing (ACM API reference, Filters).
 */
export async function listIssuedCertificates(): Promise<readonly Certificate[]> {
  const client = new ACMClient(clientConfig());
  const certificates: Certificate[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const answer = await ask('acm:ListCertificates', 'list the issued certificates', () =>
      client.send(
        new ListCertificatesCommand({
          CertificateStatuses: ['ISSUED'],
          Includes: { keyTypes: Object.values(KeyAlgorithm) },
          MaxItems: 1000,
          NextToken: token,
        }),
      ),
    );
    for (const seen of answer.CertificateSummaryList ?? []) {
      certificates.push({
        arn: seen.CertificateArn ?? '',
        names: [seen.DomainName ?? '', ...(seen.SubjectAlternativeNameSummaries ?? [])],
        expiresAt: seen.NotAfter,
      });
    }
    nextToken = answer.NextToken;
  } while (nextToken !== undefined);
  return certificates;
}
