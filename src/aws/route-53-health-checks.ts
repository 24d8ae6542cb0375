import {
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  type HealthCheckConfig,
} from '@aws-sdk/client-route-53';
import type { CheckSettings } from '../dns/health-check.ts';
import { ask } from './failures.ts';
import { isHealthCheckMissing } from './refusals.ts';
import { type DnsAccount, route53 } from './route-53-zones.ts';

/** `undefined`: there is none of this id in the account. */
export async function describeHealthCheck(
  account: DnsAccount,
  id: string,
): Promise<CheckSettings | undefined> {
  return ask('route53:GetHealthCheck', `get health check ${id}`, () =>
    unlessMissing(async () => {
      const { HealthCheck } = await route53(account).send(new GetHealthCheckCommand({ HealthCheckId: id }));
      return readSettings(HealthCheck?.HealthCheckConfig);
    }),
  );
}

/** What each of Route 53's checkers says of its last request; `undefined`: there is no such health check. */
export async function listCheckReports(
  account: DnsAccount,
  id: string,
): Promise<readonly string[] | undefined> {
  return ask('route53:GetHealthCheckStatus', `get the status of health check ${id}`, () =>
    unlessMissing(async () => {
      const { HealthCheckObservations = [] } = await route53(account).send(
        new GetHealthCheckStatusCommand({ HealthCheckId: id }),
      );
      return HealthCheckObservations.map(({ StatusReport }) => StatusReport?.Status ?? '');
    }),
  );
}

async function unlessMissing<T>(asked: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked();
  } catch (cause) {
    if (isHealthCheckMissing(cause)) return undefined;
    throw cause;
  }
}

function readSettings(config: HealthCheckConfig | undefined): CheckSettings {
  return {
    host: config?.IPAddress === undefined ? config?.FullyQualifiedDomainName : undefined,
    type: config?.Type ?? '',
    isInverted: config?.Inverted === true,
    isDisabled: config?.Disabled === true,
  };
}
