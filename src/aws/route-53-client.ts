import { Route53Client } from '@aws-sdk/client-route-53';
import { clientConfig } from './clients.ts';

/** Whose hosted zones: the job's own account, or the one a role of it is in. */
export type DnsAccount = { readonly roleArn: string | undefined };

/**
 * Route 53 takes five requests a second from a whole account, and one change of a zone at a time. Both refusals pass by
 * themselves, so more attempts are made than elsewhere.
 */
const maxAttempts = 8;

const clients = new Map<string | undefined, Route53Client>();

export function route53({ roleArn }: DnsAccount): Route53Client {
  const known = clients.get(roleArn);
  if (known !== undefined) return known;
  const client = new Route53Client({
    ...clientConfig(),
    maxAttempts,
    ...(roleArn !== undefined && {
      credentials: async () => (await import('./credentials.ts')).assumeRole(roleArn),
    }),
  });
  clients.set(roleArn, client);
  return client;
}
