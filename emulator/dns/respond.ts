import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { ResourceRecord } from '../route-53/answer.ts';
import { DomainNameProblem, parseDomainName } from '../route-53/domain-name.ts';
import { isRecordType } from '../route-53/read-record-set.ts';
import { toWire } from './packet.ts';
import type { Resolution, Resolver } from './resolver.ts';

/** https://www.iana.org/assignments/dns-parameters (RCODEs) */
const CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** RFC 1035 §4.2.1; a client that takes more says so by EDNS. */
const PLAIN_UDP_BYTES = 512;

/** RFC 6891 §6.1.1: who asks with EDNS is answered with it. */
const OWN_EDNS: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** The answer to one DNS message; `undefined` for what is no query at all. */
export function respond(message: Buffer, over: 'udp' | 'tcp', resolve: Resolver): Buffer | undefined {
  const query = readQuery(message);
  if (!query) return undefined;
  const full = encode(reply(query, resolve));
  if (over === 'tcp' || full.length <= largestUdp(query)) return full;
  return encode({ ...header(query, TRUNCATED_RESPONSE), answers: [], authorities: [] });
}

function readQuery(message: Buffer): Packet | undefined {
  try {
    const query = decode(message);
    return query.type === 'query' ? query : undefined;
  } catch {
    return undefined;
  }
}

function reply(query: Packet, resolve: Resolver): Packet {
  const question = query.questions?.[0];
  if (!question) return header(query, CODES.FORMERR);
  const resolution = resolveQuestion(question, resolve);
  if (!resolution) return header(query, CODES.NOTIMP);
  const answers = wireRecords(resolution.answers);
  const authorities = wireRecords(resolution.authorities);
  if (!answers || !authorities) return header(query, CODES.NOTIMP);
  const authority = isAuthoritative(resolution) ? AUTHORITATIVE_ANSWER : 0;
  return { ...header(query, authority | CODES[resolution.code]), answers, authorities };
}

/** Neither a refusal nor a referral to other servers is. */
const isAuthoritative = ({ code, answers, authorities }: Resolution): boolean =>
  code !== 'REFUSED' && (answers.length > 0 || authorities.every(({ type }) => type !== 'NS'));

/** The library knows these by their numbers alone. Browsers ask for HTTPS along with each address. */
const namedByNumber: Readonly<Record<string, string>> = { UNKNOWN_64: 'SVCB', UNKNOWN_65: 'HTTPS' };

function resolveQuestion(
  { name, type: asked }: { readonly name: string; readonly type: string },
  resolve: Resolver,
): Resolution | undefined {
  const type = namedByNumber[asked] ?? asked;
  if (!isRecordType(type)) return undefined;
  try {
    return resolve({ name: parseDomainName(name === '' ? '.' : name), type });
  } catch (error) {
    if (error instanceof DomainNameProblem) return { code: 'NXDOMAIN', answers: [], authorities: [] };
    throw error;
  }
}

function wireRecords(records: readonly ResourceRecord[]): Answer[] | undefined {
  const wire = records.map(toWire).filter((record) => record !== undefined);
  return wire.length === records.length ? wire : undefined;
}

function header(query: Packet, flags: number): Packet {
  return {
    type: 'response',
    ...(query.id !== undefined && { id: query.id }),
    // RFC 1035 §4.1.1: copied from the query.
    flags: flags | ((query.flags ?? 0) & RECURSION_DESIRED),
    ...(query.questions && { questions: query.questions }),
    ...(ednsOf(query) && { additionals: [OWN_EDNS] }),
  };
}

const ednsOf = (query: Packet): Answer | undefined => query.additionals?.find(({ type }) => type === 'OPT');

function largestUdp(query: Packet): number {
  const edns = ednsOf(query);
  return edns && 'udpPayloadSize' in edns ? Math.max(edns.udpPayloadSize, PLAIN_UDP_BYTES) : PLAIN_UDP_BYTES;
}
