import { AwsError, type Operation } from '../world.ts';
import { describeChange, submitChange } from './changes.ts';
import { noSuchHealthCheck } from './health-checks.ts';
import { ChangeProblem, invalidChangeBatch } from './invalid-change-batch.ts';
import {
  optionalText,
  readList,
  readObject,
  refuse,
  requireText,
  type Violations,
  violation,
} from './invalid-input.ts';
import { checkAliasTarget, checkInZone, checkPlacement } from './placement.ts';
import { protectionProblem } from './protections.ts';
import { completeRecordSet, type GivenRecordSet, readRecordSet } from './read-record-set.ts';
import { identityText, type RecordSet, sameContent, sameIdentity } from './record-set.ts';
import { checkValue } from './record-value.ts';
import { findZone, type HostedZone, type Hosting, type TableEdits } from './state.ts';

const ACTIONS = ['CREATE', 'DELETE', 'UPSERT'] as const;
type Action = (typeof ACTIONS)[number];
type GivenChange = { readonly action: Action; readonly record: GivenRecordSet };

const LONGEST_COMMENT = 256;
/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets */
const MOST_RECORDS = 1000;
const MOST_CHARACTERS = 32_000;

export function changeBatchOperations(hosting: Hosting): Record<string, Operation> {
  return {
    ChangeResourceRecordSets: (input, caller) => {
      const zone = findZone(hosting, requireText(input, 'HostedZoneId'), caller);
      const batch = readObject(input, 'ChangeBatch') ?? {};
      const changes = readChanges(batch);
      if (hosting.clock.now() < zone.busyUntil) {
        throw new AwsError(
          'PriorRequestNotComplete',
          'The request was rejected because Route 53 was still processing a prior request.',
        );
      }
      checkSize(changes);
      const edits = planBatch(hosting, zone, changes);
      const change = submitChange(hosting, zone, { edits, comment: optionalText(batch, 'Comment') });
      return { ChangeInfo: describeChange(change) };
    },
  };
}

function readChanges(batch: Record<string, unknown>): readonly GivenChange[] {
  const violations: Violations = [];
  const comment = optionalText(batch, 'Comment');
  if (comment !== undefined && comment.length > LONGEST_COMMENT) {
    violation(
      violations,
      'changeBatch.comment',
      comment,
      `have length less than or equal to ${LONGEST_COMMENT}`,
    );
  }
  const given = readList(batch, 'Changes');
  if (given.length === 0) {
    violation(violations, 'changeBatch.changes', '[]', 'have length greater than or equal to 1');
  }
  const changes = given.map((change, index) => {
    const path = `changeBatch.changes.${index + 1}.member`;
    const members: Record<string, unknown> = { ...Object(change) };
    const action = ACTIONS.find((known) => known === members['Action']);
    if (!action) {
      const value = optionalText(members, 'Action');
      violation(violations, `${path}.action`, value, `satisfy enum value set: [${ACTIONS.join(', ')}]`);
    }
    const record = readObject(members, 'ResourceRecordSet') ?? {};
    return {
      action: action ?? 'CREATE',
      record: readRecordSet(record, `${path}.resourceRecordSet`, violations),
    };
  });
  refuse(violations);
  return changes;
}

function checkSize(changes: readonly GivenChange[]): void {
  let records = 0;
  let characters = 0;
  for (const { action, record } of changes) {
    // An UPSERT may be a DELETE and a CREATE; AWS counts it as both.
    const times = action === 'UPSERT' ? 2 : 1;
    records += times * record.values.length;
    characters += times * record.values.reduce((sum, value) => sum + value.length, 0);
  }
  if (records > MOST_RECORDS)
    throw invalidChangeBatch([`Number of records limit of ${MOST_RECORDS} exceeded.`]);
  if (characters > MOST_CHARACTERS) {
    throw invalidChangeBatch([
      `Maximum number of characters in records limit of ${MOST_CHARACTERS} exceeded.`,
    ]);
  }
}

/**
 * All or nothing: the changes are played in their order on a copy of the names they touch. The tables stay as they are
 * until every change has passed.
 */
function planBatch(hosting: Hosting, zone: HostedZone, changes: readonly GivenChange[]): TableEdits {
  const edits = new Map<string, readonly RecordSet[]>();
  const at = (name: string): readonly RecordSet[] => edits.get(name) ?? zone.written.at(name);
  const problems: string[] = [];
  for (const { action, record: given } of changes) {
    try {
      const record = completeRecordSet(given, action);
      checkInZone(zone, record);
      const isProtected = protectionProblem(zone, record);
      if (isProtected !== undefined) throw new ChangeProblem(isProtected);
      edits.set(
        record.name,
        action === 'DELETE' ? without(record, at) : withRecord(record, action, { hosting, zone, at }),
      );
    } catch (error) {
      if (!(error instanceof ChangeProblem)) throw error;
      problems.push(error.message);
    }
  }
  problems.push(...apexProblems(at(zone.name)));
  if (problems.length > 0) throw invalidChangeBatch(problems);
  return edits;
}

function without(record: RecordSet, at: (name: string) => readonly RecordSet[]): readonly RecordSet[] {
  const records = at(record.name);
  const existing = records.find((other) => sameIdentity(other, record));
  const attempt = `Tried to delete resource record set ${identityText(record)} but`;
  if (!existing) throw new ChangeProblem(`${attempt} it was not found`);
  if (!sameContent(existing, record)) {
    throw new ChangeProblem(`${attempt} the values provided do not match the current values`);
  }
  return records.filter((other) => other !== existing);
}

function withRecord(
  record: RecordSet,
  action: Action,
  where: {
    readonly hosting: Hosting;
    readonly zone: HostedZone;
    readonly at: (name: string) => readonly RecordSet[];
  },
): readonly RecordSet[] {
  const { hosting, zone, at } = where;
  const records = at(record.name);
  const others = records.filter((other) => !sameIdentity(other, record));
  if (action === 'CREATE' && others.length < records.length) {
    throw new ChangeProblem(
      `Tried to create resource record set ${identityText(record)} but it already exists`,
    );
  }
  checkPlacement(zone, record, others);
  checkValues(record);
  checkAliasTarget(hosting, zone, { record, at });
  if (record.healthCheckId !== undefined && !hosting.healthChecks.has(record.healthCheckId)) {
    throw noSuchHealthCheck(record.healthCheckId);
  }
  return [...others.map((other) => withTtlOf(record, other)), record];
}

function checkValues({ type, values }: RecordSet): void {
  for (const value of values) checkValue(type, value);
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new ChangeProblem(`Duplicate Resource Record: '${repeated}'`);
}

/**
 * The members of a group share one TTL: writing one rewrites all.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted.html (TTL)
 */
function withTtlOf({ type, ttl }: RecordSet, other: RecordSet): RecordSet {
  return type === other.type && ttl !== undefined && other.ttl !== undefined ? { ...other, ttl } : other;
}

function apexProblems(apex: readonly RecordSet[]): readonly string[] {
  const soa = apex.filter(({ type }) => type === 'SOA').length;
  const ns = apex.filter(({ type }) => type === 'NS').length;
  return [
    ...(soa === 1 ? [] : ['A HostedZone must contain exactly one SOA record.']),
    ...(ns > 0 ? [] : ['A HostedZone must contain at least one NS record for the zone itself.']),
  ];
}
