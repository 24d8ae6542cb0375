import type { Weights } from '../../dns/weights.ts';
import type { StatusRange } from '../../parse.ts';
export const modes = ['plan', 'adopt', 'shift', 'rollback', 'status', 'verify', 'finalize'] as const;
export type Mode = (typeof modes)[number];
/** What a plan is made for, and what changes records. */
export type ChangeMode = 'adopt' | 'shift' | 'rollback' | 'finalize';

export type ShiftInputs = {
  readonly mode: Mode;
  /** `auto`: what the records call for next. */
  readonly planFor: ChangeMode | 'auto';
  /** In lower case, without a dot at the end. */
  readonly domain: string;
  readonly blue: BlueInputs;
  readonly green: ExpressServiceRef | undefined;
  readonly zone: ZoneInputs;
  /** One entry a step. */
  readonly target: readonly Weights[] | undefined;
  /** Percentage points one step may move. */
  readonly maxStepPercent: number | undefined;
  readonly adoption: AdoptionInputs;
  readonly attachDomain: boolean;
  readonly certificateArn: string | undefined;
  readonly probe: ProbeInputs;
  readonly bake: BakeInputs;
  readonly failOnInconclusive: boolean;
  /** undefined = as long as the records' TTL. */
  readonly drainSeconds: number | undefined;
  readonly changeTimeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly onCancel: 'rollback' | 'hold';
  readonly finalize: FinalizeInputs;
  readonly planChecksum: string | undefined;
  readonly gate: GateInputs;
};

export type BlueInputs = {
  /** Name or ARN of the App Runner service. */
  readonly service: string | undefined;
  readonly host: string | undefined;
  readonly zoneId: string | undefined;
};

export type ZoneInputs = {
  readonly id: string | undefined;
  readonly roleArn: string | undefined;
  readonly allowExternalDns: boolean;
};

export type AdoptionInputs = {
  readonly cnameBecomes: 'alias' | 'cname';
  readonly setIdentifiers: { readonly blue: string; readonly green: string };
};

export type ProbeInputs = { readonly path: string; readonly statuses: readonly StatusRange[] };

export type BakeInputs = {
  readonly seconds: number;
  readonly alarms: readonly string[];
  /** Share of green's requests that may fail; undefined = not judged. */
  readonly maxErrorPercent: number | undefined;
  readonly minRequests: number;
};

export type FinalizeInputs = {
  /** How long blue must have been quiet. 0 = not asked for. */
  readonly holdHours: number;
  /** Requests an hour that still count as quiet: scanners know App Runner's own host. */
  readonly quietRequests: number;
  readonly retireBlue: 'none' | 'pause' | 'delete';
};

export const gateKinds = ['reviewers', 'wait-timer', 'custom-rule'] as const;
export type GateKind = (typeof gateKinds)[number];

export type GateInputs =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'required';
      readonly environment: string;
      /** Rules of which the environment must have one. */
      readonly accept: readonly GateKind[];
      /** Also no bypass by administrators, and a branch policy. */
      readonly strict: boolean;
      readonly token: string | undefined;
    };

export type RequiredGate = Extract<GateInputs, { kind: 'required' }>;

export type ExpressServiceRef = { readonly cluster: string; readonly name: string };
