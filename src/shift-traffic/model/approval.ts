import type { GateEvidence, Person } from '../../github/gate-evidence.ts';
import type { GateKind } from './inputs.ts';

/** By whose leave this job changes records. It goes into the audit as it is. */
export type Approval =
  /** The mode changes nothing, or can only take from green. */
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'off' }
  | {
      readonly kind: 'approved';
      readonly environment: { readonly id: number; readonly name: string };
      readonly rules: readonly GateKind[];
      readonly administratorsMayBypass: boolean;
      /** undefined: a rule other than reviewers let the job pass. */
      readonly approver: Person | undefined;
      readonly comment: string | undefined;
      readonly window: GateEvidence['job'];
      readonly checkRunId: string;
      readonly repositoryId: string;
      readonly actor: Person;
      readonly triggeredBy: Person;
      readonly workflowRef: string;
    };

export type PassedApproval = Extract<Approval, { kind: 'approved' }>;

export type ObtainedApproval = { readonly approval: Approval; readonly notices: readonly string[] };
