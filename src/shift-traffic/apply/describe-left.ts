import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { isAppRunnerHost } from '../../dns/app-runner-zones.ts';
import { isSameName } from '../../dns/names.ts';
import { type RecordSet, renderAnswer, targetOf } from '../../dns/records.ts';
import { leadsToGreen, planRetreat } from '../../dns/retreat.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { type Job, noteFound, recordsNow } from '../model/job.ts';
import { describeRecords, isAlike, isSameMember } from './swapped.ts';

/**
 * What a way back leaves: what still leads to green or past both sides, and what somebody put next to the records of this
 * job, with a share or without. It is not this job's to take.
 *
 * @param own the records of this job, as they are after the way back.
 */
export async function describeLeft(
  ref: ZoneRef,
  { inputs, facts }: Job,
  own: readonly RecordSet[] = recordsNow(facts),
): Promise<string> {
  const { domains, blue } = inputs;
  const records = await listRecordsAt(ref, domains).catch(() => []);
  // Whom the job has gone back to is blue; any other App Runner service is not.
  const blueHost = blue.host ?? own.map((record) => targetOf(record) ?? '').find(isAppRunnerHost);
  const said = domains.flatMap((domain) => {
    const ofName = records.filter(({ name }) => isSameName(name, domain));
    const { left, beside, before } = planRetreat(domain, ofName, blueHost);
    const reasons = [...left, ...beside].map(({ because }) => because);
    const isOwn = (record: RecordSet) => own.some((one) => isAlike(one, record) && isSameMember(one, record));
    const added = ofName.filter((record) => isAddressType(record.type) && !isOwn(record));
    const isSaid = (record: RecordSet) => reasons.some((because) => because.includes(renderAnswer(record)));
    const unsaid = added.filter((record) => !isSaid(record));
    const toGreen = added.filter((record) => leadsToGreen(record, ofName));
    if (toGreen.length > 0) noteFound(facts, [domain], ofName);
    const isTaken = toGreen.some((record) => before.includes(record));
    return [
      ...reasons,
      ...(unsaid.length === 0
        ? []
        : [
            `somebody added ${unsaid.length === 1 ? 'a record' : 'records'} next to the pair of ${domain}: ${describeRecords(unsaid)}`,
          ]),
      ...(isTaken
        ? [`other records of ${domain} give green a share. mode: rollback takes that as well`]
        : []),
    ];
  });
  return said.map((text) => `. Beside it, ${text}`).join('');
}
