import { renderComment } from '../../dns/batch.ts';
import { renderNames } from '../../dns/names.ts';
import type { Approval } from '../model/approval.ts';
import type { Job } from '../model/job.ts';

/** The comment of a change, which CloudTrail keeps: what it does, which run makes it, and by whose leave. */
export function commentFor(sentence: string, { facts, inputs, runner }: Job): string {
  const { repository, runId, runAttempt } = runner.context;
  return renderComment([
    `shift-traffic ${renderNames(inputs.domains)}: ${sentence}`,
    ...(runId === '' ? [] : [`run ${repository} ${runId}/${runAttempt}`]),
    ...describeApproval(facts.approval),
  ]);
}

/** The reviewer's words stay between the quotes, whatever they hold. */
function describeApproval(approval: Approval): readonly string[] {
  if (approval.kind !== 'approved') return [];
  const { approver, comment, environment } = approval;
  if (approver === undefined) return [`let pass by environment ${environment.name}`];
  return [
    `approved by ${approver.login} (${approver.id}) in ${environment.name}`,
    ...(comment === undefined ? [] : [`"${comment.replaceAll('"', "'")}"`]),
  ];
}
