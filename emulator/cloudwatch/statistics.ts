import { invalidValue } from './input.ts';
import { type MetricStore, MINUTE_MS, type Minute, type SeriesId } from './metric-store.ts';

/** Value by the time its period began. A period without data has none. */
export type Points = ReadonlyMap<number, number>;

export type Range = { readonly start: number; readonly end: number; readonly periodSeconds: number };

type Statistic = (minutes: readonly Minute[]) => number;

const STATISTICS: Readonly<Record<string, Statistic>> = {
  Sum: (minutes) => total(minutes, 'sum'),
  SampleCount: (minutes) => total(minutes, 'count'),
  Average: (minutes) => total(minutes, 'sum') / Math.max(1, total(minutes, 'count')),
  Minimum: (minutes) => Math.min(...minutes.map(({ min }) => min)),
  Maximum: (minutes) => Math.max(...minutes.map(({ max }) => max)),
};

/**
 * The statistic of each period of the range. Periods are aligned to the clock; those of GetMetricStatistics begin with the
 * range's start, `origin`: with an hour from 23:18 on, the points of the AWS CLI's example are at 11:18 and 20:18.
 * https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/get-metric-statistics.html
 */
export function statisticOf(
  store: MetricStore,
  id: SeriesId,
  query: Range & { readonly stat: string; readonly origin?: number },
): Points {
  const { origin = 0 } = query;
  const periodOf = (at: number): number => origin + align(at - origin, query.periodSeconds);
  const statistic = findStatistic(query.stat);
  const series = store.find(id);
  if (!series) return new Map();
  const minutes = [...series.minutes].filter(
    ([at]) => at >= periodOf(query.start) && at < query.end && store.hasArrived(id.namespace, at),
  );
  const periods = Map.groupBy(minutes, ([at]) => periodOf(at));
  const points = [...periods].map(([at, members]): [number, number] => [
    at,
    statistic(members.map(([, minute]) => minute)),
  ]);
  return new Map(points.sort(([one], [other]) => one - other));
}

/** Start of the period that a time lies in. */
export const align = (at: number, periodSeconds: number): number =>
  Math.floor(at / (periodSeconds * 1000)) * periodSeconds * 1000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html: 60 s or a multiple of it here. */
export function checkPeriod(periodSeconds: number): number {
  if (periodSeconds >= 60 && periodSeconds % 60 === 0) return periodSeconds;
  if ([1, 5, 10, 20, 30].includes(periodSeconds)) return MINUTE_MS / 1000;
  throw invalidValue('The value for parameter Period must be a multiple of 60.');
}

function findStatistic(name: string): Statistic {
  const known = STATISTICS[name];
  if (known) return known;
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name) ?? [];
  if (percent === undefined) throw invalidValue(`The value ${name} for parameter Stat is not supported.`);
  return (minutes) =>
    percentile(
      minutes.flatMap(({ samples }) => samples),
      Number(percent),
    );
}

function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const index = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.max(0, index)] ?? 0;
}

const total = (minutes: readonly Minute[], member: 'sum' | 'count'): number =>
  minutes.reduce((sum, minute) => sum + minute[member], 0);
