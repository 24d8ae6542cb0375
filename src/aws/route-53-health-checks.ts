import { GetHealthCheckCommand } from '@aws-sdk/client-route-53';
import { ask } from './failures.ts';
import { isHealthCheckMissing } from './refusals.ts';
import { type DnsAccount, route53 } from './route-53-zones.ts';

/** What a health check asks. */
export type HealthCheck = {
  /** Asked by its name, which DNS leads somewhere; `undefined`: by an address, or it asks no host. */
  readonly host: string | undefined;
};

/** `undefined`: there is none of this id in the account. */
export async function describeHealthCheck(account: DnsAccount, id: string): Promise<HealthCheck | undefined> {
  return ask('route53:GetHealthCheck', `get health check ${id}`, async () => {
    try {
      const { HealthCheck } = await route53(account).send(new GetHealthCheckCommand({ HealthCheckId: id }));
      const { FullyQualifiedDomainName: name, IPAddress } = HealthCheck?.HealthCheckConfig ?? {};
      return { host: IPAddress === undefined ? name : undefined };
    } catch (cause) {
      if (isHealthCheckMissing(cause)) return undefined;
      throw cause;
    }
  });
}
