import type { ListenerRules } from './host-rule.ts';

/** What answers on port 80 of a load balancer of Express, which itself makes a listener on 443 alone. */
export type HttpListener =
  /** The connection is refused. */
  | { readonly kind: 'none' }
  /** Sends everybody to https, whoever made it. */
  | { readonly kind: 'redirects' }
  | { readonly kind: 'other'; readonly arn: string; readonly does: string };

/** What a listener does with what no rule of it takes. */
export type DefaultAction = {
  readonly type: string;
  readonly protocol?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly path?: string | undefined;
  readonly query?: string | undefined;
};

/** To https on the usual port, of the same host, path and query (ELB API reference, RedirectActionConfig). */
export function leadsToHttps({
  type,
  protocol,
  host = '#{host}',
  port,
  path = '/#{path}',
  query = '#{query}',
}: DefaultAction): boolean {
  const isToHttps = type === 'redirect' && protocol === 'HTTPS' && port === '443';
  return isToHttps && host === '#{host}' && path === '/#{path}' && query === '#{query}';
}

/** Of a redirect also where it leads, for whoever takes it for a good one. */
export function describeAction({ type, protocol, host, port, path, query }: DefaultAction): string {
  if (type !== 'redirect') return type;
  const to = `${protocol ?? '#{protocol}'}://${host ?? '#{host}'}:${port ?? '#{port}'}${path ?? '/#{path}'}`;
  return `redirect to ${to}?${query ?? '#{query}'}`;
}

/** Whether an answer on port 80 does. */
export function isHttpsRedirect(status: number, location: string | undefined): boolean {
  return status >= 300 && status < 400 && location?.startsWith('https://') === true;
}

/** Hosts of the other services behind the load balancer. */
export function neighboursIn({ own, others }: ListenerRules): readonly string[] {
  const groups = own?.targetGroupArns ?? [];
  const foreign = others.filter(
    ({ targetGroupArns }) => !targetGroupArns.some((arn) => groups.includes(arn)),
  );
  return [...new Set(foreign.flatMap(({ hosts }) => hosts))];
}

/** What the listener means beyond the service that asked for it. */
export function noticesOfRedirect(options: {
  readonly neighbours: readonly string[];
  readonly isInternal: boolean;
}): readonly string[] {
  const { neighbours, isInternal } = options;
  return [
    ...(neighbours.length === 0
      ? []
      : [
          `The listener on port 80 serves everything behind the load balancer: http:// of ${list(neighbours)} was refused so far, and is redirected to https now as well.`,
        ]),
    ...(isInternal
      ? ['The load balancer is internal: only its own network can use the redirect from http:// to https.']
      : []),
  ];
}

/** Somebody may need what the listener does; this action changes none that is there. */
export function noticeOfOther({ arn, does }: { readonly arn: string; readonly does: string }): string {
  return `redirect-http: port 80 of the load balancer has a listener already, and it does not lead everybody to the same address with https (${does}). It stays as it is: ${arn}. Change its default action, or delete it and run the job again.`;
}

const mostNamed = 5;

function list(hosts: readonly string[]): string {
  const named = hosts.slice(0, mostNamed).join(', ');
  return hosts.length > mostNamed ? `${named} and ${hosts.length - mostNamed} more` : named;
}
