import type { RecordSet } from './records.ts';

/** What is to be issued, and where its records are made. */
export type CertificateRequest = {
  readonly timeoutSeconds: number;
  /** `undefined`: the zone that holds each name. */
  readonly zoneId: string | undefined;
  /** The role of the account with the zones; `undefined`: the job's own. */
  readonly roleArn: string | undefined;
};

/** A CNAME that shows ACM whose the name is. */
export type ValidationRecord = { readonly name: string; readonly value: string };

/** ACM takes longer names beside the first one only (X.509: the common name has 64 characters at most). */
const longestFirstName = 64;

/** The name that a request begins with, and the others. `undefined`: all are too long. */
export function splitNames(
  names: readonly string[],
): { readonly first: string; readonly others: readonly string[] } | undefined {
  const first = names.find((name) => name.length <= longestFirstName);
  return first === undefined ? undefined : { first, others: names.filter((name) => name !== first) };
}

export function haveSameNames(one: readonly string[], other: readonly string[]): boolean {
  const plain = (names: readonly string[]) =>
    [...new Set(names.map((name) => name.toLowerCase()))].toSorted();
  return plain(one).join() === plain(other).join();
}

/** What a name holds already, where a record is to be made. */
export type RecordVerdict =
  | { readonly kind: 'absent' }
  | { readonly kind: 'there' }
  /** Somebody's, and perhaps what another certificate is renewed by. */
  | { readonly kind: 'other'; readonly shown: string };

export function judgeRecord(there: readonly RecordSet[], { value }: ValidationRecord): RecordVerdict {
  const [first] = there;
  if (first === undefined) return { kind: 'absent' };
  const values = there.flatMap(({ answer }) =>
    answer.kind === 'values' ? answer.values : [`an alias to ${answer.dnsName}`],
  );
  const isWanted =
    there.length === 1 &&
    first.type === 'CNAME' &&
    values.length === 1 &&
    bare(values[0] ?? '') === bare(value);
  return isWanted ? { kind: 'there' } : { kind: 'other', shown: `${first.type} ${values.join(', ')}` };
}

/** Five minutes: as ACM's own console makes it. */
const ttlSeconds = 300;

export function recordFor({ name, value }: ValidationRecord): RecordSet {
  return {
    name,
    type: 'CNAME',
    policy: { kind: 'simple' },
    answer: { kind: 'values', ttlSeconds, values: [value] },
  };
}

/** Many a DNS console takes the dot at the end of a name for a mistake. */
export function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Why ACM does not issue, in words, and what to do (ACM user guide, "Certificate request fails"). */
export function explainFailure(
  status: string,
  reason: string | undefined,
): { readonly because: string; readonly wayOut: string } {
  const again = 'Then run the job again. It requests another certificate.';
  switch (reason) {
    case 'CAA_ERROR':
      return {
        because: 'a CAA record of a name, or of a domain above it, does not let Amazon issue',
        wayOut: `Add a CAA record with the value 0 issue "amazon.com" in addition to the existing ones. ${again}`,
      };
    case 'DOMAIN_NOT_ALLOWED':
      return {
        because: 'a name is on a list of unsafe domains',
        wayOut: `Ask for its removal from that list (VirusTotal shows who lists it). ${again}`,
      };
    case 'INVALID_PUBLIC_DOMAIN':
      return {
        because: 'a name is not under a public top-level domain',
        wayOut: 'Use names under a public top-level domain.',
      };
    case 'ADDITIONAL_VERIFICATION_REQUIRED':
      return {
        because: 'AWS wants to verify more before it issues for such a well-known name',
        wayOut: `Ask AWS Support. ${again}`,
      };
    case 'DOMAIN_VALIDATION_DENIED':
      return {
        because: 'the owner of a name has denied the validation',
        wayOut: `Find out who answers for the DNS of the name. ${again}`,
      };
    default:
      break;
  }
  if (status === 'VALIDATION_TIMED_OUT') {
    return {
      because: 'its records were not in the DNS within 72 hours',
      wayOut: `Check that resolvers reach the zone that has them. ${again}`,
    };
  }
  return {
    because: `ACM says ${[status, reason].filter((part) => part !== undefined).join(', ')}`,
    wayOut: `Look at the certificate in the ACM console. ${again}`,
  };
}
