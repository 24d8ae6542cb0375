import { describeIngress } from '../../aws/deployments.ts';
import { describeHttpListener } from '../../aws/http-listener.ts';
import type { Ingress } from '../../aws/ingress.ts';
import { describeListenerRules } from '../../aws/listener.ts';
import { neighboursIn } from '../../dns/http-redirect.ts';
import type { ObservedHttp, ObservedService, SeenHttp } from '../model/observed.ts';

/** What port 80 of the service's load balancer does. */
export async function observeHttp(service: ObservedService): Promise<ObservedHttp> {
  const running = service.kind === 'express' ? service.running : undefined;
  if (running?.revisionArn === undefined) return { kind: 'no-balancer' };
  // The first look may have been denied in silence. Asked again, AWS names the permission that is missing.
  const ingress = running.ingress ?? (await describeIngress(running.revisionArn));
  return ingress === undefined ? { kind: 'no-balancer' } : observeHttpOf(ingress);
}

/** Of a load balancer without a listener there, also whom else one would be for. */
export async function observeHttpOf({ loadBalancerArn, listenerArn, ruleArn }: Ingress): Promise<SeenHttp> {
  const seen = await describeHttpListener(loadBalancerArn);
  if (seen.kind !== 'none') return seen;
  return { ...seen, neighbours: neighboursIn(await describeListenerRules(listenerArn, ruleArn)) };
}
