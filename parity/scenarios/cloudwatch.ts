import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Scenario } from '../scenario.ts';

const metric = { Namespace: 'Parity', MetricName: 'Errors', Dimensions: [{ Name: 'Service', Value: 'web' }] };
const alarm = {
  ...metric,
  AlarmName: 'parity-errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
} as const;

export const alarms: Scenario = {
  name: 'cloudwatch-alarms',
  run: async ({ cloudwatch, step }) => {
    const { AlarmName } = alarm;
    await step('make an alarm', () => cloudwatch.send(new PutMetricAlarmCommand(alarm)));
    await step('read it', () => cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] })));
    await step('read one that is not there', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['none'] })),
    );
    await step('make a second one', () =>
      cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName: 'parity-more' })),
    );
    const first = await step('list the first by prefix', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'parity', MaxRecords: 1 })),
    );
    await step('list what follows', () =>
      cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: 'parity', MaxRecords: 1, NextToken: first?.NextToken }),
      ),
    );
    await step('names and prefix at once', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName], AlarmNamePrefix: 'parity' })),
    );
    await step('say that it is in alarm', () =>
      cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName,
          StateValue: 'ALARM',
          StateReason: 'parity',
          StateReasonData: '{}',
        }),
      ),
    );
    await step('list what is in alarm', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' })),
    );
    await step('say it of one that is not there', () =>
      cloudwatch.send(
        new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'ALARM', StateReason: 'parity' }),
      ),
    );
    await step('put it again', () => cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, Threshold: 6 })));
    await step('read what is left of its state', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] })),
    );
    await step('an alarm of alarms', () =>
      cloudwatch.send(
        new PutCompositeAlarmCommand({ AlarmName: 'parity-both', AlarmRule: `ALARM("${AlarmName}")` }),
      ),
    );
    await step('metric alarms are asked for alone', () =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['parity-both'] })),
    );
    await step('alarms of alarms are asked for by name', () =>
      cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: ['parity-both'], AlarmTypes: ['CompositeAlarm'] }),
      ),
    );
    await step('delete one', () => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['parity-more'] })));
    await step('delete one that is not there', () =>
      cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['none'] })),
    );
  },
};

const MINUTE_MS = 60_000;

export const metrics: Scenario = {
  name: 'cloudwatch-metrics',
  run: async ({ cloudwatch, step }) => {
    const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
    const at = (minutes: number): Date => new Date(minute + minutes * MINUTE_MS);
    const data = [
      [0, 3],
      [0, 4],
      [2, 5],
    ].map(([minutes = 0, Value]) => ({ ...metric, Namespace: undefined, Timestamp: at(minutes), Value }));
    await step('write', () =>
      cloudwatch.send(new PutMetricDataCommand({ Namespace: metric.Namespace, MetricData: data })),
    );
    await step('find the metric', () => cloudwatch.send(new ListMetricsCommand({ Namespace: 'Parity' })));
    await step('find none', () => cloudwatch.send(new ListMetricsCommand({ Namespace: 'None' })));
    const range = { StartTime: at(0), EndTime: at(5) };
    const query = (Id: string, Stat: string) => ({ Id, MetricStat: { Metric: metric, Period: 60, Stat } });
    await step('sums by the minute', () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          ...range,
          ScanBy: 'TimestampAscending',
          MetricDataQueries: [query('m', 'Sum')],
        }),
      ),
    );
    await step('newest first', () =>
      cloudwatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [query('m', 'Average')] })),
    );
    await step('a metric that is not there', () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [
            { Id: 'm', MetricStat: { Metric: { ...metric, MetricName: 'None' }, Period: 60, Stat: 'Sum' } },
          ],
        }),
      ),
    );
    await step('an id with a capital letter', () =>
      cloudwatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [query('M', 'Sum')] })),
    );
    await step('a range that ends before it starts', () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: at(5),
          EndTime: at(0),
          MetricDataQueries: [query('m', 'Sum')],
        }),
      ),
    );
    await step('statistics', () =>
      cloudwatch.send(
        new GetMetricStatisticsCommand({ ...metric, ...range, Period: 300, Statistics: ['Sum', 'Maximum'] }),
      ),
    );
  },
};
