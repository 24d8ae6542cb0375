import type { FrontEnd } from '../world.ts';
import { matchesHost, plainHost } from './host-pattern.ts';
import { balancerNames } from './names.ts';
import { answerPlainHttp } from './plain-listeners.ts';
import { route, serves } from './routing.ts';
import { allRules, type Balancing } from './state.ts';

/** The load balancers' side towards users: Express's listener, HTTPS on 443, with one certificate a host, and what somebody added on port 80. */
export function balancerFrontEnd(balancing: Balancing, address: string): FrontEnd {
  const names = balancerNames(balancing, address);
  return {
    address,
    hasName: (host) => names(`${plainHost(host)}.`) !== undefined,
    serves: (host) => serves(balancing, host),
    route: (host) => route(balancing, host),
    certificateNames: (serverName) => certificateNames(balancing, plainHost(serverName)),
    plainHttp: (asked) => answerPlainHttp(balancing, asked),
  };
}

/**
 * The certificate a listener picks by SNI: of an Express endpoint its own, of a custom host the one that was added for
 * it. Where none fits, a load balancer's own name included, the default one: that of the first service.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
 */
function certificateNames(balancing: Balancing, serverName: string): readonly string[] {
  const endpoints = allRules(balancing).flatMap(({ hosts }) =>
    hosts.filter((host) => host.endsWith('.on.aws')),
  );
  if (endpoints.some((host) => plainHost(host) === serverName)) return [serverName];
  const added = addedCertificates(balancing).find((domainNames) =>
    domainNames.some((name) => coversName(name, serverName)),
  );
  return added ?? endpoints.slice(0, 1);
}

function addedCertificates({ loadBalancers, certificates }: Balancing): (readonly string[])[] {
  return [...loadBalancers.values()].flatMap(({ listener }) =>
    [...listener.furtherCertificateArns].flatMap((arn) => {
      const certificate = certificates?.find(arn);
      return certificate?.status === 'ISSUED' ? [certificate.domainNames] : [];
    }),
  );
}

/** In a certificate a wildcard stands for one label, unlike in a rule. */
const coversName = (name: string, host: string): boolean =>
  name.startsWith('*.') ? host.slice(host.indexOf('.') + 1) === name.slice(2) : matchesHost(name, host);
