import { accepted, type Parsed, type Problem, parseDecimal, quote, refused } from '../../parse.ts';
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
      wanted: 'pre-deploy-command as well: the time limit is for it',
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
  return refuseOdd(raw.split(/\s+/));
}

/** As a shell reads it, which is not there. */
const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=/;

/** What no program can be started with. Values may be secrets, so that names alone are shown. */
function refuseOdd(words: readonly string[]): Parsed<readonly string[]> {
  const variable = assignment.exec(words[0] ?? '')?.[1];
  if (variable !== undefined) {
    return refused({
      seen: `${quote(`${variable}=…`)} in place of the program: no shell reads it`,
      wanted: 'a variable in environment-variables, or ["sh", "-c", "NODE_ENV=production node migrate.js"]',
    });
  }
  const odd = words.findIndex((word) => word.includes('\0'));
  if (odd < 0) return accepted(words);
  return refused({ seen: `item ${odd + 1} contains the character U+0000`, wanted: 'text without U+0000' });
}

function parseArray(raw: string): Parsed<readonly string[] | undefined> {
  const words = parseCommand(raw);
  if (!words.ok) return refused({ seen: words.problem.seen, wanted });
  const [program] = words.value ?? [];
  if (program === undefined) return refused({ seen: 'an empty array', wanted });
  if (program.trim() === '') return refused({ seen: 'item 1, the program, is empty', wanted });
  return refuseOdd(words.value ?? []);
}

/** ECS API reference, TaskOverride. */
const longestOverrides = 8192;
/** Without a task definition of the user's, the command is in one of ours (AWS General Reference, quotas of ECS: 64 KB). */
const largestDefinition = 64 * 1024;

function reportLength(reader: InputReader, command: readonly string[]): void {
  const problem =
    reader.text('task-definition-arn') === undefined
      ? problemOfDefinition(command)
      : problemOfOverrides(command);
  if (problem !== undefined) reader.report({ input: 'pre-deploy-command', ...problem });
}

function problemOfDefinition(command: readonly string[]): Problem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(command));
  if (bytes <= largestDefinition) return undefined;
  return {
    seen: `${bytes} bytes as JSON`,
    wanted: `less than ${largestDefinition}, which a whole task definition may have: put the command into a script of the image`,
  };
}

function problemOfOverrides(command: readonly string[]): Problem | undefined {
  const { length } = JSON.stringify({ containerOverrides: [{ name: 'Main', command }] });
  if (length <= longestOverrides) return undefined;
  return {
    seen: `${length} characters with what ECS wants around it`,
    wanted: `at most ${longestOverrides} beside task-definition-arn: put the command into a script of the image`,
  };
}
