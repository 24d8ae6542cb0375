import type { Refusal } from '../dns/records.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import type { ObtainedApproval, PassedApproval } from './model/approval.ts';
import { modes, type RequiredGate, type ShiftInputs } from './model/inputs.ts';
import { judgeClaims, judgeGate } from './plan/gate.ts';

/** Proof that somebody let this job change records, or a refusal. */
export async function approve({ mode, gate }: ShiftInputs, runner: Runner): Promise<ObtainedApproval> {
  if (!modes[mode].isGated) return { approval: { kind: 'not-needed' }, notices: [] };
  if (gate.kind === 'off') return { approval: { kind: 'off' }, notices: [] };
  return passGate(gate, runner);
}

async function passGate(gate: RequiredGate, { context, info }: Runner): Promise<ObtainedApproval> {
  if (gate.token === undefined) {
    throw new ActionError('gate-refused', 'without a token GitHub cannot be asked who approved this job', {
      hint: "Leave github-token out; the job's own token stands for it.",
    });
  }
  const [{ observeClaims, observeGate }, { openApi }] = await Promise.all([
    import('../github/gate.ts'),
    import('../github/api.ts'),
  ]);
  const claims = await observeClaims();
  const refusal = judgeClaims(gate, claims, context);
  if (refusal !== undefined) throw closed(refusal);
  const api = await openApi({ ...context, token: gate.token });
  const withCustomRules = gate.accept.includes('custom-rule');
  const verdict = judgeGate(gate, await observeGate(api, claims, gate.environment, { withCustomRules }));
  if (verdict.kind === 'refused') throw closed(verdict);
  info(renderApproval(verdict.approval));
  return verdict;
}

/** Without the reviewer's words: they are for places where they can do no harm. */
function renderApproval({ approver, environment, rules }: PassedApproval): string {
  return approver === undefined
    ? `Environment ${environment.name} let the job pass (${rules.join(', ')})`
    : `${approver.login} approved environment ${environment.name}`;
}

function closed({ because, wayOut }: Refusal): ActionError {
  return new ActionError('gate-refused', because, { hint: wayOut });
}
