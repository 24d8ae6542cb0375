import {
  type Input,
  invalidValue,
  optionalBoolean,
  optionalNumber,
  optionalText,
  readDimensions,
  requiredNumber,
  requiredText,
  structures,
  texts,
  validationError,
} from './input.ts';
import { type MetricQuery, readQueries } from './metric-query.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const COMPARISONS = {
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    holds: (one: number, other: number) => one >= other,
  },
  GreaterThanThreshold: { words: 'greater than', holds: (one: number, other: number) => one > other },
  LessThanThreshold: { words: 'less than', holds: (one: number, other: number) => one < other },
  LessThanOrEqualToThreshold: {
    words: 'less than or equal to',
    holds: (one: number, other: number) => one <= other,
  },
} as const;

const MISSING = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

export type Alarm = {
  readonly name: string;
  readonly arn: string;
  /** As DescribeAlarms shows it. */
  readonly shown: Input;
  readonly queries: readonly MetricQuery[];
  /** Which of the queries is compared. */
  readonly watched: string;
  readonly comparison: keyof typeof COMPARISONS;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missing: (typeof MISSING)[number];
  readonly configuredAt: Date;
  state: AlarmState;
  reason: string;
  stateAt: Date;
};

export const comparisonOf = ({ comparison }: Pick<Alarm, 'comparison'>) => COMPARISONS[comparison];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export function readAlarm(input: Input, at: { readonly arn: string; readonly now: Date }): Alarm {
  const name = requiredText(input, 'AlarmName');
  const operator = requiredText(input, 'ComparisonOperator');
  const comparison = keysOf(COMPARISONS).find((known) => known === operator);
  if (!comparison) throw invalidValue(`The emulator does not model the comparison operator ${operator}.`);
  const evaluationPeriods = requiredNumber(input, 'EvaluationPeriods');
  const datapointsToAlarm = optionalNumber(input, 'DatapointsToAlarm') ?? evaluationPeriods;
  if (datapointsToAlarm > evaluationPeriods) {
    throw validationError('DatapointsToAlarm must not be greater than EvaluationPeriods.');
  }
  const treatment = optionalText(input, 'TreatMissingData') ?? 'missing';
  const missing = MISSING.find((known) => known === treatment);
  if (!missing) throw validationError(`TreatMissingData must be one of ${MISSING.join(', ')}.`);
  const threshold = requiredNumber(input, 'Threshold');
  const { queries, shown } = readWatched(input);
  const returned = queries.filter(({ returnData }) => returnData);
  const [watched, ...others] = returned;
  if (!watched || others.length > 0)
    throw validationError('Exactly one element of the metrics list should return data.');
  return {
    name,
    arn: at.arn,
    queries,
    watched: watched.id,
    comparison,
    threshold,
    evaluationPeriods,
    datapointsToAlarm,
    missing,
    configuredAt: at.now,
    shown: {
      ...shown,
      AlarmDescription: optionalText(input, 'AlarmDescription'),
      ActionsEnabled: optionalBoolean(input, 'ActionsEnabled') ?? true,
      OKActions: texts(input, 'OKActions'),
      AlarmActions: texts(input, 'AlarmActions'),
      InsufficientDataActions: texts(input, 'InsufficientDataActions'),
      EvaluationPeriods: evaluationPeriods,
      DatapointsToAlarm: optionalNumber(input, 'DatapointsToAlarm'),
      Threshold: threshold,
      ComparisonOperator: comparison,
      TreatMissingData: optionalText(input, 'TreatMissingData'),
    },
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    stateAt: at.now,
  };
}

/** An alarm watches one metric, or an expression over several. */
function readWatched(input: Input): { readonly queries: readonly MetricQuery[]; readonly shown: Input } {
  if (structures(input, 'Metrics').length > 0) {
    return { queries: readQueries(input, 'Metrics'), shown: { Metrics: input['Metrics'] } };
  }
  const shown = {
    MetricName: requiredText(input, 'MetricName'),
    Namespace: requiredText(input, 'Namespace'),
    Statistic: optionalText(input, 'Statistic'),
    ExtendedStatistic: optionalText(input, 'ExtendedStatistic'),
    Dimensions: Object.entries(readDimensions(input)).map(([Name, Value]) => ({ Name, Value })),
    Period: requiredNumber(input, 'Period'),
    Unit: optionalText(input, 'Unit'),
  };
  const stat = shown.Statistic ?? shown.ExtendedStatistic;
  if (stat === undefined) throw validationError('Either Statistic or ExtendedStatistic must be given.');
  const { MetricName, Namespace, Dimensions, Period } = shown;
  const query = {
    Id: 'm1',
    MetricStat: { Metric: { MetricName, Namespace, Dimensions }, Period, Stat: stat },
  };
  return { queries: readQueries({ Metrics: [query] }, 'Metrics'), shown };
}

const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] =>
  Object.keys(table) as Key[];
