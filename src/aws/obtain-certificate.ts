import {
  bare,
  type CertificateRequest,
  explainFailure,
  type ValidationRecord,
} from '../dns/certificate-request.ts';
import { ActionError } from '../errors.ts';
import { type Clock, pollUntil, type Verdict } from '../poll.ts';
import { type MadeRecord, makeValidationRecords } from './certificate-records.ts';
import { listOwnCertificates, type OwnCertificates, requestCertificate } from './certificate-request.ts';
import { findCertificateZones, type ZoneOf } from './certificate-zones.ts';
import { type DescribedCertificate, describeCertificate } from './certificates.ts';
import { explainUnmade } from './unmade-records.ts';

export type CertificateOrder = {
  /** All of them in one certificate. */
  readonly names: readonly string[];
  readonly request: CertificateRequest;
  readonly intervalSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly notice: (text: string) => Promise<void>;
  /** Something was changed in AWS: what, in words, unless it only may have been. */
  readonly onChange: (done?: string) => void;
  /** What AWS was just asked to do; `undefined` once it has answered. */
  readonly onDoing: (sentence: string | undefined) => void;
  /** Called as soon as they are known, so that they are reported also when the job ends there. */
  readonly onRecords: (records: readonly MadeRecord[]) => void;
};

export type OrderedCertificate = {
  readonly arn: string;
  readonly startedAt: number;
  readonly records: readonly ValidationRecord[];
};

/** ACM thinks of the records some seconds after the request (API reference, RequestCertificate). */
const recordsTimeoutSeconds = 60;
const outageSeconds = 60;

/**
 * Goes on with the certificate that this action requested before, or requests one, and makes its records in Route 53.
 * Where the DNS is elsewhere, that is all a job can do: the next one goes on.
 */
export async function orderCertificate(order: CertificateOrder): Promise<OrderedCertificate> {
  const { names, request, log, clock } = order;
  const startedAt = clock.now();
  const zoneOf = await findCertificateZones(names, request);
  const own = await listOwnCertificates(names);
  const [former] = own.ended;
  if (own.openArn === undefined && former !== undefined) await order.notice(await describeFormer(former));
  const arn = own.openArn ?? (await requestNew(own.ended, order));
  const what = own.openArn === undefined ? 'Requested certificate' : 'Continuing with certificate';
  log(`${what} ${arn} for ${names.join(', ')}`);
  const { validationRecords: records } = await waitForRecords(arn, order);
  await makeRecords({ arn, records, zoneOf }, order);
  return { arn, startedAt, records };
}

async function requestNew(
  former: OwnCertificates['ended'],
  { names, signal, onDoing, onChange }: CertificateOrder,
): Promise<string> {
  signal.throwIfAborted();
  const sentence = `request a certificate for ${names.join(', ')}`;
  onDoing(sentence);
  try {
    const arn = await requestCertificate(names, former);
    onChange(sentence);
    return arn;
  } finally {
    onDoing(undefined);
  }
}

async function describeFormer({ arn, status }: { readonly arn: string; readonly status: string }) {
  const { because } = explainFailure(status, (await describeCertificate(arn))?.failureReason);
  return `Another certificate is requested, since certificate ${arn} cannot be used any more: ${because}.`;
}

function waitForRecords(arn: string, order: CertificateOrder): Promise<DescribedCertificate> {
  return look(arn, order, recordsTimeoutSeconds, {
    wasSeen: false,
    judge: (seen) =>
      seen.hasAllRecords
        ? { kind: 'done', value: seen }
        : { kind: 'wait', because: 'ACM has not named all records yet' },
    onTimeout: (because) =>
      new ActionError('certificate-pending', `certificate ${arn} cannot be validated yet: ${because}`, {
        hint: 'Run the job again: it continues with the same certificate.',
      }),
  });
}

