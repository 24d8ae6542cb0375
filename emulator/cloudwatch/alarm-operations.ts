import type { ArnMaker } from '../arn.ts';
import { AwsError, type Clock, type Operation } from '../world.ts';
import { type Alarm, type AlarmState, readAlarm } from './alarm.ts';
import { type CompositeAlarm, judgeComposite, readCompositeAlarm } from './composite-alarm.ts';
import { judgeAlarm } from './evaluate-alarm.ts';
import {
  type Input,
  invalidValue,
  optionalNumber,
  optionalText,
  page,
  requiredText,
  texts,
  validationError,
} from './input.ts';
import type { MetricStore } from './metric-store.ts';

const MOST_RECORDS = 100;
const USUAL_RECORDS = 50;
const MOST_NAMES = 100;
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

export type Alarms = {
  readonly clock: Clock;
  readonly arn: ArnMaker;
  readonly byName: Map<string, Alarm>;
  readonly composites: Map<string, CompositeAlarm>;
  /** Alarms a test keeps in a state, whatever their metric says. */
  readonly held: Map<string, AlarmState>;
};

export function alarmOperations(store: MetricStore, alarms: Alarms): Record<string, Operation> {
  return {
    PutMetricAlarm: (input) => {
      putAlarm(store, alarms, input);
      return {};
    },
    PutCompositeAlarm: (input) => {
      putComposite(alarms, input);
      return {};
    },
    DescribeAlarms: (input) => describeAlarms(alarms, input),
    /** For a moment only: the next evaluation puts the state back to what the metric says. */
    SetAlarmState: (input) => {
      const name = requiredText(input, 'AlarmName');
      const alarm = findAlarm(alarms, name);
      if (!alarm) throw new AwsError('ResourceNotFound', `Could not find an alarm with name ${name}.`, 404);
      setState(alarms, alarm, {
        state: readState(requiredText(input, 'StateValue')),
        reason: requiredText(input, 'StateReason'),
      });
      return {};
    },
    DeleteAlarms: (input) => {
      const names = texts(input, 'AlarmNames');
      const unknown = names.filter((name) => !findAlarm(alarms, name));
      if (unknown.length > 0) {
        throw new AwsError('ResourceNotFound', `Alarm(s) not found: ${unknown.join(', ')}`, 404);
      }
      for (const name of names) {
        alarms.byName.delete(name);
        alarms.composites.delete(name);
      }
      return {};
    },
  };
}

export const findAlarm = (alarms: Alarms, name: string): Alarm | CompositeAlarm | undefined =>
  alarms.byName.get(name) ?? alarms.composites.get(name);

/** Changing an alarm keeps its state until it is evaluated. */
function putAlarm(store: MetricStore, alarms: Alarms, input: Input): void {
  const name = requiredText(input, 'AlarmName');
  const now = new Date(alarms.clock.now());
  const alarm = readAlarm(input, { arn: alarms.arn('cloudwatch', `alarm:${name}`), now });
  const before = alarms.byName.get(name);
  // A statistic or an expression that cannot be evaluated is the caller's mistake now, and nobody's in a minute.
  judgeAlarm(store, alarm);
  alarms.byName.set(name, { ...alarm, ...stateOf(before) });
}

function putComposite(alarms: Alarms, input: Input): void {
  const name = requiredText(input, 'AlarmName');
  const now = new Date(alarms.clock.now());
  const alarm = readCompositeAlarm(input, { arn: alarms.arn('cloudwatch', `alarm:${name}`), now });
  alarms.composites.set(name, { ...alarm, ...stateOf(alarms.composites.get(name)) });
}

const stateOf = (alarm: Alarm | CompositeAlarm | undefined) =>
  alarm && { state: alarm.state, reason: alarm.reason, stateAt: alarm.stateAt };

/** Minute by minute: first those that watch metrics, then those that watch them. */
export function judgeAlarms(store: MetricStore, alarms: Alarms): void {
  for (const alarm of alarms.byName.values()) {
    if (!alarms.held.has(alarm.name)) setState(alarms, alarm, judgeAlarm(store, alarm));
  }
  judgeComposites(alarms);
}

/** A composite alarm follows the others at once. */
export function judgeComposites(alarms: Alarms): void {
  for (const alarm of alarms.composites.values()) {
    if (alarms.held.has(alarm.name)) continue;
    setState(
      alarms,
      alarm,
      judgeComposite(alarm, (name) => findAlarm(alarms, name)?.state),
    );
  }
}

function setState(
  { clock }: Pick<Alarms, 'clock'>,
  alarm: Alarm | CompositeAlarm,
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
  if (names.length > MOST_NAMES)
    throw validationError(
      `Value for parameter AlarmNames must have length less than or equal to ${MOST_NAMES}.`,
    );
  const size = optionalNumber(input, 'MaxRecords') ?? USUAL_RECORDS;
  if (size < 1 || size > MOST_RECORDS)
    throw validationError(`MaxRecords must be between 1 and ${MOST_RECORDS}.`);
  judgeComposites(alarms);
  const state = optionalText(input, 'StateValue');
  const given = texts(input, 'AlarmTypes');
  const types = given.length > 0 ? given : ['MetricAlarm'];
  const all = [
    ...(types.includes('CompositeAlarm') ? alarms.composites.values() : []),
    ...(types.includes('MetricAlarm') ? alarms.byName.values() : []),
  ];
  const wanted = all
    .filter(
      (alarm) =>
        (names.length === 0 || names.includes(alarm.name)) &&
        (prefix === undefined || alarm.name.startsWith(prefix)) &&
        (state === undefined || alarm.state === state),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, next } = page(wanted, input, size);
  return {
    CompositeAlarms: items.filter((alarm) => 'rule' in alarm).map(describeAlarm),
    MetricAlarms: items.filter((alarm) => !('rule' in alarm)).map(describeAlarm),
    ...next,
  };
}

export function describeAlarm(alarm: Alarm | CompositeAlarm) {
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
