import { CloudWatchClient, paginateDescribeAlarms, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { ActionError } from '../errors.ts';
import { clientOf } from './clients.ts';
import { askPages } from './failures.ts';

const cloudWatch = () => clientOf(CloudWatchClient);

export type Alarm = {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`; `missing`: there is no such alarm. */
  readonly state: string;
  readonly reason: string | undefined;
};

/** A request takes so many names, and a page has as many alarms (CloudWatch API reference, DescribeAlarms). */
const alarmsPerRequest = 100;

/** Every alarm that is asked for, in that order: those that do not exist are missing from AWS's answer, but not from this. */
export async function describeAlarms(names: readonly string[]): Promise<readonly Alarm[]> {
  const seen = new Map<string, Alarm>();
  for (let start = 0; start < names.length; start += alarmsPerRequest) {
    const asked = names.slice(start, start + alarmsPerRequest);
    const pages = paginateDescribeAlarms(
      { client: cloudWatch() },
      {
        AlarmNames: asked,
        // Without the types, composite alarms are left out.
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: alarmsPerRequest,
      },
    );
    const doing = `describe alarms ${asked.join(', ')}`;
    for await (const page of askPages('cloudwatch:DescribeAlarms', doing, pages)) {
      for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
        const name = alarm.AlarmName ?? '';
        seen.set(name, { name, state: alarm.StateValue ?? 'INSUFFICIENT_DATA', reason: alarm.StateReason });
      }
    }
  }
  return names.map((name) => seen.get(name) ?? { name, state: 'missing', reason: undefined });
}

export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Datapoint = { readonly at: number; readonly value: number };

/**
 * Sums per period, oldest first, in the order of the metrics. Periods without data are left out. Figures that CloudWatch
 * does not give whole are an error: what is missing would look like silence.
 */
export async function readSums(options: {
  readonly metrics: readonly Metric[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
}): Promise<readonly (readonly Datapoint[])[]> {
  const { metrics, from, to, periodSeconds } = options;
  const series: Datapoint[][] = metrics.map(() => []);
  const statuses = new Map<number, string | undefined>();
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
            Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: periodSeconds,
          Stat: 'Sum',
        },
      })),
    },
  );
  for await (const page of askPages('cloudwatch:GetMetricData', 'read the metrics', pages)) {
    for (const { Id, StatusCode, Timestamps = [], Values } of page.MetricDataResults ?? []) {
      const index = Number(Id?.slice(1));
      // `PartialData` until the last page that has some of it.
      statuses.set(index, StatusCode);
      for (const [at, timestamp] of Timestamps.entries())
        series[index]?.push({ at: timestamp.getTime(), value: Values?.[at] ?? 0 });
    }
  }
  for (const [index, { name }] of metrics.entries()) {
    if (statuses.get(index) === 'Complete') continue;
    throw new ActionError(
      'aws-unavailable',
      `CloudWatch gave no whole figures of metric ${name}: ${statuses.get(index) ?? 'it is not in the answer'}`,
    );
  }
  return series;
}
