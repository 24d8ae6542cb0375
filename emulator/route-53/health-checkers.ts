import { AwsError, type Clock } from '../world.ts';
import type { HealthCheck } from './state.ts';

/** Whom a health check has asked for it when it names none itself (API reference, `HealthCheckConfig`). */
const REGIONS = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
];
const CHECKERS_IN_A_REGION = 2;
/** More must be content: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const LEAST_PERCENT = 18;

type Config = {
  readonly Type?: string;
  readonly Regions?: readonly string[];
  readonly Inverted?: boolean;
  readonly Disabled?: boolean;
};
type Checker = { readonly region: string; readonly address: string };

export function checkersOf({ config }: Pick<HealthCheck, 'config'>): readonly Checker[] {
  const { Regions } = config as Config;
  const regions = Regions === undefined || Regions.length === 0 ? REGIONS : Regions;
  return regions.flatMap((region, index) =>
    Array.from({ length: CHECKERS_IN_A_REGION }, (_, number) => ({
      region,
      address: `192.0.2.${index * CHECKERS_IN_A_REGION + number + 1}`,
    })),
  );
}

/** Of those that monitor an endpoint: what the checkers say, unless nobody asks them, and then turned round if so wished. */
export function isHealthy(check: HealthCheck): boolean {
  const { Disabled, Inverted } = check.config as Config;
  const count = checkersOf(check).length;
  const isContent =
    Disabled === true ||
    check.failing === 'no report yet' ||
    (100 * (count - check.failing)) / count > LEAST_PERCENT;
  return Inverted === true ? !isContent : isContent;
}

/** What each checker found last. */
export function reportsOf(check: HealthCheck, clock: Clock) {
  const { Type, Disabled } = check.config as Config;
  if (Type === 'CALCULATED') {
    throw new AwsError('InvalidInput', 'The status of a calculated health check cannot be asked for.');
  }
  const { failing } = check;
  if (failing === 'no report yet' || Disabled === true) return [];
  return checkersOf(check).map(({ region, address }, index) => ({
    Region: region,
    IPAddress: address,
    StatusReport: {
      Status:
        index < failing
          ? 'Failure: HTTP Status Code 503, Service Unavailable. Resolved IP: 127.0.0.2'
          : 'Success: HTTP Status Code 200, OK. Resolved IP: 127.0.0.2',
      CheckedTime: new Date(clock.now()),
    },
  }));
}
