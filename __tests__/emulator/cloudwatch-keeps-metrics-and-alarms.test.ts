import {
  type AlarmType,
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  PutCompositeAlarmCommand,
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

test('periods of GetMetricStatistics begin with the start of the range, not with the clock', async () => {
  const fiveMinutes = 300_000;
  const aMinutePast = Math.floor(Date.now() / fiveMinutes) * fiveMinutes - 3 * fiveMinutes + 60_000;
  const minute = (after: number) => new Date(aMinutePast + after * 60_000);
  for (const [after, Value] of [
    [0, 3],
    [3, 4],
    [4, 5],
    [5, 6],
  ] as const) {
    const data = [{ MetricName: 'Aligned', Value, Timestamp: minute(after) }];
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: data }));
  }
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      StartTime: minute(0),
      EndTime: minute(10),
      Namespace: 'Shop',
      MetricName: 'Aligned',
      Period: 300,
      Statistics: ['Sum'],
    }),
  );
  expect(Datapoints?.map(({ Sum }) => Sum)).toEqual([12, 6]);
});

test("AWS's own figures come as late as they are told to, others at once", async () => {
  part.control({ lateSeconds: 180 });
  const dimensions = { LoadBalancer: 'app/late/1' };
  part.metrics.add({
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCount',
    dimensions,
    value: 1,
    unit: 'Count',
  });
  await put('Prompt', 1);
  const seen = async () => {
    const own = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' };
    const Dimensions = [{ Name: 'LoadBalancer', Value: 'app/late/1' }];
    const results = await data([
      { Id: 'own', MetricStat: { Metric: { ...own, Dimensions }, Period: 60, Stat: 'Sum' } },
      query('other', 'Prompt'),
    ]);
    return results.map(({ Values }) => Values);
  };
  await part.clock.advance(170);
  expect(await seen()).toEqual([[], [1]]);
  // At most a minute until the one of the request is over, and three more.
  await part.clock.advance(75);
  expect(await seen()).toEqual([[1], [1]]);
  part.control({ lateSeconds: 60 });
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
    { StartTime: new Date(1_000_000), EndTime: new Date(999_000) },
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
  await expect(data(queries, more)).rejects.toMatchObject({
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

test('a metric without data for two weeks is not listed, and its data can be had', async () => {
  const listed = async (RecentlyActive?: 'PT3H') => {
    const command = new ListMetricsCommand({ Namespace: 'Shop', MetricName: 'Old', RecentlyActive });
    return (await cloudwatch.send(command)).Metrics?.length;
  };
  const age = (days: number) => days * 86_400;
  const point = { Namespace: 'Shop', MetricName: 'Old', value: 7 };
  part.control({ points: [{ ...point, secondsAgo: age(14.1) }] });
  expect(await listed()).toBe(0);
  const [old] = await data([query('o', 'Old')], { StartTime: new Date(Date.now() - 1000 * age(15)) });
  expect(old?.Values).toEqual([7]);
  part.control({ points: [{ ...point, secondsAgo: age(13.9) }] });
  expect(await listed()).toBe(1);
  expect(await listed('PT3H')).toBe(0);
});

test('what goes wrong in virtual time ends nothing', async () => {
  const failed = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  let wasReached = false;
  part.clock.after(1, () => {
    throw new Error('a bug in a timed action');
  });
  part.clock.after(2, () => {
    wasReached = true;
  });
  await part.clock.advance(3);
  expect(wasReached).toBe(true);
  expect(failed).toHaveBeenCalledWith(expect.stringContaining('a bug in a timed action'));
  failed.mockRestore();
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

  test.each<[string, Partial<PutMetricAlarmCommandInput>, string]>([
    ['Median', { Statistic: 'Median' as never }, 'The value Median for parameter Stat is not supported'],
    ['tm90', { Statistic: undefined, ExtendedStatistic: 'tm90' }, 'The value tm90'],
    ['PR(100:200)', { Statistic: undefined, ExtendedStatistic: 'PR(100:200)' }, 'The value PR(100:200)'],
    [
      'RATE()',
      {
        ...{ Statistic: undefined, Namespace: undefined, MetricName: undefined, Period: undefined },
        Metrics: [
          query('m', 'Errors', { ReturnData: false }),
          { Id: 'e', Expression: 'RATE(m)', ReturnData: true },
        ],
      },
      'does not model the metric math function RATE',
    ],
  ])('over %s is refused when it is made, and nothing is there', async (name, change, message) => {
    const input = { ...alarm, AlarmName: name, ...change };
    await expect(cloudwatch.send(new PutMetricAlarmCommand(input))).rejects.toThrow(message);
    expect(await state(name)).toBeUndefined();
    await part.clock.advance(120);
  });

  test('comes in pages, and no more than a hundred are asked for by name', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
    for (const AlarmName of names) await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName }));
    const asked = names.slice(0, 100);
    const first = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: asked }));
    expect(first.MetricAlarms).toHaveLength(50);
    const rest = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: asked, NextToken: first.NextToken }),
    );
    expect(rest.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(asked.slice(50));
    expect(rest.NextToken).toBeUndefined();
    const byPrefix = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'many-', MaxRecords: 100 }),
    );
    expect(byPrefix.MetricAlarms).toHaveLength(100);
    expect(byPrefix.NextToken).toBeDefined();
    await expect(cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: names }))).rejects.toThrow(
      'must have length less than or equal to 100',
    );
  });

  test('may be composed of others, which it follows at once; it is shown when its type is asked for', async () => {
    const rule = 'ALARM("one") AND NOT (ALARM(two) OR FALSE)';
    for (const AlarmName of ['one', 'two'])
      await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName }));
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'both', AlarmRule: rule }));
    const describe = (AlarmTypes?: AlarmType[]) =>
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['one', 'both'], AlarmTypes }));
    expect(await describe()).toMatchObject({ CompositeAlarms: [], MetricAlarms: [{ AlarmName: 'one' }] });
    const composite = async () => {
      const { CompositeAlarms = [], MetricAlarms = [] } = await describe(['CompositeAlarm', 'MetricAlarm']);
      expect(MetricAlarms).toHaveLength(1);
      expect(CompositeAlarms).toMatchObject([{ AlarmName: 'both', AlarmRule: rule }]);
      return CompositeAlarms[0]?.StateValue;
    };
    expect(await composite()).toBe('OK');
    part.control({ holdAlarms: { one: 'ALARM' } });
    expect(await composite()).toBe('ALARM');
    part.control({ holdAlarms: { two: 'ALARM' } });
    expect(await composite()).toBe('OK');
    await expect(
      cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'odd', AlarmRule: 'ALARM(one' })),
    ).rejects.toThrow('AlarmRule must be a valid rule expression');
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['both'] }));
    expect((await describe(['CompositeAlarm'])).CompositeAlarms).toEqual([]);
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
