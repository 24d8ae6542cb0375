import {
  type Action,
  CreateListenerCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  paginateDescribeListeners,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type DefaultAction, describeAction, type HttpListener, leadsToHttps } from '../dns/http-redirect.ts';
import { clientOf } from './clients.ts';
import { ask, askPages } from './failures.ts';
import { isListenerThere } from './refusals.ts';

const elb = () => clientOf(ElasticLoadBalancingV2Client);

/** What port 80 of the load balancer does. */
export async function describeHttpListener(loadBalancerArn: string): Promise<HttpListener> {
  const listener = (await listListeners(loadBalancerArn)).find(({ Port }) => Port === 80);
  if (listener === undefined) return { kind: 'none' };
  const actions = (listener.DefaultActions ?? []).map(readAction);
  const [action] = actions;
  if (listener.Protocol === 'HTTP' && actions.length === 1 && action !== undefined && leadsToHttps(action)) {
    return { kind: 'redirects' };
  }
  const does = actions.map(describeAction).join(', ') || 'nothing that AWS shows';
  return { kind: 'other', arn: listener.ListenerArn ?? '', does: `${listener.Protocol}: ${does}` };
}

async function listListeners(loadBalancerArn: string): Promise<readonly Listener[]> {
  const seen: Listener[] = [];
  const pages = paginateDescribeListeners({ client: elb() }, { LoadBalancerArn: loadBalancerArn });
  const doing = `list the listeners of load balancer ${loadBalancerArn}`;
  for await (const { Listeners = [] } of askPages('elasticloadbalancing:DescribeListeners', doing, pages)) {
    seen.push(...Listeners);
  }
  return seen;
}

function readAction({ Type, RedirectConfig: to }: Action): DefaultAction {
  return {
    type: Type ?? 'unknown',
    protocol: to?.Protocol,
    host: to?.Host,
    port: to?.Port,
    path: to?.Path,
    query: to?.Query,
  };
}

/**
 * Makes a listener on port 80 that answers everybody with a 301 to https, as App Runner does. It never gets the tag
 * `AmazonECSManaged`: without that ECS may neither change nor delete it (managed policy of the infrastructure role).
 *
 * @returns `taken` when somebody has made another listener there meanwhile.
 */
export async function createHttpRedirect(loadBalancerArn: string): Promise<'made' | 'taken'> {
  return ask(
    'elasticloadbalancing:CreateListener',
    `make a listener on port 80 of ${loadBalancerArn}`,
    async () => {
      try {
        await elb().send(
          new CreateListenerCommand({
            LoadBalancerArn: loadBalancerArn,
            Protocol: 'HTTP',
            Port: 80,
            DefaultActions: [
              {
                Type: 'redirect',
                RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
              },
            ],
            Tags: [{ Key: 'managed-by', Value: 'deploy-express' }],
          }),
        );
        return 'made';
      } catch (cause) {
        if (isListenerThere(cause)) return 'taken';
        throw cause;
      }
    },
  );
}
