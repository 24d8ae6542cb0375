import { AwsError, type Operation } from '../world.ts';
import { requireText } from './invalid-input.ts';
import { type Change, type HostedZone, type Hosting, newId, type TableEdits } from './state.ts';

/** Accepts a change: listed at once, answered by the name servers when it becomes INSYNC. */
export function submitChange(
  hosting: Hosting,
  zone: HostedZone,
  what: { readonly edits: TableEdits; readonly comment: string | undefined },
): Change {
  const { clock, settings } = hosting;
  const change: Change = {
    id: newId(hosting, 'C'),
    submittedAt: clock.now(),
    comment: what.comment,
    status: 'PENDING',
  };
  hosting.changes.set(change.id, change);
  for (const [name, records] of what.edits) zone.written.put(name, records);
  zone.busyUntil = clock.now() + settings.priorRequestSeconds * 1000;
  clock.after(settings.inSyncSeconds, () => {
    for (const [name, records] of what.edits) zone.published.put(name, records);
    change.status = 'INSYNC';
  });
  return change;
}

export function describeChange(change: Change) {
  return {
    Id: `/change/${change.id}`,
    Status: change.status,
    SubmittedAt: new Date(change.submittedAt),
    Comment: change.comment,
  };
}

export function changeOperations(hosting: Hosting): Record<string, Operation> {
  return {
    GetChange: (input) => {
      const id = requireText(input, 'Id');
      const change = hosting.changes.get(id);
      // An id that still has its prefix is not found either: that is the client's to strip (aws-sdk-go-v2#1838).
      if (!change) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
      return { ChangeInfo: describeChange(change) };
    },
  };
}
