import {
  type Input,
  optionalBoolean,
  optionalNumber,
  optionalStructure,
  optionalText,
  readDimensions,
  requiredNumber,
  requiredText,
  structures,
  validationError,
} from './input.ts';
import { isSeries, type MathContext, type MathValue } from './math-functions.ts';
import { evaluateExpression } from './metric-math.ts';
import type { MetricStore, SeriesId } from './metric-store.ts';
import { align, checkPeriod, type Points, type Range, statisticOf } from './statistics.ts';

export type MetricQuery = {
  readonly id: string;
  readonly label: string;
  readonly returnData: boolean;
  readonly periodSeconds: number;
} & (
  | { readonly kind: 'metric'; readonly series: SeriesId; readonly stat: string }
  | { readonly kind: 'expression'; readonly expression: string }
);

const ID = /^[a-z][a-zA-Z0-9_]{0,254}$/;
const DEFAULT_PERIOD = 60;

/** `MetricDataQueries` of GetMetricData, `Metrics` of an alarm. */
export function readQueries(input: Input, name: string): readonly MetricQuery[] {
  const queries = structures(input, name).map(readQuery);
  const repeated = queries.find(({ id }, index) => queries.findIndex((other) => other.id === id) !== index);
  if (repeated) throw validationError(`The values for parameter id in ${name} are not unique.`);
  return queries;
}

function readQuery(given: Input): MetricQuery {
  const id = requiredText(given, 'Id');
  if (!ID.test(id))
    throw validationError(
      `The value ${id} for parameter Id is not valid: it must start with a lowercase letter.`,
    );
  const stat = optionalStructure(given, 'MetricStat');
  const expression = optionalText(given, 'Expression');
  if ((stat === undefined) === (expression === undefined)) {
    throw validationError('Exactly one of MetricStat and Expression must be given in a MetricDataQuery.');
  }
  const shared = { id, returnData: optionalBoolean(given, 'ReturnData') ?? true };
  const label = optionalText(given, 'Label');
  if (!stat) {
    const periodSeconds = checkPeriod(optionalNumber(given, 'Period') ?? DEFAULT_PERIOD);
    return { ...shared, kind: 'expression', label: label ?? id, periodSeconds, expression: expression ?? '' };
  }
  const metric = optionalStructure(stat, 'Metric') ?? {};
  const name = requiredText(metric, 'MetricName');
  return {
    ...shared,
    kind: 'metric',
    label: label ?? name,
    periodSeconds: checkPeriod(requiredNumber(stat, 'Period')),
    series: { namespace: requiredText(metric, 'Namespace'), name, dimensions: readDimensions(metric) },
    stat: requiredText(stat, 'Stat'),
  };
}

/** The points of one of the queries, which may refer to the others. */
export function pointsOf(
  store: MetricStore,
  queries: readonly MetricQuery[],
  of: { readonly query: MetricQuery; readonly start: number; readonly end: number },
): Points {
  const { query, start, end } = of;
  const value = resolve(store, queries, { query, start, end, asked: [] });
  if (isSeries(value)) return value;
  // A number stands for itself in every period.
  if (typeof value !== 'number')
    throw validationError(`The expression of ${query.id} does not give a single time series.`);
  return new Map(timesOf({ start, end, periodSeconds: query.periodSeconds }).map((at) => [at, value]));
}

function resolve(
  store: MetricStore,
  queries: readonly MetricQuery[],
  of: {
    readonly query: MetricQuery;
    readonly start: number;
    readonly end: number;
    readonly asked: readonly string[];
  },
): MathValue {
  const { query, start, end } = of;
  if (of.asked.includes(query.id)) throw validationError(`The expression of ${query.id} refers to itself.`);
  const range = { start, end, periodSeconds: query.periodSeconds };
  if (query.kind === 'metric') return statisticOf(store, query.series, { ...range, stat: query.stat });
  const next = (other: MetricQuery): MathValue =>
    resolve(store, queries, { query: other, start, end, asked: [...of.asked, query.id] });
  const context: MathContext = {
    find: (id) => {
      const other = queries.find((one) => one.id === id);
      if (!other)
        throw validationError(`Error in expression '${query.expression}': unknown identifier ${id}`);
      return next(other);
    },
    word: (word) => ({ word }),
    metrics: () => queries.filter(({ kind }) => kind === 'metric').map(next),
    times: timesOf(range),
  };
  return evaluateExpression(query.expression, context);
}

function timesOf({ start, end, periodSeconds }: Range): number[] {
  const times: number[] = [];
  for (let at = align(start, periodSeconds); at < end; at += periodSeconds * 1000) times.push(at);
  return times;
}
