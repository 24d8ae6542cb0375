import { quote } from '../../parse.ts';
import { parsePairs } from '../../parse-pairs.ts';
import { parseSecretReference } from '../../parse-secret-reference.ts';
import type { NameSecret, NameValue, ServiceSettings, Tag } from '../model/settings.ts';
import { maxTags, ownTagPrefix } from '../model/tags.ts';
import type { InputReader } from './names.ts';

/** What is wrong with variables and secrets once they are taken apart: each is named. */
export function reportVariables(
  reader: InputReader,
  { environment = [], secrets = [] }: ServiceSettings,
  region: string | undefined,
): void {
  reportNames(reader, 'environment-variables', environment);
  reportNames(reader, 'secrets', secrets);
  reportReferences(reader, secrets, region);
  reportSharedNames(reader, environment, secrets);
}

function reportNames(
  reader: InputReader,
  input: 'environment-variables' | 'secrets',
  items: readonly { readonly name: string }[],
): void {
  for (const { name } of items) {
    if (/:\/\/|@/.test(name)) {
      const seen = 'a line that reads as a value, not as NAME=VALUE (not shown)';
      reader.report({
        input,
        seen,
        wanted: 'one NAME=VALUE a line, or a JSON object for values of several lines',
      });
      continue;
    }
    if (/^[^\s=]+$/.test(name)) continue;
    const wanted = 'names without white space and "=" (no "export" before them)';
    reader.report({ input, seen: `the name ${quote(name)}`, wanted });
  }
}

/**
 * What is no ARN may be the secret itself, by mistake, and so is refused. Not so where it stands behind `valueFrom`, as in
 * the official action's array: that says what it is.
 */
function reportReferences(
  reader: InputReader,
  secrets: readonly NameSecret[],
  region: string | undefined,
): void {
  const takesPlainNames = reader.text('secrets')?.startsWith('[') === true;
  for (const { name, valueFrom } of secrets) {
    const reference = parseSecretReference(valueFrom, { region, takesPlainNames });
    if (reference.ok) continue;
    const { seen, wanted } = reference.problem;
    reader.report({ input: 'secrets', seen: `${quote(name)} refers to ${seen}`, wanted });
  }
}

/** ECS refuses a container in which a variable is both. */
function reportSharedNames(
  reader: InputReader,
  environment: readonly NameValue[],
  secrets: readonly NameSecret[],
): void {
  for (const { name } of secrets) {
    if (!environment.some((variable) => variable.name === name)) continue;
    reader.report({
      input: 'secrets',
      seen: `${quote(name)} is in environment-variables as well`,
      wanted: 'each name in one of the two',
    });
  }
}

/** Tagging of Amazon ECS resources: "Tag restrictions" in its developer guide. */
const tagLimits = { count: maxTags, keyLength: 128, valueLength: 256 };

/** `ownCount`: how many this action adds of its own. */
export function parseTags(reader: InputReader, ownCount: number): readonly Tag[] | undefined {
  const members = { name: 'key', value: 'value', mayLackValue: true };
  const pairs = reader.take('tags', (raw) => parsePairs(raw, members));
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
