import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { ActionError } from '../errors.ts';
import { clientOf } from './clients.ts';
import { ask, askPages } from './failures.ts';

const cloudWatch = () => clientOf(CloudWatchClient);

export type Alarm = {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly reason: string | undefined;
};

/** Alarms that do not exist are missing from the answer. A request takes a hundred names. */
export async function describeAlarms(names: readonly string[]): Promise<readonly Alarm[]> {
  if (names.length === 0) return [];
  const answer = await ask('cloudwatch:DescribeAlarms', `describe alarms ${names.join(', ')}`, () =>
    cloudWatch().send(
      // Without the types, composite alarms are left out.
      new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    ),
  );
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].map((seen) => ({
    name: seen.AlarmName ?? '',
    state: seen.StateValue ?? 'INSUFFICIENT_DATA',
    reason: seen.StateReason,
  }));
}

export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Datapoint = { readonly at: number; readonly value: number };

/** Sums per period, oldest first, in the order of the metrics. Periods without data are left out. */
export async function readSums(options: {
  readonly metrics: readonly Metric[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
}): Promise<readonly (readonly Datapoint[])[]> {
  const { metrics, from, to, periodSeconds } = options;
  const series: Datapoint[][] = metrics.map(() => []);
  const pages = paginateGetMetricData(
    { client: cloudWatch() },
    {
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: metrics.map((metric, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: metric.namespace,
            MetricName: metric.name,
            Dimensions: dimensionsOf(metric),
          },
          Period: periodSeconds,
          Stat: 'Sum',
        },
      })),
    },
  );
  for await (const page of askPages('cloudwatch:GetMetricData', 'read the metrics', pages)) {
    for (const result of page.MetricDataResults ?? []) {
      if (result.StatusCode === 'InternalError' || result.StatusCode === 'Forbidden') {
        throw new ActionError(
          'aws-unavailable',
          `CloudWatch could not give the metrics: ${result.StatusCode}`,
        );
      }
      const points = series[Number(result.Id?.slice(1))];
      result.Timestamps?.forEach((timestamp, index) => {
        points?.push({ at: timestamp.getTime(), value: result.Values?.[index] ?? 0 });
      });
    }
  }
  return series;
}

/**
 * Whether CloudWatch knows a metric of exactly these dimensions; it lists what had data within two weeks. A wrong
 * dimension gives no error anywhere, only silence that looks like "no requests".
 */
export async function isMetricKnown(metric: Metric): Promise<boolean> {
  const answer = await ask('cloudwatch:ListMetrics', `look for metric ${metric.name}`, () =>
    cloudWatch().send(
      new ListMetricsCommand({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: dimensionsOf(metric),
      }),
    ),
  );
  const wanted = Object.keys(metric.dimensions).length;
  return (answer.Metrics ?? []).some(({ Dimensions }) => Dimensions?.length === wanted);
}

function dimensionsOf({ dimensions }: Metric): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
