import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ActionMetadata } from '../../scripts/docs-tables.ts';
import { deployInputDefaults } from '../../src/deploy-express/inputs/names.ts';
import { renderOutputs } from '../../src/deploy-express/model/result.ts';
import { sampleResult } from '../helpers/deploy-result.ts';
import { readText, root } from '../helpers/source-tree.ts';

const metadata: ActionMetadata & { readonly runs: unknown } = parse(readText('action.yml'));

test('action.yml declares the inputs that are read, with the defaults that stand for them', () => {
  // Only the runner can tell what an expression stands for.
  const declared = Object.fromEntries(
    Object.entries(metadata.inputs ?? {}).map(([name, input]) => {
      const value = input?.default ?? '';
      return [name, String(value).startsWith('${{') ? '' : value];
    }),
  );
  expect(declared).toEqual(deployInputDefaults);
});

test('every default is a string, as the runner hands it over', () => {
  const defaults = Object.values(metadata.inputs ?? {}).flatMap((input) => input?.default ?? []);
  for (const value of defaults) expect(typeof value).toBe('string');
});

test('action.yml declares the outputs that are set', () => {
  expect(Object.keys(metadata.outputs ?? {}).sort()).toEqual(
    Object.keys(renderOutputs(sampleResult())).sort(),
  );
});

test('action.yml runs what is in dist/, on the Node that runners offer', () => {
  expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/deploy-express/index.js' });
});

test('the pages have the tables of action.yml', () => {
  const run = spawnSync(process.execPath, [join(root, 'scripts', 'docs.ts'), '--check'], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});

// aws-actions/amazon-ecs-deploy-express-service 1.2.2, action.yml
const officialInputs = [
  'service-name',
  'image',
  'execution-role-arn',
  'infrastructure-role-arn',
  'cluster',
  'container-port',
  'environment-variables',
  'secrets',
  'command',
  'log-group',
  'log-stream-prefix',
  'repository-credentials',
  'tags',
  'mutate-tags-on-update',
  'cpu',
  'memory',
  'task-role-arn',
  'subnets',
  'security-groups',
  'health-check-path',
  'min-task-count',
  'max-task-count',
  'auto-scaling-metric',
  'auto-scaling-target-value',
];

test('a workflow of the official action works with every input and output of its own', () => {
  expect(Object.keys(metadata.inputs ?? {})).toEqual(expect.arrayContaining(officialInputs));
  expect(Object.keys(metadata.outputs ?? {})).toEqual(expect.arrayContaining(['service-arn', 'endpoint']));
});

test('no input is required that the official action does not require', () => {
  const required = Object.entries(metadata.inputs ?? {}).filter(([, input]) => input?.required);
  expect(required.map(([name]) => name)).toEqual(['service-name']);
});
