import { invalid, isObject } from './input.ts';

/**
 * Judges a lifecycle policy as ECR does before it stores one. The rules are only checked: no image expires here
 * (README, "Deliberate differences").
 * Source: ECR user guide, "Lifecycle policy properties"; the wording is that of ECR's JSON schema checker.
 */
export function checkLifecyclePolicy(text: string): void {
  if (text.length < 100 || text.length > 30_720) {
    throw invalid('lifecyclePolicyText', 'length must be between 100 and 30720');
  }
  const rules = parseRules(text);
  const priorities = rules.map((rule) => rule['rulePriority']);
  if (new Set(priorities).size < priorities.length) throw refused('Duplicate rule priority');
  for (const rule of rules) checkRule(rule, priorities);
}

type Json = Record<string, unknown>;

function parseRules(text: string): readonly Json[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw refused('Could not map policyString into LifecyclePolicy.');
  }
  if (!isObject(policy)) throw refused('Could not map policyString into LifecyclePolicy.');
  requireKeys(policy, { required: ['rules'], allowed: ['rules'] });
  const rules = policy['rules'];
  if (!Array.isArray(rules) || rules.length === 0 || !rules.every(isObject)) {
    throw refused('rules must be a non-empty array of objects');
  }
  return rules;
}

function checkRule(rule: Json, priorities: readonly unknown[]): void {
  requireKeys(rule, {
    required: ['action', 'rulePriority', 'selection'],
    allowed: ['action', 'description', 'rulePriority', 'selection'],
  });
  requirePositiveInteger(rule, 'rulePriority');
  const { selection, action } = rule;
  if (!isObject(selection) || !isObject(action)) throw refused('selection and action must be objects');
  requireKeys(action, { required: ['type'], allowed: ['type', 'targetStorageClass'] });
  requireOneOf(action, 'type', ['expire', 'transition']);
  checkSelection(selection);
  // A rule for every image would hide the rules after it, so AWS wants it last.
  const isLast = priorities.every((priority) => Number(priority) <= Number(rule['rulePriority']));
  if (selection['tagStatus'] === 'any' && !isLast) {
    throw refused("A rule with tagStatus 'any' must have the highest rulePriority");
  }
}

function checkSelection(selection: Json): void {
  requireKeys(selection, {
    required: ['countNumber', 'countType', 'tagStatus'],
    allowed: [
      'countNumber',
      'countType',
      'countUnit',
      'storageClass',
      'tagPatternList',
      'tagPrefixList',
      'tagStatus',
    ],
  });
  requireOneOf(selection, 'tagStatus', ['tagged', 'untagged', 'any']);
  requireOneOf(selection, 'countType', [
    'imageCountMoreThan',
    'sinceImagePushed',
    'sinceImagePulled',
    'sinceImageTransitioned',
  ]);
  requirePositiveInteger(selection, 'countNumber');
  if (String(selection['countType']).startsWith('since')) requireOneOf(selection, 'countUnit', ['days']);
  else if (selection['countUnit'] !== undefined) throw refused('countUnit is only for countType since…');

  const lists = [selection['tagPrefixList'], selection['tagPatternList']].filter(
    (list) => list !== undefined,
  );
  const wanted = selection['tagStatus'] === 'tagged' ? 1 : 0;
  if (lists.length !== wanted || !lists.every(isListOfTags)) {
    throw refused('instance failed to match exactly one schema (matched 0 out of 2)');
  }
}

function isListOfTags(list: unknown): boolean {
  return (
    Array.isArray(list) && list.length > 0 && list.every((tag) => typeof tag === 'string' && tag.length > 0)
  );
}

function requireKeys(
  object: Json,
  keys: { readonly required: readonly string[]; readonly allowed: readonly string[] },
): void {
  const missing = keys.required.filter((key) => !(key in object));
  if (missing.length > 0)
    throw refused(`object has missing required properties (${JSON.stringify(missing)})`);
  const unknown = Object.keys(object).filter((key) => !keys.allowed.includes(key));
  if (unknown.length > 0) {
    throw refused(
      `object instance has properties which are not allowed by the schema: (${JSON.stringify(unknown)})`,
    );
  }
}

function requireOneOf(object: Json, key: string, values: readonly string[]): void {
  const value = object[key];
  if (typeof value !== 'string' || !values.includes(value)) {
    throw refused(`instance value (${value}) not found in enum (possible values: ${JSON.stringify(values)})`);
  }
}

function requirePositiveInteger(object: Json, key: string): void {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw refused(
      `numeric instance is lower than the required minimum (minimum: 1, found: ${value}) at ${key}`,
    );
  }
}

function refused(reason: string): Error {
  return invalid('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`);
}
