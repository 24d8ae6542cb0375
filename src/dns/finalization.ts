import type { GreenTarget } from './adoption.ts';
import { toRoute53Name } from './names.ts';
import type { Group } from './pair.ts';
import type { RecordSet } from './records.ts';

/** The end of the move: one simple alias to green for each type, in place of the pair. */
export function finalRecords(groups: readonly Group[], green: GreenTarget): readonly RecordSet[] {
  return groups.map(({ green: { name, type, answer } }) => ({
    name,
    type: type === 'CNAME' ? 'A' : type,
    policy: { kind: 'simple' },
    answer:
      answer.kind === 'alias'
        ? answer
        : {
            kind: 'alias',
            zoneId: green.zoneId,
            dnsName: toRoute53Name(green.dnsName),
            evaluateTargetHealth: false,
          },
  }));
}
