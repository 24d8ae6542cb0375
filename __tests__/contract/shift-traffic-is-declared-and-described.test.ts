import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ActionMetadata } from '../../scripts/docs-tables.ts';
import { shiftInputDefaults } from '../../src/shift-traffic/inputs/names.ts';
import { renderOutputs } from '../../src/shift-traffic/model/result.ts';
import { shiftResult } from '../helpers/shift-result.ts';
import { readText, root } from '../helpers/source-tree.ts';

const metadata: ActionMetadata & { readonly runs: unknown } = parse(readText('shift-traffic/action.yml'));

test('its action.yml declares the inputs that are read, with the defaults that stand for them', () => {
  const declared = Object.fromEntries(
    Object.entries(metadata.inputs ?? {}).map(([name, input]) => {
      const value = input?.default ?? '';
      // Only the runner can tell what an expression stands for.
      return [name, String(value).startsWith('${{') ? '' : value];
    }),
  );
  expect(declared).toEqual(shiftInputDefaults);
});

test('its action.yml declares the outputs that are set', () => {
  expect(Object.keys(metadata.outputs ?? {}).sort()).toEqual(
    Object.keys(renderOutputs(shiftResult())).sort(),
  );
});

test('it runs what is in dist/, and a post step that is there', () => {
  expect(metadata.runs).toEqual({
    using: 'node24',
    main: '../dist/shift-traffic/index.js',
    post: 'post.cjs',
  });
  expect(existsSync(join(root, 'shift-traffic', 'post.cjs'))).toBe(true);
});
