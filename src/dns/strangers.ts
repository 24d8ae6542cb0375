import { isSameName, normaliseName } from './names.ts';
import { type RecordSet, type Refusal, renderAnswer } from './records.ts';

/** Records at the name that make it unsafe to move the others, each with its own reason. */
export function findStrangers(domain: string, records: readonly RecordSet[]): readonly Refusal[] {
  return records.flatMap((record) => judgeStranger(domain, record) ?? []);
}

function judgeStranger(domain: string, record: RecordSet): Refusal | undefined {
  if (record.trafficPolicyInstanceId !== undefined) {
    return {
      because: `the ${record.type} record of ${domain} belongs to traffic policy instance ${record.trafficPolicyInstanceId}`,
      wayOut: 'Change the traffic policy, or delete its instance and create the record by hand.',
    };
  }
  if (isAddressType(record.type) && record.policy.kind === 'other') {
    return {
      because: `the ${record.type} record "${record.policy.setIdentifier}" of ${domain} is routed by ${record.policy.label}, which cannot be mixed with weights`,
      wayOut: 'Replace the records of this name by one simple record first.',
    };
  }
  if (isServiceBindingType(record.type) && !isHarmlessBinding(domain, record)) {
    return {
      because: `the ${record.type} record of ${domain} (${renderAnswer(record)}) leads browsers past the address records`,
      wayOut: 'Remove its target name and address hints, or the whole record, first.',
    };
  }
  return undefined;
}

/** The types that say where the name leads. */
export function isAddressType(type: string): boolean {
  return type === 'A' || type === 'AAAA' || type === 'CNAME';
}

export function isServiceBindingType(type: string): boolean {
  return type === 'HTTPS' || type === 'SVCB';
}

/** `1 . alpn="h2"` only says how to speak to the name's own addresses (RFC 9460, section 2.4). */
function isHarmlessBinding(domain: string, { answer }: RecordSet): boolean {
  if (answer.kind === 'alias') return false;
  return answer.values.every((value) => {
    const [priority, target = ''] = value.trim().split(/\s+/);
    const own = target === '.' || isSameName(target, domain);
    return priority !== '0' && own && !hasHints(value);
  });
}

/** Addresses to connect to before any other is asked for (RFC 9460, section 7.3). */
export function hasHints(binding: string): boolean {
  return /\sipv[46]hint=/i.test(binding);
}

/** A name server record below the apex: the name lives in another zone, and what stands here is never asked for. */
export function judgeDelegatedAway(
  domain: string,
  zoneName: string,
  records: readonly RecordSet[],
): Refusal | undefined {
  const delegation = records.find(({ type }) => type === 'NS');
  // Only the name of the zone itself has an SOA record.
  const isApex = isSameName(domain, zoneName) || records.some(({ type }) => type === 'SOA');
  if (delegation === undefined || isApex) return undefined;
  return {
    because: `${domain} is delegated to ${renderAnswer(delegation)}, so the records in this zone are never asked for`,
    wayOut: 'Set hosted-zone-id to the zone it is delegated to.',
  };
}

/**
 * Where external-dns keeps its marks beside the name itself. The prefix is a record type (external-dns, "TXT registry"),
 * but not always that of the record: an alias is a `cname` to it (external-dns#3164). A prefix of the operator's own
 * cannot be known.
 */
export function externalDnsNames(domain: string): readonly string[] {
  return ['a', 'aaaa', 'cname'].map((type) => `${type}-${normaliseName(domain)}`);
}

/** The owner named in an external-dns mark, `undefined` when there is none. It would undo what others write. */
export function findExternalDnsOwner(records: readonly RecordSet[]): string | undefined {
  for (const { type, answer } of records) {
    if (type !== 'TXT' || answer.kind === 'alias') continue;
    const mark = answer.values.find((value) => value.includes('heritage=external-dns'));
    if (mark !== undefined) return /external-dns\/owner=([^,"]*)/.exec(mark)?.[1] ?? 'unknown';
  }
  return undefined;
}
