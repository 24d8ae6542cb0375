import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { type Approval, judgeGate } from './gate.ts';
import type { Mode, ShiftInputs } from './inputs.ts';

export type ObtainedApproval = { readonly approval: Approval; readonly notices: readonly string[] };

/** A rollback waits for nobody: it can only take from green. */
const gatedModes: readonly Mode[] = ['adopt', 'shift', 'finalize'];

/** Proof that somebody let this job change records, or a refusal. */
export async function obtainApproval(
  { mode, gate }: ShiftInputs,
  { context }: Runner,
): Promise<ObtainedApproval> {
  if (!gatedModes.includes(mode)) return { approval: { kind: 'not-needed' }, notices: [] };
  if (gate.kind === 'off') return { approval: { kind: 'off' }, notices: [] };
  if (gate.token === undefined) {
    throw new ActionError('gate-refused', 'without a token GitHub cannot be asked who approved this job', {
      hint: "Leave github-token out; the job's own token stands for it.",
    });
  }
  const { observeGate } = await import('../github/gate.ts');
  const access = { apiUrl: context.apiUrl, repository: context.repository, token: gate.token };
  const verdict = judgeGate(gate, await observeGate(access, gate.environment), context.runId);
  if (verdict.kind === 'passed') return verdict;
  throw new ActionError('gate-refused', verdict.because, { hint: verdict.wayOut });
}

/** What a comment in CloudTrail says of it. */
export function describeForComment(approval: Approval): readonly string[] {
  if (approval.kind !== 'approved' || approval.approver === undefined) return [];
  return [
    `approved by ${approval.approver.login}`,
    ...(approval.comment === undefined ? [] : [`"${approval.comment}"`]),
  ];
}
