import type { Ids } from '../ids.ts';

/** The CNAME that shows who owns a domain; `*.example.com` and `example.com` share one. */
export type Validation = {
  readonly domainName: string;
  readonly recordName: string;
  readonly recordValue: string;
  done: boolean;
};

export type Certificate = {
  readonly arn: string;
  readonly domainName: string;
  /** All names, the domain name first. */
  readonly domainNames: readonly string[];
  readonly keyAlgorithm: string;
  readonly createdAt: Date;
  readonly idempotencyToken: string | undefined;
  readonly validations: readonly Validation[];
  readonly tags: Map<string, string>;
  status: 'PENDING_VALIDATION' | 'ISSUED' | 'VALIDATION_TIMED_OUT' | 'FAILED';
  /** Of one that FAILED. */
  failureReason: string | undefined;
  issuedAt: Date | undefined;
  notBefore: Date | undefined;
  notAfter: Date | undefined;
};

/** By the name without its wildcard. */
export type ValidationRecords = Map<string, { readonly recordName: string; readonly recordValue: string }>;

/** The record of a name stays the same for the account: also a second certificate waits for it. */
export function newValidations(
  { ids, records }: { readonly ids: Ids; readonly records: ValidationRecords },
  domainNames: readonly string[],
): Validation[] {
  return domainNames.map((domainName) => {
    const base = domainName.replace(/^\*\./, '');
    const record = records.get(base) ?? {
      recordName: `_${ids.hex(32)}.${base}.`,
      recordValue: `_${ids.hex(32)}.${ids.hex(10)}.acm-validations.aws.`,
    };
    records.set(base, record);
    return { domainName, ...record, done: false };
  });
}
