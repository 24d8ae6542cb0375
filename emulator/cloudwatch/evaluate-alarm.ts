import { type Alarm, type AlarmState, comparisonOf } from './alarm.ts';
import { pointsOf } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';
import { align } from './statistics.ts';

export type Verdict = { readonly state: AlarmState; readonly reason: string };

/** CloudWatch fetches some periods more than it evaluates, to make up for missing ones; how many more it does not say. */
const FURTHER_PERIODS = 2;

/**
 * What the newest whole periods say.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function judgeAlarm(store: MetricStore, alarm: Alarm): Verdict {
  const { evaluationPeriods, datapointsToAlarm, missing } = alarm;
  const values = newestValues(store, alarm);
  const absent = evaluationPeriods - values.length;
  const breaching = values.filter((value) => comparisonOf(alarm).holds(value, alarm.threshold)).length;
  const kept = { state: alarm.state, reason: alarm.reason };
  if (values.length === 0 && missing === 'missing') {
    return { state: 'INSUFFICIENT_DATA', reason: insufficient(alarm) };
  }
  // What is not there counts against the alarm, for it, or makes do with fewer points.
  const counted = breaching + (missing === 'breaching' ? absent : 0);
  const needed = missing === 'missing' ? Math.min(datapointsToAlarm, values.length) : datapointsToAlarm;
  const isAlarm = counted >= needed;
  if (missing === 'ignore' && absent > 0 && !isAlarm) return kept;
  return { state: isAlarm ? 'ALARM' : 'OK', reason: crossed(alarm, { values, counted, isAlarm }) };
}

function newestValues(store: MetricStore, alarm: Alarm): readonly number[] {
  const query = alarm.queries.find(({ id }) => id === alarm.watched);
  if (!query) return [];
  const complete = alarm.queries.map((one) =>
    store.completeUntil(one.kind === 'metric' ? one.series.namespace : ''),
  );
  const end = align(Math.min(...complete), query.periodSeconds);
  const start = end - (alarm.evaluationPeriods + FURTHER_PERIODS) * query.periodSeconds * 1000;
  return [...pointsOf(store, alarm.queries, { query, start, end }).values()].slice(-alarm.evaluationPeriods);
}

function crossed(
  alarm: Alarm,
  found: { readonly values: readonly number[]; readonly counted: number; readonly isAlarm: boolean },
): string {
  const { evaluationPeriods, datapointsToAlarm, threshold } = alarm;
  const count = found.isAlarm ? found.counted : evaluationPeriods - found.counted;
  const shown = `[${found.values.join(', ')}]`;
  const verb = count === 1 ? 'was' : 'were';
  return (
    `Threshold Crossed: ${count} out of the last ${evaluationPeriods} datapoints ${shown} ${verb} ` +
    `${found.isAlarm ? '' : 'not '}${comparisonOf(alarm).words} the threshold (${threshold}) ` +
    `(minimum ${datapointsToAlarm} datapoint${datapointsToAlarm === 1 ? '' : 's'} for OK -> ALARM transition).`
  );
}

const insufficient = ({ evaluationPeriods }: Alarm): string =>
  `Insufficient Data: ${evaluationPeriods} datapoint${evaluationPeriods === 1 ? ' was' : 's were'} unknown.`;
