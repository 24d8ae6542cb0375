import type { Weights } from '../../dns/weights.ts';
import type { StatusRange } from '../../parse.ts';

type ModeRules = {
  /** What its plan is made for: what the mode itself does, or what `plan-for` names; a mode that only looks makes none. */
  readonly planFor: 'itself' | 'input' | 'nothing';
  /** Somebody must have let the job pass. A rollback waits for nobody: it can only take from green. */
  readonly isGated: boolean;
  /**
   * Whether blue and green must be named, or are looked at if they are. A rollback asks neither: they may be broken. Who
   * monitors green asks blue by its records alone.
   */
  readonly sides: 'needed' | 'green-needed' | 'if-named' | 'not-asked';
};

export const modes = {
  plan: { planFor: 'input', isGated: false, sides: 'needed' },
  adopt: { planFor: 'itself', isGated: true, sides: 'needed' },
  shift: { planFor: 'itself', isGated: true, sides: 'needed' },
  rollback: { planFor: 'itself', isGated: false, sides: 'not-asked' },
  monitor: { planFor: 'itself', isGated: false, sides: 'green-needed' },
  status: { planFor: 'nothing', isGated: false, sides: 'if-named' },
  verify: { planFor: 'nothing', isGated: false, sides: 'if-named' },
  finalize: { planFor: 'itself', isGated: true, sides: 'needed' },
} as const satisfies Record<string, ModeRules>;

export type Mode = keyof typeof modes;

/** What a plan is made for, and what changes records. */
export type ChangeMode = {
  [Name in Mode]: (typeof modes)[Name]['planFor'] extends 'itself' ? Name : never;
}[Mode];

export const modeNames = Object.keys(modes) as readonly Mode[];
export const changeModes = modeNames.filter(isChangeMode);

export function isChangeMode(mode: Mode): mode is ChangeMode {
  return modes[mode].planFor === 'itself';
}

/** The mode whose rules hold: of a plan for a mode, that one's. */
export function modeInView({ mode, planFor }: Pick<ShiftInputs, 'mode' | 'planFor'>): Mode {
  return modes[mode].planFor === 'input' && planFor !== 'auto' ? planFor : mode;
}

/** What the mode asks of blue and green. */
export function sidesFor(inputs: Pick<ShiftInputs, 'mode' | 'planFor'>): ModeRules['sides'] {
  return modes[modeInView(inputs)].sides;
}

export type ShiftInputs = {
  readonly mode: Mode;
  /** `auto`: what the records call for next. */
  readonly planFor: ChangeMode | 'auto';
  /** In lower case, without a dot at the end, each once. Outputs of one name are of the first. */
  readonly domains: Domains;
  /** Those that were given more than once. */
  readonly repeatedDomains: readonly string[];
  readonly blue: BlueInputs;
  readonly green: ExpressServiceRef | undefined;
  readonly zone: ZoneInputs;
  /** The weights to reach, one entry a step. */
  readonly target: readonly Weights[] | undefined;
  /** Percentage points one step may move. */
  readonly maxStepPercent: number | undefined;
  readonly adoption: AdoptionInputs;
  /** Of a Route 53 health check; undefined = the record keeps the one it has. */
  readonly greenHealthCheckId: string | undefined;
  readonly attachDomain: boolean;
  readonly certificateArn: string | undefined;
  /** How long to wait for a certificate that is requested; undefined: one has to be there. */
  readonly certificateTimeoutSeconds: number | undefined;
  /** Whether port 80 of green's load balancer is to lead to https. */
  readonly redirectHttp: boolean;
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
  /** What was given and has no effect in this mode, in words. */
  readonly notices: readonly string[];
  /** The same of what only names or tunes something, for the log. */
  readonly remarks: readonly string[];
};

export type Domains = readonly [string, ...string[]];

/** What is asked of one of the names. */
export type NameInputs = ShiftInputs & { readonly domain: string };

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
  /** By bake-minutes; for a monitor by watch-minutes. */
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
      /** The environment must also have a branch policy, and no bypass by administrators. */
      readonly strict: boolean;
      readonly token: string | undefined;
    };

export type RequiredGate = Extract<GateInputs, { kind: 'required' }>;

export type ExpressServiceRef = { readonly cluster: string; readonly name: string };
