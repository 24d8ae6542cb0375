import { resolveNs } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRecords, type ZoneRef } from '../../aws/route-53-records.ts';
import { describeZone, findZones } from '../../aws/route-53-zones.ts';
import { normaliseName, wildcardsFor } from '../../dns/names.ts';
import { classifyRecords, type RecordState, type SideTargets } from '../../dns/pair.ts';
import { type RecordSet, type Refusal, renderAnswer } from '../../dns/records.ts';
import { externalDnsNames, findExternalDnsOwner, judgeDelegatedAway } from '../../dns/strangers.ts';
import { chooseZone, judgeDelegation, judgeGivenZone, type Zone } from '../../dns/zone.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Delegation, ObservedZone } from '../model/observed.ts';

/** The zone that answers for the domain. Without one nothing else can be looked at, so a refusal is thrown. */
export async function observeZone({ domain, zone }: ShiftInputs): Promise<ObservedZone> {
  const account = { roleArn: zone.roleArn };
  if (zone.id !== undefined) {
    const given = (await describeZone(account, zone.id)).zone;
    refuseIf(judgeGivenZone(domain, given));
    return { ref: { ...account, zoneId: zone.id }, name: given.name };
  }
  const choice = chooseZone(domain, await findZones(account, domain));
  if (choice.kind === 'refused') throw asError(choice);
  const ref = { ...account, zoneId: choice.zone.id };
  if (choice.parent !== undefined) await checkDelegation(ref, choice.zone, choice.parent);
  return { ref, name: choice.zone.name };
}

/** Only where two zones of the account nest: there the inner one is easily a forgotten one that nobody is led to. */
async function checkDelegation(ref: ZoneRef, zone: Zone, parent: Zone): Promise<void> {
  const [described, above] = await Promise.all([
    describeZone(ref, zone.id),
    listRecords({ ...ref, zoneId: parent.id }, zone.name),
  ]);
  const nameServers = above.flatMap(({ type, answer }) =>
    type === 'NS' && answer.kind === 'values' ? answer.values : [],
  );
  refuseIf(judgeDelegation(zone, described.nameServers, nameServers));
}

function refuseIf(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw asError(refusal);
}

function asError({ because, wayOut }: Refusal): ActionError {
  return new ActionError('plan-refused', because, { hint: wayOut });
}

export type ObservedRecords = {
  /** All that the zone has at the name. */
  readonly records: readonly RecordSet[];
  readonly state: RecordState;
};

/** One request at most names: the zone is never walked. */
export async function observeRecords(
  domain: string,
  zone: ObservedZone,
  targets: SideTargets,
): Promise<ObservedRecords> {
  const records = await listRecords(zone.ref, domain);
  const delegated = judgeDelegatedAway(domain, zone.name, records);
  if (delegated !== undefined) return { records, state: { kind: 'foreign', refusals: [delegated] } };
  return { records, state: classifyRecords(domain, records, targets) };
}

/** A machine without DNS, or with a slow one, is no reason to wait. */
const resolverTimeoutMs = 2_000;

/** `undefined` where this machine cannot ask. */
export async function observeDelegation({ ref, name }: ObservedZone): Promise<Delegation | undefined> {
  const [ledTo, { nameServers }] = await Promise.all([
    Promise.race([
      resolveNs(normaliseName(name)).catch(() => undefined),
      sleep(resolverTimeoutMs, undefined, { ref: false }),
    ]),
    describeZone(ref, ref.zoneId),
  ]);
  return ledTo && { ledTo, own: nameServers };
}

/** Who else believes that the name is his; `undefined` when nobody left a mark. */
export async function observeExternalDns(
  domain: string,
  zone: ObservedZone,
  records: readonly RecordSet[],
): Promise<string | undefined> {
  const owner = findExternalDnsOwner(records);
  if (owner !== undefined) return owner;
  const types = [...new Set(records.map(({ type }) => type))];
  const marks = await Promise.all(externalDnsNames(domain, types).map((name) => listRecords(zone.ref, name)));
  return findExternalDnsOwner(marks.flat());
}

/** What answers for a name without records: `*.example.com, which leads to …`. */
export async function observeWildcard(domain: string, zone: ObservedZone): Promise<string | undefined> {
  for (const name of wildcardsFor(domain, zone.name)) {
    const [record] = await listRecords(zone.ref, name);
    if (record !== undefined) return `${name}, which leads to ${renderAnswer(record)}`;
  }
  return undefined;
}
