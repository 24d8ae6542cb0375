import { DomainNameProblem, parseDomainName } from '../route-53/domain-name.ts';
import type { RecordType } from '../route-53/record-set.ts';
import type { Resolver } from './resolver.ts';

/** True when a name has this CNAME; how ACM and App Runner look whether a domain is validated. */
export function createCnameCheck(resolve: Resolver): (name: string, value: string) => boolean {
  return (name, value) => {
    const wanted = parseDomainName(value);
    return ask(resolve, name, 'CNAME').some((found) => parseDomainName(found) === wanted);
  };
}

/** One IPv4 address of a host, as a client that opens a connection picks it. */
export function createAddressLookup(resolve: Resolver): (host: string) => string | undefined {
  return (host) => ask(resolve, host, 'A')[0];
}

function ask(resolve: Resolver, name: string, type: RecordType): string[] {
  try {
    const { answers } = resolve({ name: parseDomainName(name), type });
    return answers.filter((answer) => answer.type === type).map(({ value }) => value);
  } catch (error) {
    if (error instanceof DomainNameProblem) return [];
    throw error;
  }
}
