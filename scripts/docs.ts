/**
 * `npm run docs`: writes what follows from each action.yml: the tables of inputs and outputs, the workflows that hand them
 * on, and the copy of the root's action that those workflows use. And it hands the examples that `operation: plan-migration`
 * fills in to the code.
 * `npm run docs -- --check`: changes nothing, and fails when something is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { uses } from '../src/shift-traffic/inputs/uses.ts';
import { fillInputs, fillMarked, fillTables } from './docs-tables.ts';
import { renderUses } from './docs-uses.ts';
import { calledWorkflows, copyForWorkflows, fillWorkflow, handedOn } from './docs-workflows.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const pages = { 'action.yml': 'docs/inputs.md', 'shift-traffic/action.yml': 'shift-traffic/README.md' };
const pageOfWorkflows = 'docs/workflows-to-call.md';

for (const [metadata, page] of Object.entries(pages)) {
  const filled = fillTables(read(page), parse(read(metadata)));
  write(page, fillUses(filled.text, metadata), filled.problems);
}

function fillUses(text: string, metadata: string): string {
  return metadata === 'shift-traffic/action.yml' ? fillMarked(text, 'uses', renderUses(uses)) : text;
}

let page = read(pageOfWorkflows);
for (const called of calledWorkflows) {
  const metadata = parse(read(called.action));
  const workflow = fillWorkflow(read(called.file), called, metadata);
  write(called.file, workflow.text, workflow.problems);

  const inputs = parse(workflow.text).on.workflow_call.inputs;
  for (const name of handedOn(called, metadata)) delete inputs[name];
  const filled = fillInputs(page, called.file, Object.entries(inputs));
  page = filled.text;
  for (const problem of filled.problems) fail(`${called.file}: ${problem}`);
}
write(pageOfWorkflows, page, []);

write('.github/actions/deploy-express/action.yml', copyForWorkflows(read('action.yml')), []);

const exampleNames = ['shift', 'shift-without-reviewers', 'rollback', 'previews', 'sweep-previews'];
write('src/deploy-express/migration/example-workflows.ts', renderExamples(), []);

/** As text of the bundle: on a runner there is no folder of examples. */
function renderExamples(): string {
  return [
    '// Written by npm run docs, from examples/workflows.',
    'export const exampleWorkflows = {',
    ...exampleNames.map((name) => {
      const lines = read(`examples/workflows/${name}.yml`).trimEnd().split('\n');
      return [`  '${name}': [`, ...lines.map((line) => `    ${JSON.stringify(line)},`), '  ],'].join('\n');
    }),
    '} as const;',
    '',
  ].join('\n');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function write(file: string, text: string, problems: readonly string[]): void {
  for (const problem of problems) fail(`${file}: ${problem}`);
  if (text === read(file)) return;
  if (check) fail(`${file} is not what the action.yml says: run npm run docs`);
  else writeFileSync(join(root, file), text);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
