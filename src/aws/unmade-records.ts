import { bare, type ValidationRecord } from '../dns/certificate-request.ts';
import { ActionError } from '../errors.ts';
import type { MadeRecord } from './certificate-records.ts';

type OfCertificate = {
  readonly arn: string;
  readonly names: readonly string[];
  /** The zones are in the account of `dns-role-arn`. */
  readonly isForeign: boolean;
};

/** Names each record that is not there, and each that is; `undefined`: all are there. */
export function explainUnmade(
  made: readonly MadeRecord[],
  certificate: OfCertificate,
): ActionError | undefined {
  const failed = made.flatMap((one) => ('because' in one ? [one] : []));
  const [{ error: first } = { error: undefined }] = failed.filter(({ error }) => error !== undefined);
  const elsewhere = made.filter(({ state }) => state === 'no-zone').map(({ record }) => render(record));
  if (first === undefined) {
    return elsewhere.length === 0 ? undefined : explainElsewhere(elsewhere, certificate);
  }
  const unmade = [
    ...failed.map(
      ({ record, zoneId, state, because }) =>
        `${render(record)} in hosted zone ${zoneId} (${state === 'in-doubt' ? mayBeThere : ''}${because})`,
    ),
    ...elsewhere.map((record) => `${record} (${whyElsewhere(certificate)})`),
  ];
  const there = made.flatMap((one) =>
    one.state === 'there' || one.state === 'made'
      ? [`${render(one.record)} in hosted zone ${one.zoneId}`]
      : [],
  );
  const hints = [
    ...new Set(failed.flatMap(({ error }) => error?.hint ?? [])),
    ...(there.length === 0 ? [] : [`These records are there: ${there.join(', ')}.`]),
    elsewhere.length === 0 ? `Then ${again}` : wayOutElsewhere(elsewhere),
  ];
  const isDoubtful = failed.some(({ state }) => state === 'in-doubt');
  const of = `of certificate ${certificate.arn}`;
  const what =
    unmade.length === 1
      ? `a record ${of} ${isDoubtful ? 'may not be there' : 'was not made'}`
      : `${unmade.length} records ${of} ${isDoubtful ? 'may not be there' : 'were not made'}`;
  const message = `${what}: ${unmade.join('; ')}`;
  return new ActionError(first.code, message, { hint: hints.join(' '), cause: first });
}

const mayBeThere = 'Route 53 was asked to make it, and afterwards: ';
const again = 'run the job again: it continues with the same certificate.';

function explainElsewhere(records: readonly string[], certificate: OfCertificate): ActionError {
  const { arn, names } = certificate;
  const what = records.length === 1 ? 'a record' : `${records.length} records`;
  return new ActionError(
    'certificate-pending',
    `certificate ${arn} for ${names.join(', ')} waits for ${what} that this action cannot make: ${whyElsewhere(certificate)}`,
    { hint: wayOutElsewhere(records) },
  );
}

function whyElsewhere({ isForeign }: OfCertificate): string {
  return `no public hosted zone of ${isForeign ? 'the account of dns-role-arn' : 'this account'} holds the name`;
}

function wayOutElsewhere(records: readonly string[]): string {
  return `Make ${records.join(', ')}, then ${again} Set dns-role-arn if the zone is in another account.`;
}

function render({ name, value }: ValidationRecord): string {
  return `${bare(name)} CNAME ${bare(value)}`;
}
