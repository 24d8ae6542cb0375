import type { Certificate, Validation } from './certificate.ts';
import type { Acm } from './state.ts';

/** The record to make appears some seconds after the request; clients have to ask again. */
const RECORD_SECONDS = 5;

export function describeCertificate(acm: Acm, certificate: Certificate) {
  const recordKnown = acm.clock.now() >= certificate.createdAt.getTime() + RECORD_SECONDS * 1000;
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNames: certificate.domainNames,
    DomainValidationOptions: certificate.validations.map((one) => describeValidation(one, recordKnown)),
    Subject: `CN=${certificate.domainName}`,
    Issuer: 'Amazon',
    CreatedAt: certificate.createdAt,
    IssuedAt: certificate.issuedAt,
    Status: certificate.status,
    ...(certificate.failureReason !== undefined && { FailureReason: certificate.failureReason }),
    NotBefore: certificate.notBefore,
    NotAfter: certificate.notAfter,
    KeyAlgorithm: certificate.keyAlgorithm.replace('_', '-'),
    SignatureAlgorithm: 'SHA256WITHRSA',
    InUseBy: acm.usersOf(certificate.arn),
    Type: 'AMAZON_ISSUED',
    KeyUsages:
      certificate.status === 'ISSUED' ? [{ Name: 'DIGITAL_SIGNATURE' }, { Name: 'KEY_ENCIPHERMENT' }] : [],
    ExtendedKeyUsages: [],
    RenewalEligibility: acm.usersOf(certificate.arn).length > 0 ? 'ELIGIBLE' : 'INELIGIBLE',
    Options: { CertificateTransparencyLoggingPreference: 'ENABLED', Export: 'DISABLED' },
  };
}

const describeValidation = (validation: Validation, recordKnown: boolean) => ({
  DomainName: validation.domainName,
  ValidationDomain: validation.domainName,
  ValidationStatus: validation.done ? 'SUCCESS' : 'PENDING_VALIDATION',
  ...(recordKnown && {
    ResourceRecord: { Name: validation.recordName, Type: 'CNAME', Value: validation.recordValue },
  }),
  ValidationMethod: 'DNS',
});

export function summariseCertificate(acm: Acm, certificate: Certificate) {
  const { domainNames } = certificate;
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNameSummaries: domainNames,
    HasAdditionalSubjectAlternativeNames: false,
    Status: certificate.status,
    Type: 'AMAZON_ISSUED',
    KeyAlgorithm: certificate.keyAlgorithm.replace('_', '-'),
    KeyUsages: certificate.status === 'ISSUED' ? ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'] : [],
    ExtendedKeyUsages: [],
    InUse: acm.usersOf(certificate.arn).length > 0,
    RenewalEligibility: 'INELIGIBLE',
    NotBefore: certificate.notBefore,
    NotAfter: certificate.notAfter,
    CreatedAt: certificate.createdAt,
    IssuedAt: certificate.issuedAt,
  };
}
