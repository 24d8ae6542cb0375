import type { AskedCall } from './asked-call.ts';
import type { Context } from './conditions.ts';

/**
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html: names are normalised to
 * lower case, without the last dot, with octal escapes.
 */
export function recordKeys({ operation, input }: AskedCall): Context {
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
