import { renderPercent } from '../../dns/weights.ts';
import type { ActionError } from '../../errors.ts';
import type { Mode } from './inputs.ts';
import { type Facts, leadOf, type NameFacts, recordsNow } from './job.ts';

/** What became of the job, in the words of the output. */
export type Outcome =
  /** Nothing was to be done, or only to be looked at. */
  | 'noop'
  | 'planned'
  /** The records are as wanted. */
  | 'applied'
  /** The records are as wanted, and green was watched and did well. */
  | 'baked'
  | 'rolled-back'
  | 'inconclusive'
  /** The plan, the gate or the checksum says no. Nothing was changed. */
  | 'refused'
  | 'cancelled'
  | 'failed';

/** Which run of which workflow this is. */
export type RunRecord = {
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly actor: string;
  readonly ref: string;
  readonly commitSha: string;
};

/** What is true at the end, also after a failure: the report is made from this alone. */
export type ShiftResult = Readonly<Facts> & {
  readonly outcome: Outcome;
  /** `undefined` where the inputs could not be read. */
  readonly mode: Mode | undefined;
  /** Empty where the inputs could not be read. */
  readonly domains: readonly string[];
  readonly run: RunRecord;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Not that of a bug of ours, which is shown with its stack. */
  readonly failure: ActionError | undefined;
  readonly isBug: boolean;
};

/** The outputs, as action.yml declares them. */
const outputs = {
  outcome: ({ outcome }) => outcome,
  changed: ({ changed }) => String(changed),
  'previous-green-percent': (result) => percentText(leadOf(result)?.before.greenPercent),
  'green-percent': (result) => percentText(leadOf(result)?.greenPercent),
  'blue-weight': (result) => leadOf(result)?.weights?.blue.toString() ?? '',
  'green-weight': (result) => leadOf(result)?.weights?.green.toString() ?? '',
  'change-id': ({ changes }) => changes.at(-1)?.changeId ?? '',
  'plan-checksum': ({ checksum }) => checksum ?? '',
  approver: ({ approval }) => (approval.kind === 'approved' ? (approval.approver?.login ?? '') : ''),
  audit: renderAudit,
  domains: ({ names }) => JSON.stringify(names.map(summariseName)),
  'rolled-back': ({ rolledBack }) => String(rolledBack),
} satisfies Record<string, (result: ShiftResult) => string>;

/** Every output is set, also after a failure: what is not known is empty. */
export function renderOutputs(result: ShiftResult): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, render]) => [name, render(result)]));
}

function percentText(percent: number | undefined): string {
  return percent === undefined ? '' : renderPercent(percent);
}

/**
 * The record of who did what by whose leave, as one line of JSON. Members are only ever added; `schema` grows when one
 * changes its meaning.
 */
export function renderAudit(result: ShiftResult): string {
  return JSON.stringify({
    schema: 1,
    outcome: result.outcome,
    mode: result.mode,
    domain: result.domains[0],
    zoneId: result.zoneId,
    run: result.run,
    gate: result.approval,
    planChecksum: result.checksum,
    before: result.names.flatMap(({ before }) => before.records),
    after: recordsNow(result),
    greenPercentBefore: rounded(leadOf(result)?.before.greenPercent),
    greenPercent: rounded(leadOf(result)?.greenPercent),
    domains: result.names.map(summariseName),
    changes: result.changes.map((change) => ({
      changeId: change.changeId,
      comment: change.comment,
      submittedAt: instant(change.submittedAt),
      inSyncAt: change.inSyncAt === undefined ? undefined : instant(change.inSyncAt),
      greenPercent: rounded(change.greenPercent),
    })),
    probes: result.probes
      .slice(-maxProbes)
      .map(({ at, side, domain, probe }) => ({ at: instant(at), side, domain, ...probe })),
    verdicts: result.verdicts,
    rolledBack: result.rolledBack,
    failure: result.failure && { code: result.failure.code, message: result.failure.message },
    startedAt: instant(result.startedAt),
    endedAt: instant(result.endedAt),
  });
}

/** The shares of a name, with its weights where it has any, and what became of it on a way back. */
function summariseName({ domain, before, greenPercent, weights, wayBack }: NameFacts) {
  return {
    domain,
    previousGreenPercent: rounded(before.greenPercent),
    greenPercent: rounded(greenPercent),
    blueWeight: weights?.blue,
    greenWeight: weights?.green,
    rolledBack: wayBack === 'taken',
    stays: typeof wayBack === 'object' ? wayBack.stays : undefined,
  };
}

/** A long bake makes thousands; an output may hold a megabyte. */
const maxProbes = 50;

function rounded(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Number(renderPercent(percent));
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
