import { noticeOfOther, noticesOfRedirect } from '../../dns/http-redirect.ts';
import type { ObservedHttp, ObservedService } from '../model/observed.ts';
import type { DeployPlan, PlanStep } from '../model/plan.ts';

/**
 * Adds to a plan the listener on port 80. Nobody promises that a deployment leaves it alone, so each ends with another
 * look; without a deployment only a listener that is missing makes a step.
 */
export function withRedirect(
  plan: DeployPlan,
  service: ObservedService,
  seen: ObservedHttp | undefined,
): DeployPlan {
  if (plan.kind === 'refuse' || seen === undefined) return plan;
  const deploys = plan.steps.some(({ kind }) => kind === 'wait-for-deployment');
  switch (seen.kind) {
    case 'no-balancer':
      return deploys ? withStep(plan, true) : refuseWithoutBalancer;
    case 'other':
      return { ...plan, notices: [...plan.notices, noticeOfOther(seen)] };
    case 'redirects':
      return deploys ? withStep(plan, false) : plan;
    case 'none': {
      const isInternal = service.kind === 'express' && service.running?.isInternal === true;
      const notices = noticesOfRedirect({ neighbours: seen.neighbours, isInternal });
      return { ...withStep(plan, true), notices: [...plan.notices, ...notices] };
    }
  }
}

type Proceed = Exclude<DeployPlan, { kind: 'refuse' }>;

function withStep(plan: Proceed, isMissing: boolean): Proceed {
  const isBefore = ({ kind }: PlanStep) => kind === 'wait-for-deployment' || kind === 'attach-domains';
  const place = plan.steps.findLastIndex(isBefore) + 1;
  const sentence = isMissing
    ? 'make a listener on port 80 that redirects http:// to https'
    : 'check that port 80 still redirects http:// to https';
  return {
    ...plan,
    intent: plan.intent === 'unchanged' && isMissing ? 'update' : plan.intent,
    steps: [...plan.steps.slice(0, place), { kind: 'redirect-http', sentence }, ...plan.steps.slice(place)],
    changes: isMissing
      ? [...plan.changes, { setting: 'redirect-http', before: undefined, after: '301 to https' }]
      : plan.changes,
  };
}

const refuseWithoutBalancer: DeployPlan = {
  kind: 'refuse',
  because: 'AWS shows no load balancer for the service, so redirect-http cannot create a listener',
  wayOut: 'Look at the service in the ECS console; a deployment that succeeds creates the load balancer.',
};
