import type { RunningClock } from '../clock.ts';
import type { Operation } from '../world.ts';
import {
  type Input,
  invalidValue,
  optionalNumber,
  optionalStructure,
  optionalText,
  optionalTime,
  page,
  readDimensions,
  requiredNumber,
  requiredText,
  requiredTime,
  structures,
  texts,
  validationError,
} from './input.ts';
import { pointsOf, readQueries } from './metric-query.ts';
import type { MetricStore, Series } from './metric-store.ts';
import { align, checkPeriod, statisticOf } from './statistics.ts';
import { type TimeRange, virtualRange } from './time-range.ts';

const METRICS_PER_PAGE = 500;
const MOST_QUERIES = 500;
const MINUTE = 60;
const MOST_DATAPOINTS = 1440;
const TWO_WEEKS_MS = 14 * 24 * 3_600_000;
const THREE_HOURS_MS = 3 * 3_600_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html (metrics) */
export function metricOperations(clock: RunningClock, store: MetricStore): Record<string, Operation> {
  return {
    GetMetricData: (input) => getMetricData(clock, store, input),
    GetMetricStatistics: (input) => getMetricStatistics(clock, store, input),
    ListMetrics: (input) => listMetrics(clock, store, input),
    PutMetricData: (input) => {
      putMetricData(clock, store, input);
      return {};
    },
  };
}

function getMetricData(clock: RunningClock, store: MetricStore, input: Input) {
  const queries = readQueries(input, 'MetricDataQueries');
  if (queries.length === 0 || queries.length > MOST_QUERIES) {
    throw validationError(`The number of MetricDataQueries must be between 1 and ${MOST_QUERIES}.`);
  }
  const range = virtualRange(clock, readRange(input));
  const ascending = optionalText(input, 'ScanBy') === 'TimestampAscending';
  const results = queries
    .filter(({ returnData }) => returnData)
    .map((query) => {
      const points = [...pointsOf(store, queries, { query, ...range })];
      if (!ascending) points.reverse();
      return {
        Id: query.id,
        Label: query.label,
        Timestamps: points.map(([at]) => new Date(at)),
        Values: points.map(([, value]) => value),
        StatusCode: 'Complete',
      };
    });
  return { MetricDataResults: results, Messages: [] };
}

function getMetricStatistics(clock: RunningClock, store: MetricStore, input: Input) {
  const id = {
    namespace: requiredText(input, 'Namespace'),
    name: requiredText(input, 'MetricName'),
    dimensions: readDimensions(input),
  };
  const asked = readRange(input);
  const range = virtualRange(clock, asked);
  const periodSeconds = checkPeriod(requiredNumber(input, 'Period'));
  if ((asked.end - asked.start) / (periodSeconds * 1000) > MOST_DATAPOINTS) {
    throw invalidValue(
      `You have requested up to ${Math.ceil((asked.end - asked.start) / (periodSeconds * 1000))} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}.`,
    );
  }
  const basic = texts(input, 'Statistics');
  const extended = texts(input, 'ExtendedStatistics');
  if (basic.length + extended.length === 0) {
    throw invalidValue('At least one of the parameters Statistics and ExtendedStatistics must be given.');
  }
  const columns = [...basic, ...extended].map((stat) => ({
    stat,
    points: statisticOf(store, id, { ...range, periodSeconds, stat, origin: align(range.start, MINUTE) }),
  }));
  const times = [...(columns[0]?.points.keys() ?? [])];
  const valuesAt = (at: number, wanted: readonly string[]) =>
    Object.fromEntries(
      columns.filter(({ stat }) => wanted.includes(stat)).map(({ stat, points }) => [stat, points.get(at)]),
    );
  return {
    Label: id.name,
    Datapoints: times.map((at) => ({
      Timestamp: new Date(at),
      ...valuesAt(at, basic),
      ...(extended.length > 0 && { ExtendedStatistics: valuesAt(at, extended) }),
      Unit: store.find(id)?.unit ?? 'None',
    })),
  };
}

function readRange(input: Input): TimeRange {
  const start = requiredTime(input, 'StartTime');
  const end = requiredTime(input, 'EndTime');
  if (start >= end) throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  return { start, end };
}

/**
 * Only whole sets of dimensions name a metric; a filter may name some of them. Metrics without data for two weeks are not
 * listed, though their data can be had.
 */
function listMetrics(clock: RunningClock, store: MetricStore, input: Input) {
  const namespace = optionalText(input, 'Namespace');
  const name = optionalText(input, 'MetricName');
  const filters = structures(input, 'Dimensions').map((filter) => ({
    name: requiredText(filter, 'Name'),
    value: optionalText(filter, 'Value'),
  }));
  const since =
    clock.now() - (optionalText(input, 'RecentlyActive') === 'PT3H' ? THREE_HOURS_MS : TWO_WEEKS_MS);
  const matches = (series: Series): boolean =>
    [...series.minutes.keys()].some((at) => at >= since) &&
    (namespace === undefined || series.namespace === namespace) &&
    (name === undefined || series.name === name) &&
    filters.every((filter) => {
      const value = series.dimensions[filter.name];
      return value !== undefined && (filter.value === undefined || filter.value === value);
    });
  const { items, next } = page(store.all().filter(matches), input, METRICS_PER_PAGE);
  const metrics = items.map((series) => ({
    Namespace: series.namespace,
    MetricName: series.name,
    Dimensions: Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value })),
  }));
  return { Metrics: metrics, ...next };
}

function putMetricData(clock: RunningClock, store: MetricStore, input: Input): void {
  const namespace = requiredText(input, 'Namespace');
  if (namespace.startsWith('AWS/')) {
    throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  }
  for (const datum of structures(input, 'MetricData')) {
    const id = { namespace, name: requiredText(datum, 'MetricName'), dimensions: readDimensions(datum) };
    const given = optionalTime(datum, 'Timestamp');
    const at = given === undefined ? clock.now() : clock.momentOf(given);
    const unit = optionalText(datum, 'Unit') ?? 'None';
    for (const point of readValues(datum)) store.put(id, { at, unit, ...point });
  }
}

function readValues(datum: Input) {
  const set = optionalStructure(datum, 'StatisticValues');
  if (set) {
    return [
      {
        sum: requiredNumber(set, 'Sum'),
        count: requiredNumber(set, 'SampleCount'),
        min: requiredNumber(set, 'Minimum'),
        max: requiredNumber(set, 'Maximum'),
      },
    ];
  }
  const single = optionalNumber(datum, 'Value');
  const values = single === undefined ? texts(datum, 'Values').map(Number) : [single];
  const counts = texts(datum, 'Counts').map(Number);
  return values.map((value, index) => {
    const count = counts[index] ?? 1;
    return { sum: value * count, count, min: value, max: value };
  });
}
