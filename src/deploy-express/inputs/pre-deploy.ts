import { accepted, type Parsed, parseDecimal, quote, refused } from '../../parse.ts';
import type { PreDeployInputs } from '../model/inputs.ts';
import { parseCommand } from '../model/setting-forms.ts';
import type { InputReader } from './names.ts';

const defaultMinutes = 15;

export function parsePreDeploy(reader: InputReader): PreDeployInputs | undefined {
  const command = reader.take('pre-deploy-command', parseWords);
  const minutes = reader.take('pre-deploy-timeout-minutes', (raw) =>
    parseDecimal(raw, { minimum: 0.1, maximum: 360 }),
  );
  if (isNothing(reader.text('pre-deploy-command')) && minutes !== undefined) {
    reader.report({
      input: 'pre-deploy-timeout-minutes',
      seen: 'given without pre-deploy-command',
      wanted: 'pre-deploy-command beside it: nothing else takes that time',
    });
  }
  if (command === undefined) return undefined;
  reportLength(reader, command);
  return { command, timeoutSeconds: 60 * (minutes ?? defaultMinutes) };
}

const wanted =
  'words separated by blanks, or a JSON array of strings. For what a shell does: ["sh", "-c", "…"]';

/** What a shell would take for more than a letter. No shell reads the line. */
const shellSign = /[|&;<>()$`\\"'*]/;

/** `null` is what `toJSON` makes of nothing. */
function isNothing(raw: string | undefined): boolean {
  return raw === undefined || raw === 'null';
}

function parseWords(raw: string): Parsed<readonly string[] | undefined> {
  if (isNothing(raw)) return accepted(undefined);
  if (/^[[{]/.test(raw)) return parseArray(raw);
  if (/[\r\n]/.test(raw)) return refused({ seen: 'several lines', wanted });
  const sign = shellSign.exec(raw)?.[0];
  if (sign !== undefined) return refused({ seen: `a line with ${quote(sign)}`, wanted });
  return accepted(raw.split(/\s+/));
}

function parseArray(raw: string): Parsed<readonly string[] | undefined> {
  const words = parseCommand(raw);
  if (!words.ok) return refused({ seen: words.problem.seen, wanted });
  const [program] = words.value ?? [];
  if (program === undefined) return refused({ seen: 'an empty array', wanted });
  return program.trim() === '' ? refused({ seen: 'item 1, the program, is empty', wanted }) : words;
}

/** ECS API reference, TaskOverride. Without a task definition of the user's, the command is in one of ours. */
const longestOverrides = 8192;

function reportLength(reader: InputReader, command: readonly string[]): void {
  if (reader.text('task-definition-arn') === undefined) return;
  const { length } = JSON.stringify({ containerOverrides: [{ name: 'Main', command }] });
  if (length <= longestOverrides) return;
  reader.report({
    input: 'pre-deploy-command',
    seen: `${length} characters with what ECS wants around it`,
    wanted: `at most ${longestOverrides} beside task-definition-arn: put the command into a script of the image`,
  });
}
