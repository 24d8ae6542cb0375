import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type CloudwatchPart, startCloudwatch } from '../helpers/emulated-cloudwatch.ts';

let part: CloudwatchPart;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  part = await startCloudwatch();
  cloudwatch = new CloudWatchClient(part.client);
});
afterAll(() => part.close());

const range = () => ({ StartTime: new Date(Date.now() - 1_800_000), EndTime: new Date() });

const query = (Id: string, MetricName: string, more: Partial<MetricDataQuery> = {}): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' },
  ...more,
});

async function data(MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) {
  const input = { ...range(), MetricDataQueries, ...more };
  return (await cloudwatch.send(new GetMetricDataCommand(input))).MetricDataResults ?? [];
}

const put = (MetricName: string, ...values: number[]) =>
  cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: values.map((Value) => ({ MetricName, Value, Unit: 'Count' })),
    }),
  );

test('values of a minute are put together, minutes without values are missing', async () => {
  await put('Orders', 1, 2, 6);
  await part.clock.advance(180);
  await put('Orders', 5);
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...range(),
      Namespace: 'Shop',
      MetricName: 'Orders',
      Period: 60,
      Statistics: ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount'],
      ExtendedStatistics: ['p50'],
    }),
  );
  expect(Datapoints).toHaveLength(2);
  expect(Datapoints[0]).toMatchObject({
    Sum: 9,
    Average: 3,
    Maximum: 6,
    Minimum: 1,
    SampleCount: 3,
    ExtendedStatistics: { p50: 2 },
    Unit: 'Count',
  });
  expect((await data([query('o', 'Orders')]))[0]?.Values).toEqual([5, 9]);
  expect((await data([query('o', 'Orders')], { ScanBy: 'TimestampAscending' }))[0]?.Values).toEqual([9, 5]);
});

test('metric math has arithmetic, FILL, IF and sums of lists', async () => {
  await put('Good', 8);
  await put('Bad', 2);
  const math = (Id: string, Expression: string): MetricDataQuery => ({ Id, Expression });
  const results = await data([
    query('good', 'Good', { ReturnData: false }),
    query('bad', 'Bad', { ReturnData: false }),
    query('none', 'Never', { ReturnData: false }),
    math('share', '100 * bad / (good + bad)'),
    math('all', 'SUM(METRICS())'),
    math('listed', 'SUM([good, bad]) - 1'),
    math('filled', 'MAX(FILL(none, 0) + 3)'),
    math('chosen', 'IF(bad > 1 AND good != 0, good ^ 2, 0)'),
    math('lacking', 'good + none'),
  ]);
  const byId = Object.fromEntries(results.map(({ Id, Values }) => [Id, Values?.[0]]));
  expect(byId).toEqual({ share: 20, all: 10, listed: 9, filled: 3, chosen: 64, lacking: undefined });
});

test.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, string]>([
  [
    'a range that ends before it starts',
    [query('a', 'A')],
    { StartTime: new Date() },
    'StartTime must be less than',
  ],
  ['an id with a capital', [query('A', 'A')], {}, 'must start with a lowercase letter'],
  [
    'a function that is not modelled',
    [{ Id: 'a', Expression: 'RATE(b)' }],
    {},
    'does not model the metric math function RATE',
  ],
  ['an unknown id', [{ Id: 'a', Expression: 'b + 1' }], {}, 'unknown identifier b'],
  ['nonsense', [{ Id: 'a', Expression: '1 + * 2 §' }], {}, 'Syntax error'],
])('%s is refused', async (_, queries, more, message) => {
  await expect(data(queries, { EndTime: new Date(Date.now() - 1000), ...more })).rejects.toMatchObject({
    // What this SDK makes of the wire's ValidationError.
    name: 'ValidationException',
    message: expect.stringContaining(message),
  });
});

test('a client that asks for what came since it began gets what came in that virtual time', async () => {
  await put('Since', 1);
  await part.clock.advance(120);
  const StartTime = new Date();
  await part.clock.advance(600);
  await put('Since', 2);
  await part.clock.advance(60);
  const [since] = await data([query('s', 'Since')], { StartTime, EndTime: new Date(Date.now() + 1) });
  expect(since?.Values).toEqual([2]);
});

