import { neighboursIn, noticeOfOther, noticesOfRedirect } from '../../dns/http-redirect.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/** The listener on port 80 that is missing, when this job may make it. */
export function redirectSteps(
  { redirectHttp }: ShiftInputs,
  { green, greenHttp }: Observed,
): readonly PlanStep[] {
  if (!redirectHttp || green === undefined || greenHttp?.listener?.kind !== 'none') return [];
  return [
    {
      kind: 'redirect-http',
      sentence: "make a listener on port 80 of green's load balancer that redirects http:// to https",
      loadBalancerArn: green.ingress.loadBalancerArn,
    },
  ];
}

/** What becomes of `http://`, which App Runner redirects: Express makes no listener on port 80. */
export function noticesOfHttp(
  { redirectHttp }: ShiftInputs,
  { green, greenHttp, names }: Observed,
  isMade: boolean,
): readonly string[] {
  if (green === undefined || greenHttp === undefined) return [];
  const { listener, answer } = greenHttp;
  if (isMade) {
    const readiness = names[0]?.readiness;
    const neighbours = readiness === undefined ? [] : neighboursIn(readiness.rules);
    return noticesOfRedirect({ neighbours, isInternal: !green.balancer.isInternetFacing });
  }
  if (answer.kind === 'answered' && answer.leadsToHttps) return [];
  const seen = answer.kind === 'answered' ? `it answered ${answer.status}` : answer.because;
  switch (listener?.kind) {
    case 'none':
      return [
        `Green's load balancer does not listen on port 80: ${whatStops}. redirect-http: true makes a listener that redirects, here together with attach-domain, or on the step that deploys green.`,
      ];
    case 'other':
      if (redirectHttp) return [noticeOfOther(listener)];
      return [`Port 80 of green's load balancer does not lead to https, as App Runner does: ${seen}.`];
    // What answers in the place of a load balancer may be a proxy.
    case 'redirects':
      return [
        `Green's load balancer redirects from port 80, but this runner got another answer: ${seen}. Check that its security group is open on port 80. Otherwise ${whatStops}.`,
      ];
    case undefined:
      return [`Green was not seen to redirect http:// to https (${seen}). Unless it does, ${whatStops}.`];
  }
}

const whatStops =
  'http:// addresses of the domain, which App Runner redirects, stop working for those who are sent to green';
