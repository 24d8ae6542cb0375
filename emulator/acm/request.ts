import { AwsError } from '../world.ts';
import { type Certificate, newValidations } from './certificate.ts';
import { type Acm, dateOf } from './state.ts';
import { readTags } from './tags.ts';

type Input = Record<string, unknown>;

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html (DomainName) */
const DOMAIN_NAME = /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/;
const LONGEST_DOMAIN_NAME = 253;
/** The default quota of names in a certificate. */
const MOST_NAMES = 10;
const IDEMPOTENT_MS = 3_600_000;
/** Virtual seconds between two looks for the validation records, and until ACM gives up. */
const CHECK_SECONDS = 30;
const TIMEOUT_MS = 72 * 3_600_000;
/** 198 days since March 2026, 395 before. */
const VALIDITY_MS = 198 * 24 * 3_600_000;

export function requestCertificate(acm: Acm, input: Input): Certificate {
  const domainName = readDomainName(input['DomainName'], 'domainName');
  const others = input['SubjectAlternativeNames'];
  const domainNames = [
    ...new Set([
      domainName,
      ...(Array.isArray(others) ? others : []).map((name) => readDomainName(name, 'subjectAlternativeNames')),
    ]),
  ];
  if (input['ValidationMethod'] !== 'DNS') {
    throw new AwsError(
      'ValidationException',
      'The emulator validates by DNS only: set ValidationMethod to DNS.',
    );
  }
  const token = readToken(input['IdempotencyToken']);
  const repeated = token === undefined ? undefined : requestedBefore(acm, domainName, token);
  if (repeated) return repeated;
  if (domainNames.length > MOST_NAMES) {
    throw new AwsError(
      'LimitExceededException',
      `The number of names in the certificate request exceeds the limit of ${MOST_NAMES}.`,
    );
  }
  const certificate: Certificate = {
    arn: acm.arn('acm', `certificate/${acm.ids.uuid()}`),
    domainName,
    domainNames,
    keyAlgorithm: typeof input['KeyAlgorithm'] === 'string' ? input['KeyAlgorithm'] : 'RSA_2048',
    createdAt: dateOf(acm),
    idempotencyToken: token,
    failureReason: undefined,
    validations: newValidations(acm, domainNames),
    tags: readTags(input),
    status: 'PENDING_VALIDATION',
    issuedAt: undefined,
    notBefore: undefined,
    notAfter: undefined,
  };
  acm.certificates.set(certificate.arn, certificate);
  acm.clock.after(CHECK_SECONDS, () => validate(acm, certificate));
  return certificate;
}

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html (IdempotencyToken): `\w+`, 1 to 32 characters. */
function readToken(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\w{1,32}$/.test(value)) return value;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at 'idempotencyToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \\w+`,
  );
}

/** The same token for the same domain within an hour is the same request. */
const requestedBefore = (acm: Acm, domainName: string, token: string): Certificate | undefined =>
  [...acm.certificates.values()].find(
    (one) =>
      one.domainName === domainName &&
      one.idempotencyToken === token &&
      acm.clock.now() - one.createdAt.getTime() < IDEMPOTENT_MS,
  );

function validate(acm: Acm, certificate: Certificate): void {
  if (!acm.certificates.has(certificate.arn)) return;
  const [refusal] = certificate.domainNames.flatMap((name) => acm.refusals.get(name) ?? []);
  if (refusal !== undefined) {
    certificate.status = 'FAILED';
    certificate.failureReason = refusal;
    return;
  }
  for (const validation of certificate.validations) {
    if (acm.hasCname(validation.recordName, validation.recordValue)) validation.done = true;
  }
  if (certificate.validations.every(({ done }) => done)) {
    certificate.status = 'ISSUED';
    certificate.issuedAt = dateOf(acm);
    certificate.notBefore = dateOf(acm);
    certificate.notAfter = new Date(acm.clock.now() + VALIDITY_MS);
  } else if (acm.clock.now() - certificate.createdAt.getTime() > TIMEOUT_MS) {
    certificate.status = 'VALIDATION_TIMED_OUT';
  } else {
    acm.clock.after(CHECK_SECONDS, () => validate(acm, certificate));
  }
}

function readDomainName(value: unknown, member: string): string {
  if (typeof value === 'string' && value.length <= LONGEST_DOMAIN_NAME && DOMAIN_NAME.test(value)) {
    return value.toLowerCase();
  }
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${DOMAIN_NAME.source.slice(1, -1)}`,
  );
}
