import { ActionError } from '../../errors.ts';
import type { Runner } from '../../github/runner.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { Target } from '../model/job.ts';
import type { ObservedService } from '../model/observed.ts';
import type { DeployResult } from '../model/result.ts';
import { announceInComment } from './announce-comment.ts';
import { announceDeployment } from './announce-deployment.ts';

/** Shows on GitHub what happens to a service: a sticky comment for a preview, a deployment with its states. */
export type Announcer = {
  /** Tells nothing yet. Not opened, as with inputs that cannot be used, nothing is told at all. */
  readonly open: (inputs: DeployInputs) => Promise<void>;
  readonly begun: (service: ObservedService) => Promise<void>;
  /** Does not wait: what GitHub takes its time for must not keep from watching AWS. */
  readonly submitted: (seen: Submitted) => void;
  readonly ended: (result: DeployResult) => Promise<void>;
};

/** What AWS was given to roll out. */
export type Submitted = {
  readonly imageDigest: string | undefined;
  readonly revisionArn: string | undefined;
};

/** One way of showing it. What fails is thrown, as an ActionError that names the permission. */
export type Announcement = {
  readonly begun?: (service: ObservedService) => Promise<void>;
  readonly submitted?: (seen: Submitted) => Promise<void>;
  readonly ended: (result: DeployResult) => Promise<void>;
};

/**
 * GitHub is told, never obeyed: whatever it refuses becomes a notice, one for each reason, and the deployment goes on.
 * Of a dry run nothing is told.
 */
export function createAnnouncer(target: Target, runner: Runner): Announcer {
  let announcements: readonly Announcement[] = [];
  let pending = Promise.resolve();
  const sayRefusal = sayRefusals(runner);

  async function tell(step: (announcement: Announcement) => Promise<void> | undefined): Promise<void> {
    await pending;
    await Promise.all(
      announcements.map(async (announcement) => {
        try {
          await step(announcement);
        } catch (error) {
          await sayRefusal(error);
        }
      }),
    );
  }

  return {
    open: async (inputs) => {
      const { token } = inputs.github;
      if (inputs.dryRun || token === undefined) return;
      const { openApi } = await import('../../github/api.ts');
      const api = await openApi({ ...runner.context, token });
      const { context } = runner;
      announcements = [
        ...(target.kind === 'preview' ? [announceInComment(api, target, inputs, context)] : []),
        announceDeployment(api, target, inputs, context),
      ];
    },
    begun: (service) => tell(({ begun }) => begun?.(service)),
    submitted: (seen) => {
      pending = tell(({ submitted }) => submitted?.(seen));
    },
    ended: (result) => tell(({ ended }) => ended(result)),
  };
}

/** What GitHub refuses becomes a notice, one for each reason. */
export function sayRefusals(runner: Runner): (error: unknown) => Promise<void> {
  const said = new Set<string>();
  return async (error) => {
    const { reason, text } = renderRefusal(error);
    if (said.has(reason)) return;
    said.add(reason);
    await runner.notice(text);
  };
}

/** One reason for all that needs the same permission. */
function renderRefusal(error: unknown): { readonly reason: string; readonly text: string } {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ActionError ? error.hint : undefined;
  return { reason: hint ?? message, text: hint === undefined ? message : `${message}. ${hint}` };
}
