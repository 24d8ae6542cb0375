import type { DesiredService } from '../../aws/express-settings.ts';
import type { OneOffDefinition, TaskNetwork } from '../../aws/tasks.ts';
import type { Tag } from './settings.ts';

/** One line of the table "what changes". Secrets appear as names; values of environment variables never. */
export type Change = {
  /** As the user knows it: the input's name, or `environment-variables: LOG_LEVEL`. */
  readonly setting: string;
  /** undefined = not set before. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Where the value comes from unless an input gave it, such as `apprunner.yaml`. */
  readonly origin?: string;
};

/** A command that has to succeed before the service is touched. */
export type CommandStep = {
  readonly kind: 'run-command';
  readonly sentence: string;
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  /** Of the task definition that is run. */
  readonly family: string;
  readonly task:
    | {
        readonly kind: 'own';
        readonly definition: OneOffDefinition;
        /** The log group may not be there yet. */
        readonly makesLogGroup: boolean;
      }
    | { readonly kind: 'given'; readonly arn: string };
  readonly network: TaskNetwork;
};

export type PlanStep =
  | CommandStep
  | { readonly kind: 'create-cluster'; readonly sentence: string; readonly cluster: string }
  | { readonly kind: 'wait-for-draining'; readonly sentence: string }
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
      readonly kind: 'wait-for-deployment';
      readonly sentence: string;
      /** Known only when the deployment was under way before this job. */
      readonly deploymentArn: string | undefined;
    }
  | {
      readonly kind: 'wait-for-task';
      readonly sentence: string;
      readonly timeoutSeconds: number;
    }
  | {
      readonly kind: 'reconcile-tags';
      readonly sentence: string;
      readonly serviceArn: string;
      readonly set: readonly Tag[];
      readonly remove: readonly string[];
    }
  /** Done beside the build, before all others. */
  | { readonly kind: 'obtain-certificate'; readonly sentence: string; readonly names: readonly string[] }
  | {
      readonly kind: 'attach-domains';
      readonly sentence: string;
      /** All that the custom domains need, also those that the listener has. */
      readonly certificateArns: readonly string[];
    }
  | { readonly kind: 'redirect-http'; readonly sentence: string }
  | { readonly kind: 'smoke-test'; readonly sentence: string }
  | { readonly kind: 'delete-service'; readonly sentence: string; readonly serviceArn: string }
  | { readonly kind: 'delete-images'; readonly sentence: string; readonly repository: string }
  | { readonly kind: 'wait-for-deletion'; readonly sentence: string };

export type DeployIntent = 'create' | 'update' | 'unchanged' | 'delete' | 'already-deleted';

/** What will be done, decided before anything is done. Serialisable; never edited after it was shown. */
export type DeployPlan =
  | { readonly kind: 'refuse'; readonly because: string; readonly wayOut: string }
  | {
      readonly kind: 'proceed';
      readonly intent: DeployIntent;
      readonly steps: readonly PlanStep[];
      readonly changes: readonly Change[];
      /** Said once, as notices: what the user did not ask for but should know. */
      readonly notices: readonly string[];
    };

export type Proceed = Extract<DeployPlan, { kind: 'proceed' }>;

/** The image as far as it is known while planning. */
export type PlannedImage =
  | KnownImage
  /** In a dry run, or before the build: what the image will be called is known only afterwards. */
  | { readonly kind: 'to-be-built' }
  | {
      readonly kind: 'in-task-definition';
      readonly arn: string;
      /** Of each of its containers, where it runs. Absent: it does not, or nobody could see which images run. */
      readonly images?: readonly StatedImage[];
    };

export type KnownImage = {
  readonly kind: 'known';
  readonly reference: string;
  /** What is to run. undefined: not known, or for the registry to say when ECS pulls. */
  readonly digest: string | undefined;
  /** Why the digest is not known. */
  readonly unseen?: string;
  /** The registry names another digest than the one that runs. */
  readonly moved?: boolean;
  /** What the registry said that a tag names, where the tag is sent all the same. */
  readonly named?: { readonly digest: string; readonly isIndex: boolean };
  /** `linux/arm64`, …; absent when nobody could see what the image is for. */
  readonly platforms?: readonly string[];
};

/** An image of a task definition. Its revision never changes, but what a tag in it names does. */
export type StatedImage = { readonly container: string; readonly image: KnownImage };

export function digestOf(image: PlannedImage): string | undefined {
  return image.kind === 'known' ? image.digest : undefined;
}

export function proceed(
  intent: DeployIntent,
  steps: readonly PlanStep[],
  rest: Partial<Proceed> = {},
): Proceed {
  return { kind: 'proceed', intent, steps, changes: [], notices: [], ...rest };
}
