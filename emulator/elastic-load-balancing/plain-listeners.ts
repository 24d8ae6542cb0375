import {
  optionalInteger,
  optionalStructure,
  optionalStructures,
  optionalText,
  requiredText,
} from '../query-parameters.ts';
import { AwsError, type Operation, type PlainAnswer } from '../world.ts';
import { plainHost } from './host-pattern.ts';
import { findListener, findLoadBalancer, findPlainListener } from './lookup.ts';
import { renderPlainListener } from './render.ts';
import type { Balancing, LoadBalancer, PlainAction, PlainListener } from './state.ts';

/** Listeners for HTTP that somebody adds beside Express's own: one action, no rules. */

type Input = Record<string, unknown>;

export const plainListenerOperations = (balancing: Balancing): Record<string, Operation> => ({
  /** "This operation is idempotent, which means that it completes at most one time": the same settings are the same listener. */
  CreateListener: (input) => {
    const loadBalancer = findLoadBalancer(balancing, requiredText(input, 'LoadBalancerArn'));
    const port = optionalInteger(input, 'Port', { least: 1, most: 65_535 });
    if (port === undefined) throw new AwsError('ValidationError', 'A port must be specified');
    if (requiredText(input, 'Protocol') !== 'HTTP')
      throw notModelled('listeners for other protocols than HTTP');
    const action = readAction(optionalStructures(input, 'DefaultActions') ?? []);
    const tags = readTags(optionalStructures(input, 'Tags') ?? []);
    const there = [...loadBalancer.plainListeners.values()].find((one) => one.port === port);
    if (there !== undefined && JSON.stringify(there.action) === JSON.stringify(action)) {
      return { Listeners: [renderPlainListener(loadBalancer, there)] };
    }
    if (there !== undefined || port === 443) {
      throw new AwsError(
        'DuplicateListener',
        'A listener already exists on this port for this load balancer',
      );
    }
    const path = loadBalancer.listener.arn.slice(0, loadBalancer.listener.arn.lastIndexOf('/'));
    const arn = `${path}/${balancing.ids.hex(16)}`;
    const listener: PlainListener = { arn, port, action, tags };
    loadBalancer.plainListeners.set(arn, listener);
    return { Listeners: [renderPlainListener(loadBalancer, listener)] };
  },

  DeleteListener: (input) => {
    const arn = requiredText(input, 'ListenerArn');
    const found = findPlainListener(balancing, arn);
    if (found === undefined && findListener(balancing, arn))
      throw notModelled("the deletion of Express's own listener");
    found?.loadBalancer.plainListeners.delete(arn);
    return {};
  },
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html */
function readAction(actions: readonly Input[]): PlainAction {
  const [action, ...others] = actions;
  if (action === undefined || others.length > 0) {
    throw new AwsError(
      'ValidationError',
      'You must specify exactly one forward, redirect, or fixed-response action',
    );
  }
  const type = requiredText(action, 'Type');
  if (type === 'redirect') return readRedirect(optionalStructure(action, 'RedirectConfig') ?? {});
  if (type !== 'fixed-response') throw notModelled(`actions of type '${type}'`);
  const fixed = optionalStructure(action, 'FixedResponseConfig') ?? {};
  return { type, statusCode: requiredText(fixed, 'StatusCode') };
}

function readRedirect(config: Input): PlainAction {
  const statusCode = requiredText(config, 'StatusCode');
  if (statusCode !== 'HTTP_301' && statusCode !== 'HTTP_302') {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${statusCode}' at 'statusCode' failed to satisfy constraint: Member must satisfy enum value set: [HTTP_301, HTTP_302]`,
    );
  }
  const redirect = {
    type: 'redirect',
    statusCode,
    protocol: optionalText(config, 'Protocol') ?? '#{protocol}',
    host: optionalText(config, 'Host') ?? '#{host}',
    port: optionalText(config, 'Port') ?? '#{port}',
    path: optionalText(config, 'Path') ?? '/#{path}',
    query: optionalText(config, 'Query') ?? '#{query}',
  } as const;
  const isLoop =
    redirect.protocol !== 'HTTPS' &&
    redirect.host === '#{host}' &&
    redirect.port === '#{port}' &&
    redirect.path === '/#{path}';
  if (isLoop) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'The redirect configuration is not valid because it creates a loop.',
    );
  }
  return redirect;
}

function readTags(tags: readonly Input[]): ReadonlyMap<string, string> {
  return new Map(tags.map((tag) => [requiredText(tag, 'Key'), optionalText(tag, 'Value') ?? '']));
}

/** What plain HTTP on port 80 is answered; `undefined`: nothing listens there. */
export function answerPlainHttp(
  balancing: Balancing,
  asked: { readonly host: string; readonly path: string; readonly query: string },
): PlainAnswer | undefined {
  const balancer = reachedBy(balancing, asked.host);
  const listener = balancer && [...balancer.plainListeners.values()].find(({ port }) => port === 80);
  if (listener === undefined) return undefined;
  const { action } = listener;
  if (action.type === 'fixed-response') return { status: Number(action.statusCode) };
  const here = {
    protocol: 'HTTP',
    host: asked.host,
    port: '80',
    path: asked.path.slice(1),
    query: asked.query,
  };
  const fill = (text: string) =>
    text.replace(/#\{(protocol|host|port|path|query)\}/g, (_whole, name: keyof typeof here) => here[name]);
  const query = fill(action.query);
  const authority = `${fill(action.protocol).toLowerCase()}://${fill(action.host)}:${fill(action.port)}`;
  return {
    status: action.statusCode === 'HTTP_301' ? 301 : 302,
    location: `${authority}${fill(action.path)}${query === '' ? '' : `?${query}`}`,
  };
}

/** By its own name or a host of its rules. A host of nobody's does not tell the balancers apart. */
function reachedBy({ loadBalancers }: Balancing, host: string): LoadBalancer | undefined {
  const all = [...loadBalancers.values()];
  const name = plainHost(host);
  return (
    all.find(({ dnsName }) => plainHost(dnsName) === name) ??
    all.find(({ listener }) =>
      [...listener.rules.values()].some(({ hosts }) => hosts.some((one) => plainHost(one) === name)),
    ) ??
    all[0]
  );
}

/** Whatever lacks the tag that Express gives to all that it makes. */
export function removeForeignListeners(balancing: Balancing, loadBalancerArn: string): void {
  const { plainListeners } = findLoadBalancer(balancing, loadBalancerArn);
  for (const [arn, { tags }] of plainListeners) {
    if (tags.get('AmazonECSManaged') !== 'true') plainListeners.delete(arn);
  }
}

const notModelled = (what: string): AwsError =>
  new AwsError('UnsupportedOperation', `The emulator does not model ${what}.`);
