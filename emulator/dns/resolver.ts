import {
  type Answering,
  addressesOfType,
  answer,
  type Question,
  type ResourceRecord,
} from '../route-53/answer.ts';
import { parseDomainName } from '../route-53/domain-name.ts';
import type { HostedZone, Hosting } from '../route-53/state.ts';
import type { AwsNames } from '../world.ts';
import { findAuthority } from './delegation.ts';

export type Resolution = {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly answers: readonly ResourceRecord[];
  /** SOA of a negative answer, NS of a referral. */
  readonly authorities: readonly ResourceRecord[];
};

/** Asked with a canonical name. */
export type Resolver = (question: Question) => Resolution;

const MOST_CNAMES = 8;
/** Of AWS's own names, as `dig` shows it. */
const AWS_NAME_TTL = 60;

/**
 * What a client's resolver would come back with, without its cache: authoritative answers of the emulated zones,
 * CNAMEs followed from zone to zone and into AWS's own names.
 */
export function createResolver(hosting: Hosting, awsNames: AwsNames): Resolver {
  const answering: Answering = { turns: new Map(), awsNames, healthChecks: hosting.healthChecks };

  const ask = (question: Question): Resolution => {
    const own = awsNames(question.name);
    if (own) {
      const addresses = addressesOfType(own.addresses, question.type);
      return {
        code: 'NOERROR',
        answers: addresses.map((value) => ({ ...question, ttl: AWS_NAME_TTL, value })),
        authorities: [],
      };
    }
    const authority = findAuthority(hosting, question.name);
    if (!authority) return { code: 'REFUSED', answers: [], authorities: [] };
    if (authority.kind === 'elsewhere') {
      // Those servers would say the same of themselves; all else they say is unknown here.
      const isAsked = question.type === 'NS' && authority.servers[0]?.name === question.name;
      const [answers, authorities] = isAsked ? [authority.servers, []] : [[], authority.servers];
      return { code: 'NOERROR', answers, authorities };
    }
    const found = answer(authority.zone, question, answering);
    switch (found.kind) {
      case 'records':
        return { code: 'NOERROR', answers: found.records, authorities: [] };
      case 'referral':
        return { code: 'NOERROR', answers: [], authorities: found.records };
      case 'no-data':
        return { code: 'NOERROR', answers: [], authorities: negativeSoa(authority.zone) };
      case 'no-name':
        return { code: 'NXDOMAIN', answers: [], authorities: negativeSoa(authority.zone) };
    }
  };

  return (question) => {
    const answers: ResourceRecord[] = [];
    let asked = question;
    for (let hop = 0; hop <= MOST_CNAMES; hop += 1) {
      const found = ask(asked);
      answers.push(...found.answers);
      const cname =
        question.type === 'CNAME' ? undefined : found.answers.find(({ type }) => type === 'CNAME');
      if (!cname) {
        // A CNAME that leaves the emulated world is answered as far as it is known.
        const code = found.code === 'REFUSED' && hop > 0 ? 'NOERROR' : found.code;
        return { code, answers, authorities: found.authorities };
      }
      asked = { name: parseDomainName(cname.value), type: question.type };
    }
    return { code: 'SERVFAIL', answers: [], authorities: [] };
  };
}

/** How long "there is no such name" may be kept: the lesser of the SOA's TTL and its last field (RFC 2308). */
function negativeSoa(zone: HostedZone): readonly ResourceRecord[] {
  const soa = zone.published.at(zone.name).find(({ type }) => type === 'SOA');
  const value = soa?.values[0];
  if (value === undefined) return [];
  const minimum = Number(value.split(/\s+/).at(-1));
  return [{ name: zone.name, type: 'SOA', ttl: Math.min(soa?.ttl ?? minimum, minimum), value }];
}
