import { arnMaker } from '../arn.ts';
import type { RunningClock } from '../clock.ts';
import type { Control } from '../control/control-plane.ts';
import type { AwsService, MetricSink, QueryCode } from '../world.ts';
import { type Alarms, alarmOperations, judgeAlarms } from './alarm-operations.ts';
import { cloudwatchControl } from './control.ts';
import { refuse } from './input.ts';
import { metricOperations } from './metric-operations.ts';
import { createMetricStore } from './metric-store.ts';

const MINUTE = 60;
/** AWS's own metrics are whole about a minute after they ended; with less, the newest minute looks like a quiet one. */
const LATE_SECONDS = 60;

/** CloudWatch: `metrics` for the parts that measure, `services` for clients, one for each protocol it is spoken by. */
export function createCloudwatch(options: {
  readonly clock: RunningClock;
  readonly region: string;
  readonly accountId: string;
}): { readonly metrics: MetricSink; readonly services: readonly AwsService[]; readonly control: Control } {
  const { clock, region, accountId } = options;
  const settings = { lateSeconds: LATE_SECONDS };
  const store = createMetricStore(clock, settings);
  const alarms: Alarms = {
    clock,
    arn: arnMaker(region, accountId),
    byName: new Map(),
    composites: new Map(),
    held: new Map(),
  };
  clock.every(MINUTE, () => judgeAlarms(store, alarms));
  const operations = { ...metricOperations(clock, store), ...alarmOperations(store, alarms) };
  const shape = 'GraniteServiceVersion20100801';
  const protocols: readonly AwsService['protocol'][] = [
    { kind: 'json', targetPrefix: shape, version: '1.0', queryCode },
    { kind: 'cbor', serviceShape: shape, queryCode },
    {
      kind: 'query',
      apiVersion: '2010-08-01',
      xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      queryCode,
    },
  ];
  return {
    metrics: store,
    services: protocols.map((protocol) => ({ name: 'cloudwatch', protocol, operations, refuse })),
    control: cloudwatchControl(store, alarms, settings),
  };
}

const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
};

const queryCode: QueryCode = (code) => QUERY_CODES[code] ?? code;
