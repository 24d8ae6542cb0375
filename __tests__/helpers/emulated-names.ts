import { Resolver } from 'node:dns/promises';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { RunningClock } from '../../emulator/clock.ts';
import { createDnsServer } from '../../emulator/dns/dns-server.ts';
import { createResolver } from '../../emulator/dns/resolver.ts';
import { createAliasTargetFinder } from '../../emulator/route-53/alias-targets.ts';
import { createRoute53, type Route53 } from '../../emulator/route-53/route-53.ts';
import type { AwsNames } from '../../emulator/world.ts';
import { ACCOUNT, serveApis } from './emulated-apis.ts';

/** Two names of AWS's own, blue and green, for aliases to point at. */
export const BLUE = {
  HostedZoneId: 'Z087551914Z2PCAU0QHMW',
  DNSName: 'blue.eu-west-1.awsapprunner.com.',
  EvaluateTargetHealth: false,
};
export const GREEN = {
  HostedZoneId: 'Z32O12XQLNTSW2',
  DNSName: 'green.eu-west-1.elb.amazonaws.com.',
  EvaluateTargetHealth: false,
};
export const BLUE_ADDRESS = '127.0.0.3';
export const GREEN_ADDRESS = '127.0.0.2';
export const GREEN_IPV6 = '2001:db8::2';

export type EmulatedNames = {
  readonly route53: Route53Client;
  readonly clock: RunningClock;
  readonly control: (body: unknown) => unknown;
  /** A stub resolver of Node's own that asks the emulated DNS server alone. */
  readonly dns: Resolver;
  readonly health: { blue: boolean; green: boolean };
  /** Id of a new public zone. */
  readonly createZone: (name: string) => Promise<string>;
  readonly change: (zoneId: string, ...changes: Change[]) => Promise<string>;
  /** Lets every change become INSYNC. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Route 53 and the DNS server alone, in this process. */
export async function startNames(): Promise<EmulatedNames> {
  const health = { blue: true, green: true };
  const awsNames: AwsNames = (name) => {
    if (name === BLUE.DNSName) return { addresses: [BLUE_ADDRESS], healthy: health.blue };
    const green = name.replace(/^dualstack\./, '') === GREEN.DNSName;
    return green ? { addresses: [GREEN_ADDRESS, GREEN_IPV6], healthy: health.green } : undefined;
  };
  const zones = [
    { hostedZoneId: BLUE.HostedZoneId, suffix: '.eu-west-1.awsapprunner.com.', types: ['A'] },
    { hostedZoneId: GREEN.HostedZoneId, suffix: '.eu-west-1.elb.amazonaws.com.', types: ['A', 'AAAA'] },
  ];
  const made: { part?: Route53 } = {};
  const apis = await serveApis((parts) => {
    made.part = createRoute53({
      ...parts,
      accountId: ACCOUNT,
      awsNames,
      findAliasTarget: createAliasTargetFinder(zones, awsNames),
      settings: { requestsPerSecond: 0 },
    });
    return [made.part.service];
  });
  const { part } = made;
  if (!part) throw new Error('the server made no Route 53');
  const server = createDnsServer(createResolver(part.hosting, awsNames));
  const at = await server.listen(0);
  const dns = new Resolver({ timeout: 2000, tries: 1 });
  dns.setServers([`${at.host}:${at.port}`]);
  const route53 = new Route53Client(apis.client);
  const control = (body: unknown): unknown => part.control.POST?.(body);
  return {
    route53,
    clock: apis.clock,
    control,
    dns,
    health,
    createZone: async (name) => {
      const made = await route53.send(
        new CreateHostedZoneCommand({ Name: name, CallerReference: String(Math.random()) }),
      );
      return made.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
    },
    change: async (zoneId, ...Changes) => {
      const { ChangeInfo } = await route53.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }),
      );
      return ChangeInfo?.Id?.replace('/change/', '') ?? '';
    },
    settle: () => apis.clock.advance(60),
    close: async () => {
      await server.close();
      await apis.close();
    },
  };
}
