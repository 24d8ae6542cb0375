import { quote } from '../../parse.ts';
import type { Pair } from '../../parse-pairs.ts';
import { parseSecretReference } from '../../parse-secret-reference.ts';
import type { Findings, Position } from './findings.ts';
import { hasGitHubExpression } from './read-commands.ts';
import { describeValue, readFields } from './yaml-fields.ts';
import type { YamlField, YamlList, YamlMap, YamlValue } from './yaml-tree.ts';

export type SecretPair = { readonly name: string; readonly valueFrom: string };

/** With the place of each, so that what is wrong between two lists can be shown. */
type Placed<Value> = Value & { readonly at: Position };

export type Variables = {
  readonly environment: readonly Placed<Pair>[];
  /** Variables with `value-from`. */
  readonly secrets: readonly Placed<SecretPair>[];
};

export type VariableList = {
  readonly kind: 'env' | 'secrets';
  readonly name: string;
  /** By a shell, which takes fewer names than a container does. */
  readonly isExported: boolean;
};

const forms = {
  env: '- name: NAME and below it value: "TEXT"',
  secrets: '- name: NAME and below it value-from: ARN',
} as const;

/**
 * `env` or `secrets`, called `name` in messages. Maps (`NAME: text`) and `NAME=text` are understood, too. Values appear
 * in no message.
 */
export function readVariables(
  field: YamlField | undefined,
  { kind, name, isExported }: VariableList,
  findings: Findings,
): Variables {
  if (field === undefined) return { environment: [], secrets: [] };
  const { value } = field;
  const reading: Reading = { kind, name, isExported, findings, environment: [], secrets: [] };
  if (value.kind === 'list') readList(value, reading);
  else if (value.kind === 'map') readPlainMap(value, reading);
  else if (!value.isEmpty) findings.refuse(value.at, `${name} is text`, `a list of ${forms[kind]}`);
  reportTwice([...reading.environment, ...reading.secrets], name, findings);
  return { environment: reading.environment, secrets: reading.secrets };
}

type Reading = VariableList & {
  readonly findings: Findings;
  readonly environment: Placed<Pair>[];
  readonly secrets: Placed<SecretPair>[];
};

function readList({ items }: YamlList, reading: Reading): void {
  for (const item of items) {
    if (item.kind === 'map') readItem(item, reading);
    else if (item.kind === 'text') readAssignment(item, reading);
    else reading.findings.refuse(item.at, `an item of ${reading.name} is a list`, forms[reading.kind]);
  }
}

function readItem(item: YamlMap, reading: Reading): void {
  const { kind, name, findings } = reading;
  const isPair = item.fields.some((field) => /^(?:name|key)$/i.test(field.name));
  const [first] = item.fields;
  if (!isPair && (first?.name === 'value' || first?.name === 'value-from')) {
    findings.refuse(item.at, `an item of ${name} has ${first.name} and no name`, forms[kind]);
    return;
  }
  if (!isPair) {
    readPlainMap(item, reading);
    return;
  }
  const fields = readFields(
    item,
    {
      name,
      known: ['name', kind === 'env' ? 'value' : 'value-from'],
      tolerated: ['key', 'value', 'value-from'],
    },
    findings,
  );
  const key = fields.get('name') ?? fields.get('key');
  if (key === undefined) return;
  if (!fields.has('name')) findings.warn(key.at, `"key" in ${name} was read as name`, 'name');
  if (key.value.kind !== 'text') {
    findings.refuse(key.value.at, `a name in ${name} is ${describeValue(key.value)}`, forms[kind]);
    return;
  }
  add(
    { name: key.value.text, at: key.at, value: fields.get('value'), from: fields.get('value-from') },
    reading,
  );
}

type Item = {
  readonly name: string;
  readonly at: Position;
  readonly value: YamlField | undefined;
  readonly from: YamlField | undefined;
};

