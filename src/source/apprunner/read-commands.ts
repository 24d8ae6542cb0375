import { quote } from '../../parse.ts';
import type { Findings } from './findings.ts';
import { describeValue } from './yaml-fields.ts';
import type { YamlField, YamlValue } from './yaml-tree.ts';

/** A list of commands. One command as text is taken for a list of one. `name`: as in `build.commands.pre-build`. */
export function readCommands(
  field: YamlField | undefined,
  name: string,
  findings: Findings,
): readonly string[] {
  if (field === undefined) return [];
  const { value } = field;
  if (value.kind === 'list') return readItems(value.items, name, findings);
  if (value.kind === 'text' && value.isEmpty) {
    findings.warn(
      value.at,
      `${name} is empty, so nothing is run`,
      `a list of commands, or no ${lastWord(name)}`,
    );
    return [];
  }
  const command = readCommand(value, name, findings);
  if (command === undefined) return [];
  const seen = `${name} is one command instead of a list; it was read as a list of one`;
  findings.warn(value.at, seen, renderList(name, [command]));
  return [command];
}

function readItems(items: readonly YamlValue[], name: string, findings: Findings): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'text' && item.isEmpty) {
      findings.warn(item.at, `an empty item in ${name} was ignored`, 'a command after the -');
      return [];
    }
    return readCommand(item, name, findings) ?? [];
  });
}

/** One command. `echo a: b` is a map to YAML, and a command to whoever wrote it. */
export function readCommand(value: YamlValue, name: string, findings: Findings): string | undefined {
  const command = value.kind === 'text' ? value.text : readMappedCommand(value, name, findings);
  if (command === undefined) return undefined;
  const misread = misreadings.find(({ form }) => form.test(command));
  if (misread !== undefined) {
    findings.refuse(value.at, `a command of ${name} begins with ${misread.seen}`, misread.wanted);
    return undefined;
  }
  if (hasGitHubExpression(command)) {
    const wanted = 'a variable of the environment, such as $NAME';
    findings.refuse(
      value.at,
      `a command of ${name} has \${{ … }}, which GitHub fills in workflows alone`,
      wanted,
    );
    return undefined;
  }
  const wrong = judgeCommand(command);
  if (wrong === undefined) return command;
  findings.refuse(
    value.at,
    `a command of ${name} ${wrong}`,
    'a script of the source folder, and its name here',
  );
  return undefined;
}

export function hasGitHubExpression(text: string): boolean {
  return text.includes('${{');
}

/** What no command begins with, and a list or quotes that YAML did not take for such do. */
const misreadings = [
  { form: /^\s*-/, seen: 'a -', wanted: 'a list: each command on a line of its own, after a - and a space' },
  { form: /^\s*[\u2018\u201c\u201e]/, seen: 'a typographic quote', wanted: `plain quotes (" or '), or none` },
];

/** Keys that other tools have for what is a plain command here. */
const foreignKeys = ['command', 'commands', 'name', 'run', 'script', 'pre-build', 'build', 'post-build'];

function readMappedCommand(
  value: Exclude<YamlValue, { kind: 'text' }>,
  name: string,
  findings: Findings,
): string | undefined {
  const { raw } = value;
  const key = value.kind === 'map' ? value.fields[0]?.name : undefined;
  if (key !== undefined && foreignKeys.includes(key)) {
    const wanted = `the command alone, as text after the - of a list, without ${quote(key)}`;
    findings.refuse(value.at, `a command of ${name} is a map with the key ${quote(key)}`, wanted);
    return undefined;
  }
  const isOneLine = value.kind === 'map' && raw !== undefined && !/^[{["'?]/.test(raw);
  if (isOneLine) {
    const seen = `a command of ${name} has ": " or ends in ":", which makes it a map to YAML; it was read as it stands`;
    findings.warn(value.at, seen, quoteYaml(raw));
    return raw;
  }
  const wanted = 'one text a command, in single quotes where it begins with [ or {';
  findings.refuse(value.at, `a command of ${name} is ${describeValue(value)}`, wanted);
  return undefined;
}

/** The kernel takes 128 KiB in one argument, docker 64 KiB in one line of a Dockerfile. */
const longestLine = 60_000;

/** What is wrong with it; `undefined`: nothing. */
export function judgeCommand(command: string): string | undefined {
  if (command.includes('\0')) return 'has a zero byte';
  if (!command.isWellFormed()) return 'has half of a surrogate pair';
  const { length } = new TextEncoder().encode(JSON.stringify(command));
  return length > longestLine ? `is too long (${length} bytes, at most ${longestLine})` : undefined;
}

function quoteYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** As a list below the key: `build: [npm ci]`. */
function renderList(name: string, commands: readonly string[]): string {
  return `${lastWord(name)}: [${commands.map((command) => (/^[\w./ -]+$/.test(command) ? command : quote(command))).join(', ')}]`;
}
