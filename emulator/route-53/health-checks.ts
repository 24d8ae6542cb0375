import { isDeepStrictEqual } from 'node:util';
import { AwsError, type Operation } from '../world.ts';
import { reportsOf } from './health-checkers.ts';
import { readObject, requireText } from './invalid-input.ts';
import type { HealthCheck, Hosting } from './state.ts';

/** Health checks exist, so that record sets can name one. Their verdict is what a test sets, not what a request finds. */
export function healthCheckOperations(hosting: Hosting): Record<string, Operation> {
  const find = (input: Record<string, unknown>): HealthCheck => {
    const id = requireText(input, 'HealthCheckId');
    const check = hosting.healthChecks.get(id);
    if (!check) throw noSuchHealthCheck(id);
    return check;
  };
  return {
    CreateHealthCheck: (input) => {
      const callerReference = requireText(input, 'CallerReference');
      const config = readConfig(readObject(input, 'HealthCheckConfig') ?? {});
      const known = [...hosting.healthChecks.values()].find((one) => one.callerReference === callerReference);
      if (known !== undefined && !isDeepStrictEqual(known.config, config)) {
        throw new AwsError(
          'HealthCheckAlreadyExists',
          'A health check with the same caller reference and other settings exists already.',
          409,
        );
      }
      const check = known ?? { id: hosting.ids.uuid(), callerReference, config, failing: 0 };
      hosting.healthChecks.set(check.id, check);
      return {
        HealthCheck: describe(check),
        Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}`,
      };
    },
    GetHealthCheck: (input) => ({ HealthCheck: describe(find(input)) }),
    GetHealthCheckStatus: (input) => ({ HealthCheckObservations: reportsOf(find(input), hosting.clock) }),
    DeleteHealthCheck: (input) => {
      hosting.healthChecks.delete(find(input).id);
      return {};
    },
  };
}

const FLAGS = ['MeasureLatency', 'Inverted', 'Disabled', 'EnableSNI'];
const NUMBERS = ['Port', 'RequestInterval', 'FailureThreshold', 'HealthThreshold'];

/** All is text in XML. */
function readConfig(given: Record<string, unknown>): object {
  const members = Object.entries(given).map(([name, value]) => {
    if (FLAGS.includes(name)) return [name, String(value) === 'true'];
    return [name, NUMBERS.includes(name) ? Number(value) : value];
  });
  return Object.fromEntries(members);
}

export const noSuchHealthCheck = (id: string): AwsError =>
  new AwsError('NoSuchHealthCheck', `No health check exists with the ID ${id}`, 404);

function describe({ id, callerReference, config }: HealthCheck) {
  return { Id: id, CallerReference: callerReference, HealthCheckConfig: config, HealthCheckVersion: 1 };
}
