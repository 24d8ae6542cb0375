import { quote } from '../../parse.ts';
import { type PairMembers, parsePairs } from '../../parse-pairs.ts';
import type { NameSecret, NameValue, Tag } from '../model/settings.ts';
import { maxTags, ownTagPrefix } from '../model/tags.ts';
import type { ArnParsers } from './forms.ts';
import type { InputReader } from './names.ts';

export function parseEnvironmentVariables(reader: InputReader): readonly NameValue[] | undefined {
  return takeVariables(reader, 'environment-variables', { name: 'name', value: 'value' });
}

/**
 * What is no ARN may be the secret itself, by mistake, and so is refused. Not so where it stands behind `valueFrom`, as in
 * the official action's array: that says what it is.
 */
export function parseSecrets(reader: InputReader, arns: ArnParsers): readonly NameSecret[] | undefined {
  const secrets = takeVariables(reader, 'secrets', { name: 'name', value: 'valueFrom' });
  const isArray = reader.text('secrets')?.startsWith('[') === true;
  return secrets?.map(({ name, value }) => {
    const reference = arns.secretReference(value, isArray);
    if (!reference.ok) {
      const { seen, wanted } = reference.problem;
      reader.report({ input: 'secrets', seen: `${quote(name)} refers to ${seen}`, wanted });
    }
    return { name, valueFrom: value };
  });
}

function takeVariables(
  reader: InputReader,
  input: 'environment-variables' | 'secrets',
  members: PairMembers,
): readonly NameValue[] | undefined {
  const pairs = reader.take(input, (raw) => parsePairs(raw, members));
  for (const { name } of pairs ?? []) {
    if (/^[^\s=]+$/.test(name)) continue;
    const wanted = 'names without white space and "=" (no "export" before them)';
    reader.report({ input, seen: `the name ${quote(name)}`, wanted });
  }
  return pairs;
}

/** ECS refuses a container in which a variable is both. */
export function reportSharedNames(
  reader: InputReader,
  environment: readonly NameValue[] | undefined,
  secrets: readonly NameSecret[] | undefined,
): void {
  for (const { name } of secrets ?? []) {
    if (!environment?.some((variable) => variable.name === name)) continue;
    reader.report({
      input: 'secrets',
      seen: `${quote(name)} is in environment-variables, too`,
      wanted: 'each name in one of the two',
    });
  }
}

/** Tagging of Amazon ECS resources: "Tag restrictions" in its developer guide. */
const tagLimits = { count: maxTags, keyLength: 128, valueLength: 256 };

/** `ownCount`: how many this action adds of its own. */
export function parseTags(reader: InputReader, ownCount: number): readonly Tag[] | undefined {
  const pairs = reader.take('tags', (raw) => parsePairs(raw, { name: 'key', value: 'value' }));
  if (pairs === undefined) return undefined;
  const report = (seen: string, wanted: string) => reader.report({ input: 'tags', seen, wanted });
  const limit = tagLimits.count - ownCount;
  if (pairs.length > limit) report(`${pairs.length} tags`, `at most ${limit}`);
  for (const { name, value } of pairs) {
    if (name.length > tagLimits.keyLength) {
      report(`the key ${quote(name)}`, `keys of at most ${tagLimits.keyLength} characters`);
    }
    if (value.length > tagLimits.valueLength) {
      report(`the value of ${quote(name)}`, `values of at most ${tagLimits.valueLength} characters`);
    }
    const reserved = ['aws:', ownTagPrefix].find((prefix) => name.toLowerCase().startsWith(prefix));
    if (reserved !== undefined) {
      report(`the key ${quote(name)}`, `keys that do not begin with ${reserved}, which is reserved`);
    }
  }
  return pairs.map(({ name, value }) => ({ key: name, value }));
}