function add(item: Item, reading: Reading): void {
  const { kind, name, findings } = reading;
  const { at, value, from } = item;
  if (!isVariableName(item.name, reading.isExported)) {
    const wanted = reading.isExported ? 'letters, digits and _, no digit first' : 'no white space and no "="';
    findings.refuse(at, `${quote(item.name)} in ${name} is no name of a variable`, wanted);
    return;
  }
  if (value !== undefined && from !== undefined) {
    findings.refuse(
      from.at,
      `${quote(item.name)} in ${name} has both value and value-from`,
      'one of the two',
    );
    return;
  }
  if (kind === 'env' && from === undefined) {
    addVariable(item, value?.value, reading);
    return;
  }
  if (kind === 'env') {
    findings.warn(
      at,
      `${quote(item.name)} in ${name} has value-from; it was read as one of run.secrets`,
      'run.secrets',
    );
  } else if (from === undefined && value !== undefined) {
    findings.warn(value.at, `value of ${quote(item.name)} in ${name} was read as value-from`, 'value-from');
  }
  addSecret(item, (from ?? value)?.value, reading);
}

function addVariable({ name, at }: Item, value: YamlValue | undefined, reading: Reading): void {
  const { findings } = reading;
  if (value === undefined || (value.kind === 'text' && value.isEmpty)) {
    findings.warn(at, `${quote(name)} in ${reading.name} has no value; it was read as empty`, 'value: ""');
    reading.environment.push({ name, value: '', at });
    return;
  }
  if (value.kind !== 'text') {
    findings.refuse(
      value.at,
      `the value of ${quote(name)} is ${describeValue(value)}`,
      'text in single quotes',
    );
    return;
  }
  if (hasGitHubExpression(value.text)) {
    const wanted = 'the value itself, or the input environment-variables, where it is filled in';
    findings.refuse(
      value.at,
      `the value of ${quote(name)} has \${{ … }}, which GitHub fills in workflows alone`,
      wanted,
    );
    return;
  }
  if (value.text.includes('\0')) {
    findings.refuse(value.at, `the value of ${quote(name)} has a zero byte`, 'text without it');
    return;
  }
  reading.environment.push({ name, value: value.text, at });
}

function addSecret({ name, at }: Item, value: YamlValue | undefined, reading: Reading): void {
  const text = value?.kind === 'text' ? value.text.trim() : '';
  // The Region of the service is not known while a file is read.
  const reference = parseSecretReference(text, { region: undefined, takesPlainNames: true });
  if (reference.ok) {
    reading.secrets.push({ name, valueFrom: text, at });
    return;
  }
  const { seen, wanted } = reference.problem;
  const what = text === '' ? 'has no value-from' : `refers to ${seen}`;
  reading.findings.refuse(value?.at ?? at, `${quote(name)} in ${reading.name} ${what}`, wanted);
}

function readPlainMap({ fields, at }: YamlMap, reading: Reading): void {
  const { kind, name, findings } = reading;
  if (fields.length === 0) return;
  findings.warn(at, `${name} has NAME: text in place of name and value; it was read as such`, forms[kind]);
  for (const field of fields) {
    const value = kind === 'env' ? field : undefined;
    add({ name: field.name, at: field.at, value, from: value === undefined ? field : undefined }, reading);
  }
}

function readAssignment(item: Extract<YamlValue, { kind: 'text' }>, reading: Reading): void {
  const { kind, name, findings } = reading;
  const separator = item.text.indexOf('=');
  if (separator < 1) {
    findings.refuse(item.at, `an item of ${name} is ${describeValue(item)} without "="`, forms[kind]);
    return;
  }
  findings.warn(item.at, `an item of ${name} is NAME=text; it was read as name and value`, forms[kind]);
  const value: YamlField = {
    name: 'value',
    at: item.at,
    value: { ...item, text: item.text.slice(separator + 1), isEmpty: false },
  };
  const isVariable = kind === 'env';
  add(
    {
      name: item.text.slice(0, separator).trim(),
      at: item.at,
      value: isVariable ? value : undefined,
      from: isVariable ? undefined : value,
    },
    reading,
  );
}

export function isVariableName(name: string, isExported: boolean): boolean {
  return isExported ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) : /^[^\s=\0]+$/.test(name);
}

export function reportTwice(
  items: readonly Placed<{ readonly name: string }>[],
  where: string,
  findings: Findings,
): void {
  const first = new Map<string, Position>();
  for (const { name, at } of items) {
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    else
      findings.refuse(
        at,
        `${quote(name)} in ${where} is given twice, first on line ${before.line}`,
        'each once',
      );
  }
}
