import type { AppRunnerService } from '../../aws/app-runner.ts';
import type { Ingress } from '../../aws/ingress.ts';
import { type Datapoint, type Metric, readSums } from '../../aws/metrics.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { CountedRequests, MeasuredShare } from '../model/measured.ts';
import type { BlueQuiet, ObservedBlue, ObservedGreen } from '../model/observed.ts';
import { probesSentTo } from './probe.ts';
import { countVisitors, type Watch } from './visitors.ts';

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
function perTargetGroup(ingress: Ingress, name: string): readonly Metric[] {
  // The sum of no metrics would be no requests, and no errors.
  if (ingress.targetGroupArns.length === 0)
    throw new ActionError(
      'inconclusive',
      'ECS names no target group of green, so its requests cannot be counted',
    );
  const metric = ofBalancer(ingress, name);
  return ingress.targetGroupArns.map((arn) => ({
    ...metric,
    dimensions: { ...metric.dimensions, TargetGroup: arn.slice(arn.lastIndexOf(':') + 1) },
  }));
}

function ofBalancer({ loadBalancerArn }: Ingress, name: string): Metric {
  return {
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: loadBalancerArn.split(':loadbalancer/').at(-1) ?? '' },
  };
}

const greenRequests = (ingress: Ingress) => perTargetGroup(ingress, 'RequestCount');

const answersOf = (family: 2 | 3 | 4 | 5) => `HTTPCode_Target_${family}XX_Count`;

const hourMs = 3_600_000;

/** So long CloudWatch keeps values of an hour (CloudWatch guide, "Metrics retention"). */
const retentionMs = 455 * 24 * hourMs;

/**
 * Nothing remembers when the weights were changed last, but blue's own metric tells how long it has been quiet, which is
 * what the time is for. A wrong dimension gives no error anywhere, only silence: of a blue that was never asked anything,
 * nobody can tell that it is quiet. ListMetrics would not do, as it forgets what was idle for two weeks.
 */
export async function observeQuiet(
  { finalize }: ShiftInputs,
  { service }: ObservedBlue,
  now: number,
): Promise<BlueQuiet> {
  if (service === undefined) return { kind: 'unknown', because: 'apprunner-service was not given' };
  const metric = blueRequests(service);
  const read = (from: number) => readSums({ metrics: [metric], from, to: now, periodSeconds: hourMs / 1000 });
  try {
    const [[ever = []], [hours = []]] = await Promise.all([
      read(now - retentionMs),
      read(now - finalize.holdHours * hourMs),
    ]);
    if (ever.length === 0) {
      return {
        kind: 'unknown',
        because: `CloudWatch has no request to App Runner service ${service.name}, however long ago`,
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

/**
 * How the requests of the last quarter of an hour were shared between the sides. A job asks this before it sends probes,
 * so that none of them is among the requests; those of earlier jobs are, and no metric tells them apart.
 */
export async function measureShare(
  blue: AppRunnerService,
  green: Ingress,
  { now, least }: { readonly now: number; readonly least: number },
): Promise<MeasuredShare> {
  try {
    const asked = await readGroups(
      { blue: [blueRequests(blue)], green: greenRequests(green) },
      now - shareWindowMs,
      now,
    );
    return { blueRequests: total(asked.blue), greenRequests: total(asked.green), least };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}

/** What visitors asked of green since a watch began, and how often that failed. */
export async function countGreenRequests(
  { ingress, balancer }: ObservedGreen,
  watch: Watch,
  now: number,
): Promise<CountedRequests> {
  const families = ([2, 3, 4, 5] as const).map(answersOf);
  const figures = await readGroups(
    {
      requests: greenRequests(ingress),
      answers: families.flatMap((name) => perTargetGroup(ingress, name)),
      errors: perTargetGroup(ingress, answersOf(5)),
      balancerErrors: [ofBalancer(ingress, 'HTTPCode_ELB_5XX_Count')],
    },
    watch.startedAt,
    now,
  );
  return countVisitors(figures, probesSentTo(balancer.dnsName), watch);
}

/** The values of groups of metrics, a minute each, in one request. */
async function readGroups<Name extends string>(
  groups: Readonly<Record<Name, readonly Metric[]>>,
  from: number,
  to: number,
): Promise<Readonly<Record<Name, readonly Datapoint[]>>> {
  const names = Object.keys(groups) as Name[];
  const metrics = names.flatMap((name) => groups[name]);
  const series = await readSums({ metrics, from, to, periodSeconds: 60 });
  const read = {} as Record<Name, readonly Datapoint[]>;
  let start = 0;
  for (const name of names) {
    const end = start + groups[name].length;
    read[name] = series.slice(start, end).flat();
    start = end;
  }
  return read;
}

function total(points: readonly Datapoint[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}
