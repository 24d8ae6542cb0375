import { parseInputs } from '../../../../src/deploy-express/inputs/parse-inputs.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';
import { parseRawInputs } from '../../../helpers/raw-inputs.ts';

test.each([
  ['node migrate.js', ['node', 'migrate.js']],
  ['  npm   run db:migrate -- --env=production ', ['npm', 'run', 'db:migrate', '--', '--env=production']],
  ['["sh", "-c", "a && b"]', ['sh', '-c', 'a && b']],
])('%s', (raw, command) => {
  expect(deployInputs({ 'pre-deploy-command': raw }).preDeploy).toEqual({ command, timeoutSeconds: 900 });
});

test.each(['', 'null'])('"%s" is none', (raw) => {
  expect(deployInputs({ 'pre-deploy-command': raw }).preDeploy).toBeUndefined();
});

test('the time is in minutes', () => {
  const given = { 'pre-deploy-command': 'migrate', 'pre-deploy-timeout-minutes': '0.5' };
  expect(deployInputs(given).preDeploy?.timeoutSeconds).toBe(30);
});

test.each([
  ['task-definition-arn', ['pre-deploy-command']],
  ['image', []],
])('what overrides may not hold is refused beside %s alone', (other, inputs) => {
  const given: Readonly<Record<string, string>> = {
    'service-name': 'web',
    'pre-deploy-command': JSON.stringify(['sh', '-c', 'x'.repeat(8192)]),
    [other]:
      other === 'image'
        ? 'registry.example/web:1'
        : 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
  };
  const parsed = parseInputs((name) => given[name] ?? '', {
    region: 'eu-west-1',
    regionMayBeInProfile: false,
    credentials: 'present',
  });
  expect(parsed.ok ? [] : parsed.problems.map(({ input }) => input)).toEqual(inputs);
});

test('a time without a command is refused, with every other problem', () => {
  const given: Readonly<Record<string, string>> = {
    'service-name': 'web',
    image: 'registry.example/web:1',
    'pre-deploy-timeout-minutes': '5',
    cpu: '300',
  };
  const parsed = parseInputs((name) => given[name] ?? '', {
    region: 'eu-west-1',
    regionMayBeInProfile: false,
    credentials: 'present',
  });
  expect(parsed.ok ? [] : parsed.problems.map(({ input, seen }) => [input, seen])).toEqual(
    expect.arrayContaining([
      ['cpu', '"300"'],
      ['pre-deploy-timeout-minutes', 'given without pre-deploy-command'],
    ]),
  );
});

test('a deletion has no use for it', () => {
  const given = { operation: 'delete', 'pre-deploy-timeout-minutes': '5' };
  expect(deployInputs(given).operation).toBe('delete');
});

const linesOf = (raw: Readonly<Record<string, string>>) => {
  const parsed = parseRawInputs({ image: 'registry.example/web:1', ...raw });
  return parsed.ok ? [] : parsed.problems.map(({ input, seen, wanted }) => `${input}: ${seen}; ${wanted}`);
};
const form =
  'words separated by blanks, or a JSON array of strings. For what a shell does: ["sh", "-c", "…"]';

test.each([
  ['[]', 'an empty array'],
  ['[ ]', 'an empty array'],
  ['[""]', 'item 1, the program, is empty'],
  ['["", "migrate"]', 'item 1, the program, is empty'],
  ['[" ", "migrate"]', 'item 1, the program, is empty'],
  ['[null]', 'item 1 is null'],
  ['["npm", ["run"]]', 'item 2 is an array'],
  ['{}', 'an object in JSON'],
  ['{"command": ["npm"]}', 'an object in JSON'],
  ['"npm run migrate"', 'a line with "\\""'],
  ['["npm"', /^broken JSON at line 1/],
  ['npm run a\nnpm run b', 'several lines'],
  ['npm run a && npm run b', 'a line with "&"'],
])('%s is no command', (raw, seen) => {
  expect(linesOf({ 'pre-deploy-command': raw })).toEqual([
    typeof seen === 'string'
      ? `pre-deploy-command: ${seen}; ${form}`
      : expect.stringMatching(/^pre-deploy-command: broken JSON at line 1.*words separated by blanks/),
  ]);
});

test("an empty word after the program is the user's", () => {
  const given = { 'pre-deploy-command': '["migrate", ""]' };
  expect(deployInputs(given).preDeploy?.command).toEqual(['migrate', '']);
});

test.each(['', '   ', 'null', ' null\n'])('a time beside %j is without a command', (command) => {
  expect(linesOf({ 'pre-deploy-command': command, 'pre-deploy-timeout-minutes': '5' })).toEqual([
    'pre-deploy-timeout-minutes: given without pre-deploy-command; pre-deploy-command as well: the time limit is for it',
  ]);
});

test('a time beside a command that is none is told once', () => {
  expect(linesOf({ 'pre-deploy-command': '[]', 'pre-deploy-timeout-minutes': '5' })).toEqual([
    `pre-deploy-command: an empty array; ${form}`,
  ]);
});

const ofAShell =
  'a variable in environment-variables, or ["sh", "-c", "NODE_ENV=production node migrate.js"]';
test.each(['NODE_ENV=production node migrate.js', '["NODE_ENV=production", "node"]', 'A= node'])(
  '%j begins with no program, and its value is not shown',
  (raw) => {
    const [line, ...others] = linesOf({ 'pre-deploy-command': raw });
    expect(others).toEqual([]);
    expect(line).toMatch(
      /^pre-deploy-command: "(NODE_ENV|A)=…" in place of the program: no shell reads it; /,
    );
    expect(line?.endsWith(ofAShell)).toBe(true);
  },
);

test.each([
  ['["a\\u0000b"]', 1],
  ['["node", "\\u0000"]', 2],
])('%s holds what ends the text of an argument', (raw, item) => {
  expect(linesOf({ 'pre-deploy-command': raw })).toEqual([
    `pre-deploy-command: item ${item} contains the character U+0000; text without U+0000`,
  ]);
});

test.each([
  [64 * 1024 - '["",""]'.length - 1, 0],
  [64 * 1024 - '["",""]'.length, 1],
])('a command that no task definition can hold is refused: %i letters', (letters, problems) => {
  const command = JSON.stringify(['x', 'y'.repeat(letters)]);
  expect(linesOf({ 'pre-deploy-command': command })).toHaveLength(problems);
});

test('an "=" after the program, or in its path, is the user\'s', () => {
  for (const raw of ['migrate A=1', './a=b', '["sh", "-c", "A=1 migrate"]']) {
    expect(linesOf({ 'pre-deploy-command': raw })).toEqual([]);
  }
});
