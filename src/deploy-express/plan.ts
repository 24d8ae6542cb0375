import type { NameSecret, NameValue, ServiceSettings, Tag } from './settings.ts';

/** One line of the table "what changes". Secrets appear as names; values of environment variables never. */
export type Change = {
  /** As the user knows it: the input's name, or `environment-variables: LOG_LEVEL`. */
  readonly setting: string;
  /** undefined = not set before. */
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/** Everything one Express create or update carries, complete: nothing is left for AWS to guess or to keep. */
export type DesiredService = Omit<ServiceSettings, 'environment' | 'secrets'> & {
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
  /** undefined exactly when `taskDefinitionArn` is set. */
  readonly image: string | undefined;
};

export type PlanStep =
  | { readonly kind: 'create-cluster'; readonly sentence: string; readonly cluster: string }
  | {
      readonly kind: 'wait-for-draining';
      readonly sentence: string;
      readonly serviceArn: string;
    }
  | {
      readonly kind: 'create-service';
      readonly sentence: string;
      readonly infrastructureRoleArn: string;
      readonly desired: DesiredService;
      readonly tags: readonly Tag[];
    }
  | {
      readonly kind: 'update-service';
      readonly sentence: string;
      readonly serviceArn: string;
      readonly desired: DesiredService;
    }
  | {
      readonly kind: 'reconcile-tags';
      readonly sentence: string;
      readonly serviceArn: string;
      readonly set: readonly Tag[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'wait-for-deployment'; readonly sentence: string }
  | { readonly kind: 'smoke-test'; readonly sentence: string }
  | { readonly kind: 'delete-service'; readonly sentence: string; readonly serviceArn: string }
  | { readonly kind: 'wait-for-deletion'; readonly sentence: string; readonly serviceArn: string };

/** What will be done, decided before anything is done. Serialisable; never edited after it was shown. */
export type DeployPlan =
  | { readonly kind: 'refuse'; readonly because: string; readonly wayOut: string }
  | {
      readonly kind: 'proceed';
      readonly intent: 'create' | 'update' | 'unchanged' | 'delete' | 'already-deleted';
      readonly steps: readonly PlanStep[];
      readonly changes: readonly Change[];
      /** Said once, as notices: what the user did not ask for but should know. */
      readonly notices: readonly string[];
    };
