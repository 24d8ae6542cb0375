import type { AppRunnerService } from '../../aws/app-runner.ts';
import type { Ingress } from '../../aws/ingress.ts';
import { isMetricKnown, type Metric, readSums } from '../../aws/metrics.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type {
  BlueQuiet,
  CountedRequests,
  MeasuredShare,
  ObservedBlue,
  ObservedGreen,
} from '../model/observed.ts';

/**
 * Requests of the service, those to App Runner's own host included. The two dimensions only work together; with one of
 * them CloudWatch silently finds nothing.
 */
function blueRequests({ name, id }: AppRunnerService): Metric {
  return {
    namespace: 'AWS/AppRunner',
    name: 'Requests',
    dimensions: { ServiceName: name, ServiceID: id },
  };
}

/**
 * Of green's own target groups, as the load balancer's metrics mix all services behind it; of both, as they alternate
 * with each deployment.
 */
function perTargetGroup({ loadBalancerArn, targetGroupArns }: Ingress, name: string): readonly Metric[] {
  return targetGroupArns.map((arn) => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: {
      LoadBalancer: loadBalancerArn.split(':loadbalancer/').at(-1) ?? '',
      TargetGroup: arn.slice(arn.lastIndexOf(':') + 1),
    },
  }));
}

const greenRequests = (ingress: Ingress) => perTargetGroup(ingress, 'RequestCount');

/** What the tasks answered with 5xx, and what found no task to answer it. */
const greenErrors = (ingress: Ingress) => [
  ...perTargetGroup(ingress, 'HTTPCode_Target_5XX_Count'),
  ...perTargetGroup(ingress, 'TargetConnectionErrorCount'),
];

const hourMs = 3_600_000;

/**
 * Nothing remembers when the weights were changed last, but blue's own metric tells how long it has been quiet, which is
 * what the time is for.
 */
export async function observeQuiet(
  { finalize }: ShiftInputs,
  { service }: ObservedBlue,
  now: number,
): Promise<BlueQuiet> {
  if (service === undefined) return { kind: 'unknown', because: 'apprunner-service was not given' };
  const metric = blueRequests(service);
  try {
    const [isKnown, [hours = []]] = await Promise.all([
      isMetricKnown(metric),
      readSums({ metrics: [metric], from: now - finalize.holdHours * hourMs, to: now, periodSeconds: 3600 }),
    ]);
    if (!isKnown) {
      return {
        kind: 'unknown',
        because: `CloudWatch has no metric Requests of App Runner service ${service.name}`,
      };
    }
    const busy = hours.findLast(({ value }) => value > finalize.quietRequests);
    return busy === undefined ? { kind: 'quiet' } : { kind: 'busy', requests: busy.value, hour: busy.at };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unknown', because: error.message };
  }
}

const shareWindowMs = 15 * 60_000;

/** How the requests of the last quarter of an hour were shared between the sides. */
export async function measureShare(
  blue: AppRunnerService,
  green: Ingress,
  now: number,
): Promise<MeasuredShare> {
  try {
    const { first, second } = await sumUp(
      [blueRequests(blue)],
      greenRequests(green),
      now - shareWindowMs,
      now,
    );
    return { blueRequests: first, greenRequests: second };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}

/** What green was asked since then, and how often it failed. */
export async function countGreenRequests(
  { ingress }: ObservedGreen,
  since: number,
  now: number,
): Promise<CountedRequests> {
  const { first, second } = await sumUp(greenRequests(ingress), greenErrors(ingress), since, now);
  return { requests: first, errors: second };
}

/** The totals of two groups of metrics, in one request. */
async function sumUp(first: readonly Metric[], second: readonly Metric[], from: number, to: number) {
  const series = await readSums({ metrics: [...first, ...second], from, to, periodSeconds: 60 });
  const total = (parts: typeof series) => parts.flat().reduce((sum, { value }) => sum + value, 0);
  return { first: total(series.slice(0, first.length)), second: total(series.slice(first.length)) };
}
