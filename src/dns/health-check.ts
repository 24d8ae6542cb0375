import { sideOf } from './pair.ts';
import type { RecordSet, Side } from './records.ts';

/** What decides how the reports of a health check are to be read. */
export type CheckSettings = {
  /** Asked by its name, which DNS leads somewhere; `undefined`: by an address, or it asks no host. */
  readonly host: string | undefined;
  readonly type: string;
  readonly isInverted: boolean;
  readonly isDisabled: boolean;
};

/** How Route 53 takes a health check, as far as it can be seen. */
export type CheckState =
  | { readonly kind: 'healthy'; readonly because: string }
  /** Healthy, but there is something to know. */
  | { readonly kind: 'doubtful'; readonly because: string }
  /** Route 53 leaves the record out of its answers. */
  | { readonly kind: 'failing'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string; readonly mayPass: boolean };

/**
 * An endpoint is healthy when more of the checkers than this say so (Route 53 developer guide, "How Amazon Route 53
 * determines whether a health check is healthy").
 */
export const leastHealthyPercent = 18;

/** Whether Route 53 shows what it knows of such a check (API reference, GetHealthCheckStatus). */
export function hasReports({ type, isDisabled }: CheckSettings): boolean {
  return type !== 'CALCULATED' && !isDisabled;
}

/**
 * @param reports what the checkers said last, a sentence of each: the first word tells (`Success: HTTP Status Code 200, OK`).
 *   Another first word is neither good nor bad.
 */
export function judgeReports(settings: CheckSettings, reports: readonly string[]): CheckState {
  if (settings.isDisabled) return judgeDisabled(settings);
  if (!hasReports(settings)) {
    return {
      kind: 'unknown',
      because: 'it is calculated from others, and only the console shows its state',
      mayPass: false,
    };
  }
  const good = reports.filter((report) => report.startsWith('Success'));
  const bad = reports.filter((report) => report.startsWith('Failure'));
  if (good.length + bad.length === 0) {
    const because = 'no checker has reported yet, and Route 53 takes a new check for healthy';
    return { kind: 'unknown', because, mayPass: false };
  }
  const isHealthyWith = (count: number) => (100 * count) / reports.length > leastHealthyPercent;
  const [sure, possible] = [isHealthyWith(good.length), isHealthyWith(reports.length - bad.length)];
  const because = describeReports(reports, bad);
  if (sure !== possible) return { kind: 'unknown', because, mayPass: false };
  if (settings.isInverted) {
    const inverted = `${because}, and it is inverted`;
    return sure ? { kind: 'failing', because: inverted } : { kind: 'healthy', because: inverted };
  }
  if (!sure) return { kind: 'failing', because };
  return { kind: bad.length > 0 ? 'doubtful' : 'healthy', because };
}

/** API reference, HealthCheckConfig: healthy, whatever the endpoint does, unless it is inverted. */
function judgeDisabled({ isInverted }: CheckSettings): CheckState {
  return isInverted
    ? { kind: 'failing', because: 'it is disabled and inverted, which Route 53 takes for unhealthy' }
    : { kind: 'doubtful', because: 'it is disabled, which Route 53 takes for healthy' };
}

function describeReports(reports: readonly string[], bad: readonly string[]): string {
  const count = reports.length;
  const [first] = bad;
  if (first === undefined) {
    const good = reports.filter((report) => report.startsWith('Success'));
    return `${good.length} of ${count} checkers report success`;
  }
  const reason = first.replace(/^Failure:?\s*/, '').replace(/[.\s]+$/, '');
  return `${bad.length} of ${count} checkers report a failure${reason === '' ? '' : ` ("${reason}")`}`;
}

/** The health checks that these records name, each once. */
export function checksOf(
  records: readonly RecordSet[],
  green: string | undefined,
): readonly { readonly id: string; readonly side: Side }[] {
  const named = records.flatMap((record) => {
    const { healthCheckId: id } = record;
    const side = sideOf(record, { blue: undefined, green });
    return id === undefined || record.policy.kind === 'simple' ? [] : [{ id, side: side ?? 'blue' }];
  });
  return [...new Map(named.map((check) => [`${check.side} ${check.id}`, check])).values()];
}
