import { parse } from 'yaml';
import { parseMigrationInputs, parseSweepInputs } from '../../src/deploy-express/inputs/operations.ts';
import { parseInputs as parseDeployInputs } from '../../src/deploy-express/inputs/parse-inputs.ts';
import { parseInputs as parseShiftInputs } from '../../src/shift-traffic/inputs/parse-inputs.ts';
import { blocksOf, pages } from '../helpers/pages.ts';
import { runnerInIreland } from '../helpers/raw-inputs.ts';
import { listFiles, readText } from '../helpers/source-tree.ts';
import { ownAction, ownWorkflow, type Step } from '../helpers/workflow.ts';

/** Each step of ours in the examples and in the YAML of the pages goes through the parser of its action. */

type Printed = { readonly at: string; readonly action: string; readonly inputs: Record<string, string> };

/** What a repository would have in its variables, secrets, inputs and matrix. */
function resolve(value: string, mode = 'shift'): string {
  return value
    .replace(/\$\{\{ vars\.\w*ROLE \}\}/g, 'arn:aws:iam::123456789012:role/role')
    .replace(/\$\{\{ vars\.IMAGE \}\}/g, 'registry.example/web:1')
    .replace(/\$\{\{ vars\.SUBNETS \}\}/g, 'subnet-0a,subnet-0b')
    .replace(/\$\{\{ vars\.SECURITY_GROUP \}\}/g, 'sg-0a')
    .replace(
      /\$\{\{ vars\.DATABASE_SECRET \}\}/g,
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
    )
    .replace(/\$\{\{ vars\.ZONE_ID \}\}/g, 'Z0123456789ABCDEFGHIJ')
    .replace(/\$\{\{ matrix\.port \}\}/g, '8080')
    .replace(/\$\{\{ matrix\.names \}\}/g, 'example.com, www.example.com')
    .replace(/\$\{\{ inputs\.dry-run[^}]*\}\}/g, 'true')
    .replace(/\$\{\{ inputs\.mode \}\}/g, mode)
    .replace(
      /\$\{\{ inputs\.mode == 'shift' && inputs\.green-percent \|\| '' \}\}/g,
      mode === 'shift' ? '10' : '',
    )
    .replace(/\$\{\{ inputs\.green-percent \}\}/g, '10')
    .replace(/\$\{\{ (needs\.plan\.outputs\.|inputs\.plan-)checksum \}\}/g, '0'.repeat(64))
    .replace(/\$\{\{ [\w.-]+ \}\}/g, 'value');
}

/** What a called workflow of ours gives to its action, as far as its caller does not say it. */
const called: Readonly<Record<string, Pick<Printed, 'action' | 'inputs'>>> = {
  '.github/workflows/deploy.yml': { action: 'action.yml', inputs: {} },
  '.github/workflows/preview.yml': { action: 'action.yml', inputs: { preview: 'true' } },
  '.github/workflows/shift.yml': {
    action: 'shift-traffic/action.yml',
    inputs: { 'gate-environment': 'dns-shift', 'plan-checksum': '0'.repeat(64) },
  },
  '.github/workflows/shift-without-reviewers.yml': {
    action: 'shift-traffic/action.yml',
    inputs: { gate: 'off', 'plan-checksum': '0'.repeat(64) },
  },
};

function* stepsIn(node: unknown): Generator<Step> {
  if (typeof node !== 'object' || node === null) return;
  if ('uses' in node) yield node as Step;
  for (const child of Object.values(node)) yield* stepsIn(child);
}

const texts = [
  ...listFiles('examples/workflows', '.yml').map((file) => [file, readText(file)] as const),
  ...pages
    .flatMap(blocksOf)
    .flatMap(({ page, language, text }) => (/^ya?ml$/.test(language) ? [[page, text] as const] : [])),
];

const printed = texts.flatMap(([at, text]) => printedIn(at, text));

function printedIn(at: string, text: string, mode?: string): readonly Printed[] {
  return [...stepsIn(parse(text))].flatMap((step) => {
    const workflow = called[ownWorkflow(step) ?? ''];
    const action = workflow?.action ?? ownAction(step);
    if (action === undefined) return [];
    const given = Object.entries({ ...step.with, ...workflow?.inputs });
    return [
      {
        at,
        action,
        inputs: Object.fromEntries(given.map(([name, value]) => [name, resolve(String(value), mode)])),
      },
    ];
  });
}

const preview = {
  repositoryId: '1',
  pullRequest: 7,
  previewOf: 'web',
  deployedAt: 0,
  operation: 'deploy',
  serviceName: 'web-pr-7',
} as const;

function problemsOf({ action, inputs }: Printed) {
  const read = (name: string) => inputs[name] ?? '';
  const parseAs = () => {
    if (action !== 'action.yml') return parseShiftInputs(read, runnerInIreland);
    switch (inputs['operation']) {
      case 'sweep':
        return parseSweepInputs(read, runnerInIreland);
      case 'plan-migration':
        return parseMigrationInputs(read, runnerInIreland);
      default:
        return parseDeployInputs(read, runnerInIreland, inputs['preview'] === 'true' ? preview : undefined);
    }
  };
  const parsed = parseAs();
  return parsed.ok ? [] : parsed.problems;
}

const forms = texts.filter(([, text]) => text.includes('options: [shift, adopt, finalize]'));

test('there are forms that ask for the mode', () => {
  expect(forms.length).toBeGreaterThanOrEqual(6);
});

/** A form cannot leave the share out. */
test.each(forms.flatMap(([at, text]) => ['shift', 'adopt', 'finalize'].map((mode) => ({ at, text, mode }))))(
  '$at is taken for mode $mode',
  ({ at, text, mode }) => {
    for (const step of printedIn(at, text, mode)) expect(problemsOf(step)).toEqual([]);
  },
);

test('each kind of step is printed somewhere', () => {
  const kinds = printed.map(({ action, inputs }) =>
    [action, inputs['operation'] ?? inputs['mode'] ?? ''].join(' ').trim(),
  );
  expect([...new Set(kinds)].sort()).toEqual([
    'action.yml',
    'action.yml delete',
    'action.yml plan-migration',
    'action.yml sweep',
    'shift-traffic/action.yml',
    'shift-traffic/action.yml monitor',
    'shift-traffic/action.yml plan',
    'shift-traffic/action.yml rollback',
    'shift-traffic/action.yml shift',
  ]);
  expect(new Set(printed.map(({ at }) => at)).size).toBeGreaterThanOrEqual(20);
});

test.each(printed)('$at, $action: every input has a form that is taken', (step) => {
  expect(problemsOf(step)).toEqual([]);
});

test('names of App Runner services are of the 4 to 40 characters that App Runner takes', () => {
  const commands = [
    ...pages
      .map(readText)
      .join('\n')
      .matchAll(/(?:AppRunnerServiceName|BLUE)=([\w-]+)/g),
  ];
  expect(commands.length).toBeGreaterThan(0);
  for (const [, name = ''] of commands) expect(name).toMatch(/^[A-Za-z0-9][\w-]{3,39}$/);
});
