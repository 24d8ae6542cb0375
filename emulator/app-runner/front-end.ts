import { type AwsNames, type FrontEnd, type MetricSink, mappedToIpv6, type Outcome } from '../world.ts';
import { type CustomDomain, hostsOf } from './custom-domain.ts';
import type { Service } from './service.ts';
import type { AppRunner } from './state.ts';

/** App Runner's own load balancing: by Host header to the service, with a certificate once a custom domain is ACTIVE. */
export function appRunnerFrontEnd(runner: AppRunner, address: string): FrontEnd {
  const byUrl = (host: string): Service | undefined => living(runner).find(({ url }) => url === host);
  const byDomain = (host: string) =>
    living(runner)
      .flatMap((service) =>
        activeDomains(service)
          .filter((domain) => hostsOf(domain).some((name) => covers(name, host)))
          .map((domain) => ({ service, domain })),
      )
      // "A more specific association beats a wildcard."
      .sort(
        (one, other) => Number(one.domain.name.startsWith('*')) - Number(other.domain.name.startsWith('*')),
      )[0];
  const serviceFor = (host: string): Service | undefined => byUrl(host) ?? byDomain(host)?.service;

  return {
    address,
    hasName: (host) => byUrl(plain(host)) !== undefined,
    serves: (host) => serviceFor(plain(host)) !== undefined,
    route: (host) => {
      const service = serviceFor(plain(host));
      if (!service) return { status: 404 };
      const ended = (outcome: Outcome): void => count(runner.metrics, service, outcome);
      // What a paused service answers is not documented.
      return service.instance ? { address: service.instance.address, ended } : { status: 503, ended };
    },
    certificateNames: (serverName) => {
      const domain = byDomain(plain(serverName))?.domain;
      return domain ? hostsOf(domain) : [`*.${runner.region}.awsapprunner.com`];
    },
    // Seen by operators (aws/apprunner-roadmap#231).
    plainHttp: ({ host, path, query }) => ({
      status: 301,
      location: `https://${host}${path}${query === '' ? '' : `?${query}`}`,
    }),
  };
}

export function appRunnerNames(runner: AppRunner, address: string): AwsNames {
  return (name) => {
    const service = living(runner).find(({ url }) => `${url}.` === name);
    if (!service) return undefined;
    const isDualStack = service.configuration.network.IpAddressType === 'DUAL_STACK';
    const addresses = isDualStack ? [address, mappedToIpv6(address)] : [address];
    return { addresses, healthy: service.instance !== undefined };
  };
}

const living = ({ services }: AppRunner): Service[] =>
  [...services.values()].filter(({ status }) => status !== 'DELETED' && status !== 'CREATE_FAILED');

const activeDomains = ({ customDomains }: Service): CustomDomain[] =>
  [...customDomains.values()].filter(({ status }) => status === 'ACTIVE');

/** A wildcard stands for one label. */
const covers = (name: string, host: string): boolean =>
  name.startsWith('*.') ? host.slice(host.indexOf('.') + 1) === name.slice(2) : name === host;

const plain = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');

/** https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cw.html */
function count(metrics: MetricSink, { name, id }: Service, { status, milliseconds }: Outcome): void {
  const at = { namespace: 'AWS/AppRunner', dimensions: { ServiceName: name, ServiceID: id } };
  metrics.add({ ...at, name: 'Requests', value: 1, unit: 'Count' });
  metrics.add({ ...at, name: 'RequestLatency', value: milliseconds, unit: 'Milliseconds' });
  const family = Math.floor(status / 100);
  if ([2, 4, 5].includes(family)) {
    metrics.add({ ...at, name: `${family}xxStatusResponses`, value: 1, unit: 'Count' });
  }
}
