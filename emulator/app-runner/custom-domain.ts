import type { Ids } from '../ids.ts';

export type DomainStatus =
  | 'CREATING'
  | 'CREATE_FAILED'
  | 'ACTIVE'
  | 'DELETING'
  | 'DELETE_FAILED'
  | 'PENDING_CERTIFICATE_DNS_VALIDATION'
  | 'BINDING_CERTIFICATE';

export type ValidationRecord = {
  readonly name: string;
  readonly value: string;
  status: 'PENDING_VALIDATION' | 'SUCCESS' | 'FAILED';
};

export type CustomDomain = {
  readonly name: string;
  readonly withWww: boolean;
  status: DomainStatus;
  readonly validationRecords: readonly ValidationRecord[];
};

/** Host names a domain serves once it is ACTIVE. */
export const hostsOf = ({ name, withWww }: CustomDomain): readonly string[] =>
  withWww ? [name, `www.${name}`] : [name];

/**
 * The CNAMEs that show ACM who owns the domain: one for the domain, one for `www.`, one for a name of App Runner's own
 * under it.
 * https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domains.html
 */
export function validationRecords(ids: Ids, domain: string, withWww: boolean): ValidationRecord[] {
  const base = domain.replace(/^\*\./, '');
  const names = [base, ...(withWww ? [`www.${base}`] : []), `${ids.hex(26)}.${base}`];
  return names.map((name) => ({
    name: `_${ids.hex(32)}.${name}.`,
    value: `_${ids.hex(32)}.${ids.hex(10)}.acm-validations.aws.`,
    status: 'PENDING_VALIDATION',
  }));
}

export function describeDomain({ name, withWww, status, validationRecords: records }: CustomDomain) {
  return {
    DomainName: name,
    EnableWWWSubdomain: withWww,
    CertificateValidationRecords:
      status === 'CREATING'
        ? []
        : records.map((record) => ({
            Name: record.name,
            Type: 'CNAME',
            Value: record.value,
            Status: record.status,
          })),
    Status: status,
  };
}