test('a client that asks for some minutes to come, as many scripts do, gets all up to the present', async () => {
  const StartTime = new Date();
  await part.clock.advance(3600);
  await put('Ahead', 3);
  await part.clock.advance(120);
  const EndTime = new Date(Date.now() + 300_000);
  const [ahead] = await data([query('a', 'Ahead')], { StartTime, EndTime });
  expect(ahead?.Values).toEqual([3]);
  await part.clock.advance(3600);
  const [late] = await data([query('a', 'Ahead')], { StartTime: new Date(), EndTime });
  expect(late?.Values).toEqual([]);
});

test('metrics are listed by their whole sets of dimensions', async () => {
  const Dimensions = [
    { Name: 'ServiceName', Value: 'web' },
    { Name: 'ServiceID', Value: '1' },
  ];
  part.metrics.add({
    namespace: 'AWS/AppRunner',
    name: 'Requests',
    dimensions: { ServiceName: 'web', ServiceID: '1' },
    value: 1,
    unit: 'Count',
  });
  const list = async (Name: string, Value?: string) =>
    (
      await cloudwatch.send(
        new ListMetricsCommand({ Namespace: 'AWS/AppRunner', Dimensions: [{ Name, Value }] }),
      )
    ).Metrics;
  expect(await list('ServiceName')).toEqual([
    { Namespace: 'AWS/AppRunner', MetricName: 'Requests', Dimensions },
  ]);
  expect(await list('ServiceName', 'other')).toEqual([]);
  const stat = (given: typeof Dimensions) => ({
    Metric: { Namespace: 'AWS/AppRunner', MetricName: 'Requests', Dimensions: given },
    Period: 60,
    Stat: 'Sum',
  });
  await part.clock.advance(121);
  const [one, both] = await data([
    { Id: 'one', MetricStat: stat(Dimensions.slice(0, 1)) },
    { Id: 'both', MetricStat: stat(Dimensions) },
  ]);
  expect(one?.Values).toEqual([]);
  expect(both?.Values).toEqual([1]);
});

describe('an alarm', () => {
  const alarm: PutMetricAlarmCommandInput = {
    AlarmName: 'errors',
    Namespace: 'Shop',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
  };
  const state = async (name = 'errors') => {
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms[0]?.StateValue;
  };

  test('follows its metric minute by minute', async () => {
    await cloudwatch.send(new PutMetricAlarmCommand(alarm));
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await put('Errors', 9);
    await part.clock.advance(60);
    await put('Errors', 9);
    await part.clock.advance(120);
    expect(await state()).toBe('ALARM');
    for (let minute = 0; minute < 3; minute += 1) {
      await put('Errors', 0);
      await part.clock.advance(60);
    }
    expect(await state()).toBe('OK');
    await part.clock.advance(600);
    expect(await state()).toBe('INSUFFICIENT_DATA');
  });

  test.each<[PutMetricAlarmCommandInput['TreatMissingData'] & string, string]>([
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
    ['ignore', 'INSUFFICIENT_DATA'],
  ])('that treats missing data as %s is %s without any', async (TreatMissingData, expected) => {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...alarm,
        AlarmName: TreatMissingData,
        MetricName: 'Nothing',
        TreatMissingData,
      }),
    );
    await part.clock.advance(61);
    expect(await state(TreatMissingData)).toBe(expected);
  });

  test('keeps a state that was set for a moment, and one that is held for good', async () => {
    const set = { AlarmName: 'errors', StateValue: 'ALARM' as const, StateReason: 'a drill' };
    await cloudwatch.send(new SetAlarmStateCommand(set));
    expect(await state()).toBe('ALARM');
    await part.clock.advance(61);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    part.control({ holdAlarms: { errors: 'ALARM' } });
    await part.clock.advance(300);
    expect(await state()).toBe('ALARM');
    part.control({ holdAlarms: { errors: null } });
    await part.clock.advance(61);
    expect(await state()).toBe('INSUFFICIENT_DATA');
  });

  test('that does not exist is left out of a description and refused elsewhere', async () => {
    expect(await state('typo')).toBeUndefined();
    await expect(
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'typo', StateValue: 'OK', StateReason: 'x' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await expect(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['typo'] }))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});
