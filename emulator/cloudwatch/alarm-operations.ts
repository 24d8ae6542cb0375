import type { ArnMaker } from '../arn.ts';
import { AwsError, type Clock, type Operation } from '../world.ts';
import { type Alarm, type AlarmState, readAlarm } from './alarm.ts';
import {
  type Input,
  invalidValue,
  optionalNumber,
  optionalText,
  page,
  requiredText,
  texts,
} from './input.ts';

const MOST_RECORDS = 100;
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

export type Alarms = {
  readonly clock: Clock;
  readonly arn: ArnMaker;
  readonly byName: Map<string, Alarm>;
  /** Alarms a test keeps in a state, whatever their metric says. */
  readonly held: Map<string, AlarmState>;
};

export function alarmOperations(alarms: Alarms): Record<string, Operation> {
  return {
    PutMetricAlarm: (input) => {
      putAlarm(alarms, input);
      return {};
    },
    DescribeAlarms: (input) => describeAlarms(alarms, input),
    /** For a moment only: the next evaluation puts the state back to what the metric says. */
    SetAlarmState: (input) => {
      const name = requiredText(input, 'AlarmName');
      const alarm = alarms.byName.get(name);
      if (!alarm) throw new AwsError('ResourceNotFound', `Could not find an alarm with name ${name}.`, 404);
      setState(alarms, alarm, {
        state: readState(requiredText(input, 'StateValue')),
        reason: requiredText(input, 'StateReason'),
      });
      return {};
    },
    DeleteAlarms: (input) => {
      const names = texts(input, 'AlarmNames');
      const unknown = names.filter((name) => !alarms.byName.has(name));
      if (unknown.length > 0) {
        throw new AwsError('ResourceNotFound', `Alarm(s) not found: ${unknown.join(', ')}`, 404);
      }
      for (const name of names) alarms.byName.delete(name);
      return {};
    },
  };
}

/** Changing an alarm keeps its state until it is evaluated. */
function putAlarm(alarms: Alarms, input: Input): Alarm {
  const name = requiredText(input, 'AlarmName');
  const now = new Date(alarms.clock.now());
  const alarm = readAlarm(input, { arn: alarms.arn('cloudwatch', `alarm:${name}`), now });
  const before = alarms.byName.get(name);
  const kept = before
    ? { ...alarm, state: before.state, reason: before.reason, stateAt: before.stateAt }
    : alarm;
  alarms.byName.set(name, kept);
  return kept;
}

export function setState(
  { clock }: Pick<Alarms, 'clock'>,
  alarm: Alarm,
  to: { readonly state: AlarmState; readonly reason: string },
): void {
  if (alarm.state !== to.state) alarm.stateAt = new Date(clock.now());
  alarm.state = to.state;
  alarm.reason = to.reason;
}

export function readState(text: string): AlarmState {
  const found = STATES.find((state) => state === text);
  if (found) return found;
  throw invalidValue(`The value ${text} for parameter StateValue must be one of ${STATES.join(', ')}.`);
}

/** Names that no alarm has are left out without a word: a typo looks like an alarm that is fine. */
function describeAlarms(alarms: Alarms, input: Input) {
  const names = texts(input, 'AlarmNames');
  const prefix = optionalText(input, 'AlarmNamePrefix');
  if (names.length > 0 && prefix !== undefined) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'AlarmNames and AlarmNamePrefix cannot be used together.',
    );
  }
  const state = optionalText(input, 'StateValue');
  const types = texts(input, 'AlarmTypes');
  const wanted = [...alarms.byName.values()]
    .filter(
      (alarm) =>
        (types.length === 0 || types.includes('MetricAlarm')) &&
        (names.length === 0 || names.includes(alarm.name)) &&
        (prefix === undefined || alarm.name.startsWith(prefix)) &&
        (state === undefined || alarm.state === state),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const size = Math.min(optionalNumber(input, 'MaxRecords') ?? MOST_RECORDS, MOST_RECORDS);
  const { items, next } = page(wanted, input, size);
  return { CompositeAlarms: [], MetricAlarms: items.map(describeAlarm), ...next };
}

export function describeAlarm(alarm: Alarm) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...alarm.shown,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: alarm.stateAt,
    StateTransitionedTimestamp: alarm.stateAt,
  };
}
