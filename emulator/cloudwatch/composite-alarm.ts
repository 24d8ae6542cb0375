import type { AlarmState } from './alarm.ts';
import { type Input, optionalBoolean, optionalText, requiredText, texts, validationError } from './input.ts';

/** An alarm over other alarms: in ALARM while its rule is true of their states. */
export type CompositeAlarm = {
  readonly name: string;
  readonly arn: string;
  /** As DescribeAlarms shows it. */
  readonly shown: Input;
  readonly rule: Rule;
  readonly configuredAt: Date;
  state: AlarmState;
  reason: string;
  stateAt: Date;
};

/** Asked for the state of another alarm by its name; a name that no alarm has is in none. */
type StateOf = (name: string) => AlarmState | undefined;
type Rule = (stateOf: StateOf) => boolean;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export function readCompositeAlarm(
  input: Input,
  at: { readonly arn: string; readonly now: Date },
): CompositeAlarm {
  const text = requiredText(input, 'AlarmRule');
  return {
    name: requiredText(input, 'AlarmName'),
    arn: at.arn,
    rule: parseRule(text),
    configuredAt: at.now,
    shown: {
      AlarmRule: text,
      AlarmDescription: optionalText(input, 'AlarmDescription'),
      ActionsEnabled: optionalBoolean(input, 'ActionsEnabled') ?? true,
      OKActions: texts(input, 'OKActions'),
      AlarmActions: texts(input, 'AlarmActions'),
      InsufficientDataActions: texts(input, 'InsufficientDataActions'),
    },
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    stateAt: at.now,
  };
}

const TOKEN = /"[^"]*"|[()]|[^\s()"]+/g;
const STATE_FUNCTIONS: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

/** `ALARM("one") AND (NOT OK(two) OR TRUE)`; NOT binds tightest, then AND. */
function parseRule(text: string): Rule {
  const tokens = text.match(TOKEN) ?? [];
  let position = 0;
  const wrong = (): Error => validationError(`AlarmRule must be a valid rule expression: ${text}`);
  const take = (wanted?: string): string => {
    const token = tokens[position];
    position += 1;
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw wrong();
    return token;
  };
  const parsePrimary = (): Rule => {
    const token = take();
    if (token === '(') {
      const inner = parseOr();
      take(')');
      return inner;
    }
    if (token === 'NOT') {
      const inner = parsePrimary();
      return (stateOf) => !inner(stateOf);
    }
    if (token === 'TRUE' || token === 'FALSE') return () => token === 'TRUE';
    if (!STATE_FUNCTIONS.includes(token)) throw wrong();
    take('(');
    const name = take()
      .replace(/^"|"$/g, '')
      .replace(/^arn:.*:alarm:/, '');
    take(')');
    return (stateOf) => stateOf(name) === token;
  };
  const parseAnd = (): Rule => {
    let left = parsePrimary();
    while (tokens[position] === 'AND') {
      take();
      const [one, other] = [left, parsePrimary()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  };
  const parseOr = (): Rule => {
    let left = parseAnd();
    while (tokens[position] === 'OR') {
      take();
      const [one, other] = [left, parseAnd()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  };
  const rule = parseOr();
  if (position < tokens.length) throw wrong();
  return rule;
}

/** What the states of the others say now; a composite alarm may look at composite alarms. */
export function judgeComposite(alarm: CompositeAlarm, stateOf: StateOf) {
  const isAlarm = alarm.rule(stateOf);
  const text = String(alarm.shown['AlarmRule']);
  return {
    state: isAlarm ? ('ALARM' as const) : ('OK' as const),
    reason: `Alarm rule "${text}" evaluates to ${isAlarm ? 'ALARM' : 'OK'}`,
  };
}
