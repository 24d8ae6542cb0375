import { optionalStructures, requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { findListener } from './lookup.ts';
import { page } from './paging.ts';
import type { Balancing, Listener } from './state.ts';

/** Beside the default one; adjustable on AWS: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const FURTHER_CERTIFICATES = 25;

export const certificateOperations = (balancing: Balancing): Record<string, Operation> => ({
  DescribeListenerCertificates: (input) => {
    const { listener } = findListener(balancing, requiredText(input, 'ListenerArn'));
    const { items, NextMarker } = page(certificatesOf(listener), input);
    return { Certificates: items, NextMarker };
  },

  /** "If the certificate is already in the certificate list, the call is successful but the certificate is not added again." */
  AddListenerCertificates: (input) => {
    const { listener } = findListener(balancing, requiredText(input, 'ListenerArn'));
    const CertificateArn = readCertificate(input);
    requireCertificate(balancing, CertificateArn);
    const { furtherCertificateArns: further } = listener;
    if (!further.has(CertificateArn) && further.size >= FURTHER_CERTIFICATES) {
      throw new AwsError('TooManyCertificates', 'The maximum number of certificates has been reached');
    }
    further.add(CertificateArn);
    return { Certificates: [{ CertificateArn, IsDefault: false }] };
  },

  RemoveListenerCertificates: (input) => {
    const { listener } = findListener(balancing, requiredText(input, 'ListenerArn'));
    const certificateArn = readCertificate(input);
    if (certificateArn === listener.defaultCertificateArn) {
      throw new AwsError('OperationNotPermitted', 'Default certificate cannot be removed');
    }
    listener.furtherCertificateArns.delete(certificateArn);
    return {};
  },
});

const certificatesOf = (listener: Listener) => [
  { CertificateArn: listener.defaultCertificateArn, IsDefault: true },
  ...[...listener.furtherCertificateArns].map((CertificateArn) => ({ CertificateArn, IsDefault: false })),
];

/** Exactly one a call, without IsDefault, as the API reference asks. */
function readCertificate(input: Record<string, unknown>): string {
  const certificates = optionalStructures(input, 'Certificates') ?? [];
  const [only, ...others] = certificates;
  if (!only || others.length > 0) {
    throw new AwsError('ValidationError', 'You must specify exactly one certificate');
  }
  if (only['IsDefault'] !== undefined) {
    throw new AwsError('ValidationError', "You cannot specify 'IsDefault' for a certificate");
  }
  return requiredText(only, 'CertificateArn');
}

export const usersOfCertificate = ({ loadBalancers }: Balancing, certificateArn: string): readonly string[] =>
  [...loadBalancers.values()]
    .filter(({ listener }) => listener.furtherCertificateArns.has(certificateArn))
    .map(({ arn }) => arn);

/** A certificate that waits for its validation is refused in words that do not say so. */
function requireCertificate({ arn, certificates }: Balancing, certificateArn: string): void {
  const known = certificates
    ? certificates.find(certificateArn)
    : certificateArn.startsWith(arn('acm', 'certificate/')) && { status: 'ISSUED' };
  if (!known) throw new AwsError('CertificateNotFound', `Certificate '${certificateArn}' not found`);
  if (known.status === 'ISSUED') return;
  throw new AwsError(
    'UnsupportedCertificate',
    `The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
  );
}
