import { isWithin, normaliseName } from './names.ts';
import { type RecordSet, type Refusal, renderAnswer, type Side, targetOf, weightOf } from './records.ts';

/** Host names of the two sides. `undefined`: any App Runner host is blue, any load balancer is green. */
export type SideTargets = { readonly blue: string | undefined; readonly green: string | undefined };

export function refuseElsewhere(domain: string, record: RecordSet, targets: SideTargets): Refusal {
  const wanted = [targets.blue, targets.green].map((target) => target ?? 'any').join(', green ');
  const base = `the ${record.type} record of ${domain} leads to ${renderAnswer(record)}, which is neither side (blue ${wanted})`;
  const wayOut = wayOutOfDetour(domain, targetOf(record));
  if (wayOut !== undefined) return { because: base, wayOut };
  if (record.type !== 'AAAA') {
    return { because: base, wayOut: 'Correct the service inputs, or point the record at blue first.' };
  }
  return {
    because: `${base}: clients with IPv6 would not move`,
    wayOut: 'Delete the AAAA record; clients then use the A record.',
  };
}

/** Where the record is right as it is, and the move has to be made behind it. */
function wayOutOfDetour(domain: string, target: string | undefined): string | undefined {
  const host = target === undefined ? '' : normaliseName(target);
  if (host.endsWith('.cloudfront.net')) {
    return 'Leave the record, and change the origin of the distribution from blue to green: behind CloudFront no weight of this name moves anybody.';
  }
  const followed = findFollowed(domain, target);
  if (followed === undefined) return undefined;
  return `Move ${followed} (input domain) instead: ${domain} follows it. Add both names to custom-domains first.`;
}

/** A name of the same site that it leads to, which is the one to move. */
export function findFollowed(domain: string, target: string | undefined): string | undefined {
  const host = target === undefined ? '' : normaliseName(target);
  const own = normaliseName(domain);
  const parent = own.split('.').slice(1).join('.');
  return parent.includes('.') && isWithin(host, parent) && host !== own ? host : undefined;
}

export function refuseThird(domain: string, record: RecordSet): Refusal {
  const identifier = record.policy.kind === 'weighted' ? record.policy.setIdentifier : '';
  return {
    because: `the weighted ${record.type} record "${identifier}" of ${domain} (weight ${weightOf(record)}) leads to ${renderAnswer(record)}, a third place: its weight falsifies every percentage`,
    wayOut: 'Delete that record, or correct the service inputs if it is one of the two sides.',
  };
}

export function refuseTwins(domain: string, side: Side, twins: readonly RecordSet[]): Refusal {
  return {
    because: `${twins.length} weighted ${twins[0]?.type} records of ${domain} lead to ${side}`,
    wayOut: 'Delete all but one of them.',
  };
}

export function refuseGreenAlone(domain: string, type: string | undefined): Refusal {
  return {
    because: `the weighted ${type} records of ${domain} lead to green alone: there is no blue to go back to`,
    wayOut:
      'Create the weighted record to the App Runner service with weight 0, or make the record a simple one.',
  };
}

export function refuseUneven(domain: string): Refusal {
  return {
    because: `the A and AAAA records of ${domain} do not say the same, so that clients with IPv6 go another way`,
    wayOut:
      'Run mode: rollback where green is among them, bring both to the same state by hand, or delete the AAAA records.',
  };
}
