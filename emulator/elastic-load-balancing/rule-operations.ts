import {
  optionalInteger,
  optionalStructure,
  optionalStructures,
  optionalTexts,
  requiredText,
} from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { findListener, findRule, findTargetGroup } from './lookup.ts';
import { readOpenCondition } from './open-condition.ts';
import { renderListener, renderRule } from './render.ts';
import { createRule, deleteRule, setDefaultForward, setForward } from './rules.ts';
import type { Balancing, Forward, Rule } from './state.ts';

/** Not adjustable, counted over all conditions of the rule: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const VALUES_PER_RULE = 5;
const TARGET_GROUPS_PER_ACTION = 5;
const HEAVIEST = 999;
const LAST_PRIORITY = 50_000;

type Input = Record<string, unknown>;

export const ruleOperations = (balancing: Balancing): Record<string, Operation> => ({
  /** Somebody's own rule. Express leaves it alone, whatever it forwards to. */
  CreateRule: (input) => {
    const { listener } = findListener(balancing, requiredText(input, 'ListenerArn'));
    refuse(input, ['Transforms']);
    const priority = optionalInteger(input, 'Priority', { least: 1, most: LAST_PRIORITY });
    if (priority === undefined) throw new AwsError('ValidationError', 'A rule priority must be specified');
    const match = readConditions(optionalStructures(input, 'Conditions') ?? []);
    const forward = readForward(balancing, optionalStructures(input, 'Actions') ?? []);
    if ([...listener.rules.values()].some((rule) => rule.priority === priority)) {
      throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
    }
    const arn = createRule(balancing, { listenerArn: listener.arn, priority, forward, ...match });
    const { rule } = findRule(balancing, arn);
    return { Rules: rule ? [renderRule(rule)] : [] };
  },

  DeleteRule: (input) => {
    const { rule } = findRule(balancing, requiredText(input, 'RuleArn'));
    if (!rule) throw new AwsError('OperationNotPermitted', 'Default rules cannot be deleted');
    deleteRule(balancing, rule.arn);
    return {};
  },

  /** "Any properties that you do not specify are unchanged"; a list that is sent replaces the whole list. */
  ModifyRule: (input) => {
    const { rule } = findRule(balancing, requiredText(input, 'RuleArn'));
    if (!rule) throw new AwsError('OperationNotPermitted', 'Default rules cannot be modified');
    refuse(input, ['Transforms', 'ResetTransforms']);
    const conditions = optionalStructures(input, 'Conditions');
    const actions = optionalStructures(input, 'Actions');
    // Both are read before either is applied: a refused call changes nothing.
    const match = conditions && readConditions(conditions);
    const forward = actions && readForward(balancing, actions);
    if (match) Object.assign(rule, match);
    if (forward) setForward(balancing, rule, forward);
    return { Rules: [renderRule(rule)] };
  },
});

export const listenerOperations = (balancing: Balancing): Record<string, Operation> => ({
  /** Only the default action: Express's listener keeps port, protocol and certificate. */
  ModifyListener: (input) => {
    const loadBalancer = findListener(balancing, requiredText(input, 'ListenerArn'));
    refuse(input, ['Port', 'Protocol', 'SslPolicy', 'Certificates', 'AlpnPolicy', 'MutualAuthentication']);
    const actions = optionalStructures(input, 'DefaultActions');
    if (actions) setDefaultForward(balancing, loadBalancer, readForward(balancing, actions));
    return { Listeners: [renderListener(loadBalancer)] };
  },
});

function readConditions(conditions: readonly Input[]): Pick<Rule, 'hosts' | 'openConditions'> {
  const [condition, ...others] = conditions.filter(({ Field }) => Field === 'host-header');
  for (const { Field } of conditions) {
    if (Field === undefined) throw new AwsError('ValidationError', 'A condition field must be specified');
  }
  if (conditions.length === 0) throw new AwsError('ValidationError', 'A condition must be specified');
  if (others.length > 0) {
    throw new AwsError('ValidationError', "A rule can only have one 'host-header' condition");
  }
  const openConditions = conditions
    .filter(({ Field }) => Field !== 'host-header')
    .map((each) => readOpenCondition(each) ?? refuseCondition(each));
  // Express's rules have one, and the data plane knows services by it.
  if (!condition) throw notModelled("conditions without a 'host-header'");
  const hosts = readHosts(condition);
  const count = openConditions.reduce((sum, { values }) => sum + values.length, hosts.length);
  if (count > VALUES_PER_RULE) {
    throw new AwsError(
      'ValidationError',
      `A rule can only have '${VALUES_PER_RULE}' condition values and regex values`,
    );
  }
  return { hosts, openConditions };
}

function refuseCondition({ Field }: Input): never {
  throw notModelled(`conditions on '${String(Field)}' that let only some requests pass`);
}

function readHosts(condition: Input): readonly string[] {
  const values = readValues(condition);
  if (values.length === 0) throw new AwsError('ValidationError', 'A condition value must be specified');
  for (const value of values) requireHost(value);
  return values;
}

function readValues(condition: Input): readonly string[] {
  const legacy = optionalTexts(condition, 'Values');
  const config = optionalStructure(condition, 'HostHeaderConfig');
  if (legacy && config) {
    throw new AwsError(
      'ValidationError',
      "You cannot provide both Values and 'HostHeaderConfig' for a condition of type 'host-header'",
    );
  }
  if (config) refuse(config, ['RegexValues']);
  return (config ? optionalTexts(config, 'Values') : legacy) ?? [];
}

/** "You must include at least one '.' character. You can include only alphabetical characters after the final '.'" */
function requireHost(value: string): void {
  if (value.length > 128) {
    throw new AwsError('ValidationError', `Condition value '${value}' is longer than 128 characters`);
  }
  if (/^[A-Za-z0-9*?.-]*\.[A-Za-z*?]+$/.test(value)) return;
  throw new AwsError('ValidationError', `Condition value '${value}' contains a character that is not valid`);
}

function readForward(balancing: Balancing, actions: readonly Input[]): readonly Forward[] {
  const [action, ...others] = actions;
  if (!action || others.length > 0) {
    throw new AwsError('ValidationError', 'You must specify exactly one forward action');
  }
  const type = requiredText(action, 'Type');
  if (type !== 'forward') throw notModelled(`actions of type '${type}'`);
  const config = optionalStructure(action, 'ForwardConfig');
  const choices = (config && optionalStructures(config, 'TargetGroups')) ?? [];
  const forward = choices.length > 0 ? choices.map(readChoice) : [readChoice(action)];
  if (forward.length > TARGET_GROUPS_PER_ACTION) {
    throw new AwsError(
      'ValidationError',
      `A forward action can only have '${TARGET_GROUPS_PER_ACTION}' target groups`,
    );
  }
  for (const { targetGroupArn } of forward) findTargetGroup(balancing, targetGroupArn);
  return forward;
}

const readChoice = (choice: Input): Forward => ({
  targetGroupArn: requiredText(choice, 'TargetGroupArn'),
  weight: optionalInteger(choice, 'Weight', { least: 0, most: HEAVIEST }) ?? 1,
});

function refuse(input: Input, names: readonly string[]): void {
  for (const name of names) if (input[name] !== undefined) throw notModelled(`'${name}'`);
}

const notModelled = (what: string): AwsError =>
  new AwsError('UnsupportedOperation', `The emulator does not model ${what} of a listener rule.`);
