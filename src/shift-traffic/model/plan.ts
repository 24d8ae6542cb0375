import type { RecordSet, Refusal } from '../../dns/records.ts';
import type { WeightPair } from '../../dns/weights.ts';
import type { BakeInputs, ChangeMode, Domains, ProbeInputs } from './inputs.ts';
import type { GreenCommits } from './observed.ts';

export type PlanStep =
  | { readonly kind: 'attach-host'; readonly sentence: string; readonly ruleArn: string }
  | {
      readonly kind: 'attach-certificate';
      readonly sentence: string;
      readonly certificateArn: string;
      readonly listenerArn: string;
    }
  /** Requested for all names, validated, waited for, and put on the listener. */
  | {
      readonly kind: 'obtain-certificate';
      readonly sentence: string;
      readonly names: readonly string[];
      readonly timeoutSeconds: number;
      readonly listenerArn: string;
    }
  /** A listener on port 80, for all services behind the load balancer. */
  | { readonly kind: 'redirect-http'; readonly sentence: string; readonly loadBalancerArn: string }
  /** After it was attached: the load balancer needs some seconds to use it. */
  | { readonly kind: 'prove-green'; readonly sentence: string }
  | ChangeStep
  | BakeStep
  | WatchStep
  | {
      readonly kind: 'retire-blue';
      readonly sentence: string;
      readonly serviceArn: string;
      readonly how: 'pause' | 'delete';
    };

/** One batch, and the waiting until it has come into effect. */
export type ChangeStep = {
  readonly kind: 'change-records';
  readonly sentence: string;
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly greenPercent: number;
  /** undefined: no weights any more. */
  readonly weights: WeightPair | undefined;
  /** Green gets more: checked before, watched after, and taken back when it does badly. */
  readonly isForward: boolean;
  /** How long caches may still answer with what was before. 0: they answer the same. */
  readonly drainSeconds: number;
};

/** Green proves itself, by what is stated here: an approval is of the judge as well as of the share. */
export type BakeStep = {
  readonly kind: 'bake';
  readonly sentence: string;
  readonly greenPercent: number;
  readonly by: BakeInputs & { readonly probe: ProbeInputs };
};

/** Green, as it stands between two steps. */
export type WatchStep = Omit<BakeStep, 'kind'> & {
  readonly kind: 'watch';
  /** Those that green has a share of. */
  readonly domains: Domains;
  /** What is done if green does badly. */
  readonly wayBack: ChangeStep;
};

/** What will be done, decided before anything is done. Serialisable; never edited after it was shown. */
export type ShiftPlan =
  | { readonly kind: 'refuse'; readonly refusals: readonly Refusal[] }
  | ({ readonly kind: 'proceed' } & Proceed);

export type Proceed = {
  readonly intent: ChangeMode | 'none';
  readonly steps: readonly PlanStep[];
  readonly about: About;
  /** What the user did not ask for but should know. Each is said once, as a notice. */
  readonly notices: readonly string[];
  /** What cannot be done beside the steps: they are done all the same, and the job is red. */
  readonly undone: readonly Refusal[];
  /** A hash of all that the steps would change: equal only for the same change to the same records. */
  readonly checksum: string;
};

/** What an approval has to know beside the steps, which each of them is part of. */
export type About = {
  /** Which names are moved, and how long all of it takes. */
  readonly extent: readonly string[];
  /** What becomes of visitors when it goes wrong. */
  readonly ifWrong: readonly string[];
  /** What stops working for those who are sent to green. These are among the notices, too. */
  readonly breaks: readonly string[];
  /** What gets the traffic; `undefined`: the steps send nobody to green. */
  readonly green: GreenRuns | undefined;
};

export type GreenRuns = {
  /** As it was asked for. */
  readonly image: string;
  /** Where the image does not name it itself. */
  readonly digest: string | undefined;
  readonly commits: GreenCommits | undefined;
  /** The last part of the ARN. */
  readonly revision: string;
};

export type Draft =
  | { readonly kind: 'refuse'; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'steps';
      readonly steps: readonly PlanStep[];
      readonly notices: readonly string[];
      /** Notices of what stops working for those who are sent to green. */
      readonly breaks?: readonly string[];
      /** What cannot be done beside what is: the job does the steps, and is red. */
      readonly undone?: readonly Refusal[];
    };