async function makeRecords(
  { arn, records, zoneOf }: Pick<OrderedCertificate, 'arn' | 'records'> & { readonly zoneOf: ZoneOf },
  { names, request, log, signal, onChange, onDoing, onRecords }: CertificateOrder,
): Promise<void> {
  const made: MadeRecord[] = [];
  const tell = (one: MadeRecord) => {
    made.push(one);
    onRecords(made);
    if (one.state === 'in-doubt') onChange();
    if (one.state !== 'made') return;
    const shown = `the record ${bare(one.record.name)} CNAME ${bare(one.record.value)} in hosted zone ${one.zoneId}`;
    onChange(`create ${shown}`);
    log(`Made ${shown}`);
  };
  await makeValidationRecords(records, zoneOf, { signal, tell, doing: onDoing });
  const elsewhere = made.filter(({ state }) => state === 'no-zone');
  if (elsewhere.length > 0) log('Create these records where the DNS of the names is:');
  for (const { record } of elsewhere) log(`  ${bare(record.name)}  CNAME  ${bare(record.value)}`);
  const failure = explainUnmade(made, { arn, names, isForeign: request.roleArn !== undefined });
  if (failure !== undefined) throw failure;
}

/** Until ACM has seen the records, mostly within minutes. */
export function awaitCertificate(
  { arn, startedAt, records }: OrderedCertificate,
  order: CertificateOrder,
): Promise<DescribedCertificate> {
  const { clock, request } = order;
  const leftSeconds = request.timeoutSeconds - (clock.now() - startedAt) / 1000;
  return look(arn, order, Math.max(0, leftSeconds), {
    wasSeen: true,
    judge: () => ({ kind: 'wait', because: 'ACM has not validated all names yet' }),
    onTimeout: (because) =>
      new ActionError(
        'certificate-pending',
        `certificate ${arn} was not issued within ${Math.round(request.timeoutSeconds / 6) / 10} min: ${because}`,
        {
          hint: `Its records are there: ${records.map(({ name }) => bare(name)).join(', ')}. Check that resolvers reach the hosted zone that has them, then run the job again: it continues with the same certificate.`,
        },
      ),
  });
}

/** Looks at the certificate until it is issued, `judge` is content, or it will never be issued. */
function look(
  arn: string,
  { clock, signal, intervalSeconds }: CertificateOrder,
  timeoutSeconds: number,
  {
    wasSeen,
    judge,
    onTimeout,
  }: {
    /** ACM has shown it before. */
    readonly wasSeen: boolean;
    readonly judge: (seen: DescribedCertificate) => Verdict<DescribedCertificate>;
    readonly onTimeout: (because: string) => ActionError;
  },
): Promise<DescribedCertificate> {
  let isKnown = wasSeen;
  let misses = 0;
  return pollUntil({
    read: () => describeCertificate(arn),
    judge: (seen) => {
      if (seen === undefined) {
        misses += 1;
        // Just after the request ACM may not find it.
        return isKnown && misses >= missesOfOneGone
          ? { kind: 'failed', error: gone(arn) }
          : { kind: 'wait', because: notShown };
      }
      isKnown = true;
      misses = 0;
      if (seen.status === 'ISSUED') return { kind: 'done', value: seen };
      if (seen.status === 'PENDING_VALIDATION') return judge(seen);
      const { because, wayOut } = explainFailure(seen.status, seen.failureReason);
      const message = `certificate ${arn} will not be issued: ${because}`;
      return { kind: 'failed', error: new ActionError('certificate-failed', message, { hint: wayOut }) };
    },
    clock,
    signal,
    intervalSeconds,
    outageSeconds,
    timeoutSeconds,
    onTimeout: (because) => (misses > 0 ? gone(arn) : onTimeout(because)),
  });
}

/** In a row. One alone may come from a server of ACM that does not know it yet. */
const missesOfOneGone = 3;
const notShown = 'ACM does not show the certificate';

function gone(arn: string): ActionError {
  return new ActionError('certificate-failed', `certificate ${arn} is gone: ACM has no such certificate`, {
    hint: 'Find out who deleted it (CloudTrail, DeleteCertificate). Then run the job again. It requests another certificate.',
  });
}
