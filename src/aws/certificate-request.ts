import { createHash } from 'node:crypto';
import {
  ACMClient,
  type CertificateStatus,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import { haveSameNames, splitNames } from '../dns/certificate-request.ts';
import { listCertificatesIn } from './certificates.ts';
import { clientOf } from './clients.ts';
import { ask } from './failures.ts';
import { isCertificateMissing } from './refusals.ts';

const acm = () => clientOf(ACMClient);

/** Shows which certificates this action may go on with. */
const ownTag = { Key: 'managed-by', Value: 'deploy-express' };

const open: readonly CertificateStatus[] = ['PENDING_VALIDATION', 'ISSUED'];
const isOpen = ({ status }: { readonly status: string }) => open.some((one) => one === status);
const ended = ['FAILED', 'VALIDATION_TIMED_OUT', 'EXPIRED', 'REVOKED'] as const;

export type OwnCertificates = {
  /** Waits for its validation, or was issued since the plan looked. */
  readonly openArn: string | undefined;
  /** Will never be issued, or is not valid any more. */
  readonly ended: readonly { readonly arn: string; readonly status: string }[];
};

/** The certificates that this action requested for just these names. */
export async function listOwnCertificates(names: readonly string[]): Promise<OwnCertificates> {
  const listed = await listCertificatesIn([...open, ...ended]);
  const alike = listed.filter((certificate) => haveSameNames(certificate.names, names));
  const own = await Promise.all(alike.map(async (one) => ((await isOwn(one.arn)) ? [one] : [])));
  return {
    openArn: own.flat().find(isOpen)?.arn,
    ended: own.flat().filter((certificate) => !isOpen(certificate)),
  };
}

async function isOwn(arn: string): Promise<boolean> {
  const { Tags = [] } = await ask(
    'acm:ListTagsForCertificate',
    `list the tags of certificate ${arn}`,
    async () => {
      try {
        return await acm().send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
      } catch (cause) {
        // Deleted since it was listed: it is nobody's.
        if (isCertificateMissing(cause)) return { Tags: [] };
        throw cause;
      }
    },
  );
  return Tags.some(({ Key, Value }) => Key === ownTag.Key && Value === ownTag.Value);
}

/**
 * Requests one certificate for all names, to be validated by DNS; its ARN. A request that is repeated within the hour is
 * the same one, unless a certificate of ours for these names has ended meanwhile.
 */
export async function requestCertificate(
  names: readonly string[],
  former: OwnCertificates['ended'],
): Promise<string> {
  const split = splitNames(names);
  const answer = await ask('acm:RequestCertificate', `request a certificate for ${names.join(', ')}`, () =>
    acm().send(
      new RequestCertificateCommand({
        DomainName: split?.first,
        ...((split?.others.length ?? 0) > 0 && { SubjectAlternativeNames: [...(split?.others ?? [])] }),
        ValidationMethod: 'DNS',
        IdempotencyToken: tokenFor([...names.toSorted(), ...former.map(({ arn }) => arn).toSorted()]),
        Tags: [ownTag],
      }),
    ),
  );
  return answer.CertificateArn ?? '';
}

/** At most 32 letters, digits and `_` (ACM API reference, RequestCertificate). */
function tokenFor(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
