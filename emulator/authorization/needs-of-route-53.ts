import { type AskedCall, type Place, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import type { Need } from './policy.ts';

/** Route 53 belongs to no Region and no account: `arn:aws:route53:::hostedzone/Z…`. */
export function route53Needs({ operation, input }: AskedCall, { partition }: Place): readonly Need[] {
  const arn = (resource: string): string => `arn:${partition}:route53:::${resource}`;
  const [zoneId] = [
    ...textsIn(input, 'HostedZoneId'),
    ...(operation === 'GetHostedZone' ? textsIn(input, 'Id') : []),
  ];
  const [changeId] = operation === 'GetChange' ? textsIn(input, 'Id') : [];
  const [healthCheckId] = operation.endsWith('HealthCheck') ? textsIn(input, 'HealthCheckId') : [];
  return [{ action: `route53:${operation}`, resource: resourceOf(), context: contextOf(operation, input) }];

  function resourceOf(): string {
    if (changeId !== undefined) return arn(`change/${lastPart(changeId)}`);
    if (healthCheckId !== undefined) return arn(`healthcheck/${healthCheckId}`);
    // The Service Authorization Reference has no resource for it, though it names a zone.
    if (zoneId === undefined || operation === 'TestDNSAnswer') return '*';
    return arn(`hostedzone/${lastPart(zoneId)}`);
  }
}

const lastPart = (id: string): string => id.split('/').at(-1) ?? '';

/**
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html: names are normalised to
 * lower case, without the last dot, with octal escapes.
 */
function contextOf(operation: string, input: AskedCall['input']): Context {
  if (operation !== 'ChangeResourceRecordSets') return {};
  const changes = membersOf(membersOf(input['ChangeBatch'])['Changes']);
  const all = Object.values(changes).map((change) => membersOf(change));
  const records = all.map((change) => membersOf(change['ResourceRecordSet']));
  return {
    'route53:changeresourcerecordsetsactions': all.map((change) => String(change['Action'])),
    'route53:changeresourcerecordsetsrecordtypes': records.map((record) => String(record['Type'])),
    'route53:changeresourcerecordsetsnormalizedrecordnames': records.map((record) =>
      normalize(String(record['Name'])),
    ),
  };
}

function normalize(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[^a-z0-9\-_.\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
