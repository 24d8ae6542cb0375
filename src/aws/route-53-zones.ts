import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { isWithin, toRoute53Name } from '../dns/names.ts';
import { type Zone, zoneNamesFor } from '../dns/zone.ts';
import { ActionError } from '../errors.ts';
import { clientConfig } from './clients.ts';
import { ask } from './failures.ts';
import { isZoneMissing } from './refusals.ts';

/** Whose hosted zones: the job's own account, or the one a role of it is in. */
export type DnsAccount = { readonly roleArn: string | undefined };

/**
 * Route 53 takes five requests a second from a whole account, and one change of a zone at a time. Both refusals pass by
 * themselves, so more attempts are made than elsewhere.
 */
const maxAttempts = 8;

const clients = new Map<string | undefined, Route53Client>();

export function route53({ roleArn }: DnsAccount): Route53Client {
  const known = clients.get(roleArn);
  if (known !== undefined) return known;
  const client = new Route53Client({
    ...clientConfig(),
    maxAttempts,
    ...(roleArn !== undefined && {
      credentials: async () => (await import('./credentials.ts')).assumeRole(roleArn),
    }),
  });
  clients.set(roleArn, client);
  return client;
}

/**
 * All zones that may hold one of the names. The list is sorted by reversed labels and begins at the name asked for, so
 * that one page from the shortest possible name on nearly always holds the longer ones, too.
 */
export async function findZones(account: DnsAccount, domains: readonly string[]): Promise<readonly Zone[]> {
  const possible = domains.map(zoneNamesFor);
  const list = (names: ReadonlySet<string>) =>
    Promise.all([...names].map((name) => listZonesFrom(account, name)));
  const shortest = await list(new Set(possible.flatMap(([name]) => name ?? [])));
  const longer = shortest.every(({ isWhole }) => isWhole)
    ? []
    : await list(new Set(possible.flatMap((names) => names.slice(1))));
  const zones = [...shortest, ...longer]
    .flatMap((page) => page.zones)
    .filter(({ name }) => domains.some((domain) => isWithin(domain, name)));
  return [...new Map(zones.map((zone) => [zone.id, zone])).values()];
}

async function listZonesFrom(
  account: DnsAccount,
  name: string,
): Promise<{ readonly zones: readonly Zone[]; readonly isWhole: boolean }> {
  const answer = await ask('route53:ListHostedZonesByName', `list the hosted zones from ${name} on`, () =>
    route53(account).send(new ListHostedZonesByNameCommand({ DNSName: toRoute53Name(name), MaxItems: 100 })),
  );
  return { zones: (answer.HostedZones ?? []).map(readZone), isWhole: answer.IsTruncated !== true };
}

export type DescribedZone = { readonly zone: Zone; readonly nameServers: readonly string[] };

/** One that is not there is refused. */
export async function describeZone(account: DnsAccount, zoneId: string): Promise<DescribedZone> {
  const answer = await ask('route53:GetHostedZone', `get hosted zone ${zoneId}`, async () => {
    try {
      return await route53(account).send(new GetHostedZoneCommand({ Id: zoneId }));
    } catch (cause) {
      if (isZoneMissing(cause)) throw missing(account, zoneId, cause);
      throw cause;
    }
  });
  return {
    zone: readZone(answer.HostedZone),
    nameServers: answer.DelegationSet?.NameServers ?? [],
  };
}

function missing({ roleArn }: DnsAccount, zoneId: string, cause: unknown): ActionError {
  const [where, other] =
    roleArn === undefined
      ? ['this account', 'set dns-role-arn if it is in another account']
      : ['the account of dns-role-arn', 'correct dns-role-arn if it is in another account'];
  return new ActionError('plan-refused', `there is no hosted zone ${zoneId} in ${where}`, {
    hint: `Correct hosted-zone-id, or ${other}.`,
    cause,
  });
}

function readZone(seen: HostedZone | undefined): Zone {
  return {
    id: (seen?.Id ?? '').replace(/^\/hostedzone\//, ''),
    name: seen?.Name ?? '',
    isPrivate: seen?.Config?.PrivateZone === true,
  };
}
