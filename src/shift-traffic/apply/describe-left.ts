import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { isAppRunnerHost } from '../../dns/app-runner-zones.ts';
import { isSameName } from '../../dns/names.ts';
import { type RecordSet, type Refusal, renderAnswer, targetOf } from '../../dns/records.ts';
import { leadsToGreen, planRetreat } from '../../dns/retreat.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { ActionError } from '../../errors.ts';
import { type Job, noteFound, noteKept, recordsNow } from '../model/job.ts';
import { describeRecords, isAlike, isSameMember } from './swapped.ts';

/** What a way back leaves beside the records of this job. */
export type Left = {
  readonly said: readonly string[];
  /** What came while the job ran, and leads to green. */
  readonly atGreen: readonly Refusal[];
  /** Why it is not known; `undefined`: it was seen. */
  readonly unseen: string | undefined;
};

/**
 * What still leads to green or past both sides, and what somebody put next to the records of this job, with a share or
 * without. It is not this job's to take. Notes which names green keeps people of: blue has not all of those.
 *
 * @param own the records of this job, as they are after the way back.
 */
export async function lookLeft(
  ref: ZoneRef,
  job: Job,
  own: readonly RecordSet[] = recordsNow(job.facts),
): Promise<Left> {
  const { facts, inputs } = job;
  const { domains, blue } = inputs;
  let records: readonly RecordSet[];
  try {
    records = await listRecordsAt(ref, domains);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const unseen = `it was not seen what stands beside these records: ${error.message}`;
    for (const domain of domains) noteKept(facts, domain, unseen);
    return { said: [unseen], atGreen: [], unseen };
  }
  // Whom the job has gone back to is blue; any other App Runner service is not.
  const blueHost = blue.host ?? own.map((record) => targetOf(record) ?? '').find(isAppRunnerHost);
  const names = domains.map((domain) => {
    const ofName = records.filter(({ name }) => isSameName(name, domain));
    const { said, toGreen, undone, atGreen } = judgeLeft(domain, ofName, own, blueHost);
    if (toGreen.length > 0) noteFound(facts, [domain], ofName);
    const [first] = [...undone, ...atGreen];
    if (first !== undefined) noteKept(facts, domain, first.because);
    return { said, atGreen };
  });
  return {
    said: names.flatMap(({ said }) => said),
    atGreen: names.flatMap(({ atGreen }) => atGreen),
    unseen: undefined,
  };
}

/** As sentences after another one. */
export function renderLeft({ said }: Left): string {
  return said.map((text) => `. Beside it, ${text}`).join('');
}

function judgeLeft(
  domain: string,
  records: readonly RecordSet[],
  own: readonly RecordSet[],
  blueHost: string | undefined,
) {
  const { left, beside, before, undone } = planRetreat(domain, records, blueHost);
  const reasons = [...left, ...beside].map(({ because }) => because);
  const isOwn = (record: RecordSet) => own.some((one) => isAlike(one, record) && isSameMember(one, record));
  const added = records.filter((record) => isAddressType(record.type) && !isOwn(record));
  const isSaid = (record: RecordSet) => reasons.some((because) => because.includes(renderAnswer(record)));
  const unsaid = added.filter((record) => !isSaid(record));
  const toGreen = added.filter((record) => leadsToGreen(record, records));
  const taken = toGreen.filter((record) => before.includes(record));
  const shares = `other records of ${domain} give green a share`;
  const further: readonly Refusal[] =
    taken.length === 0
      ? []
      : [
          {
            because: `${shares}: ${describeRecords(taken)}`,
            wayOut: 'Run mode: rollback. It takes that as well.',
          },
        ];
  const isAtGreen = toGreen.length > 0;
  return {
    toGreen,
    undone,
    atGreen: isAtGreen ? [...undone, ...further] : [],
    said: [
      ...reasons,
      ...(unsaid.length === 0
        ? []
        : [
            `somebody added ${unsaid.length === 1 ? 'a record' : 'records'} next to the pair of ${domain}: ${describeRecords(unsaid)}`,
          ]),
      ...(taken.length > 0 ? [`${shares}. mode: rollback takes that as well`] : []),
    ],
  };
}
