import { renderPercent } from '../dns/weights.ts';
import type { ShiftResult } from './result.ts';

/**
 * The record of who did what by whose leave, as one line of JSON. Members are only ever added; `schema` grows when one
 * changes its meaning.
 */
export function renderAudit(result: ShiftResult): string {
  return JSON.stringify({
    schema: 1,
    outcome: result.outcome,
    mode: result.mode,
    domain: result.domain,
    zoneId: result.zoneId,
    run: result.run,
    gate: result.approval,
    planChecksum: result.checksum,
    before: result.recordsBefore,
    after: result.records,
    greenPercentBefore: rounded(result.greenPercentBefore),
    greenPercent: rounded(result.greenPercent),
    changes: result.changes.map((change) => ({
      changeId: change.changeId,
      comment: change.comment,
      submittedAt: instant(change.submittedAt),
      inSyncAt: change.inSyncAt === undefined ? undefined : instant(change.inSyncAt),
      greenPercent: rounded(change.greenPercent),
    })),
    probes: result.probes
      .slice(-maxProbes)
      .map(({ at, side, probe }) => ({ at: instant(at), side, ...probe })),
    verdicts: result.verdicts,
    rolledBack: result.rolledBack,
    failure: result.failure && { code: result.failure.code, message: result.failure.message },
    startedAt: instant(result.startedAt),
    endedAt: instant(result.endedAt),
  });
}

/** A long bake makes thousands; an output may hold a megabyte. */
const maxProbes = 50;

function rounded(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Number(renderPercent(percent));
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
