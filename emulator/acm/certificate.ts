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
  readonly type: 'AMAZON_ISSUED' | 'IMPORTED';
  readonly keyAlgorithm: string;
  readonly createdAt: Date;
  readonly idempotencyToken: string | undefined;
  readonly validations: readonly Validation[];
  readonly tags: Map<string, string>;
  status: 'PENDING_VALIDATION' | 'ISSUED' | 'VALIDATION_TIMED_OUT';
  issuedAt: Date | undefined;
  notBefore: Date | undefined;
  notAfter: Date | undefined;
};

export function newValidations(ids: Ids, domainNames: readonly string[]): Validation[] {
  const byBase = new Map<string, Omit<Validation, 'domainName' | 'done'>>();
  return domainNames.map((domainName) => {
    const base = domainName.replace(/^\*\./, '');
    const record = byBase.get(base) ?? {
      recordName: `_${ids.hex(32)}.${base}.`,
      recordValue: `_${ids.hex(32)}.${ids.hex(10)}.acm-validations.aws.`,
    };
    byBase.set(base, record);
    return { domainName, ...record, done: false };
  });
}
