import { deployInputDefaults } from '../../../../src/deploy-express/inputs/names.ts';
import { parsePreviewInputs } from '../../../../src/deploy-express/inputs/operations.ts';
import { createInputReader } from '../../../../src/input-reader.ts';

test.each([
  ['preview', true],
  ['needs: a preview', true],
  ['🚀'.repeat(50), true],
  ['🚀'.repeat(51), false],
  ['x'.repeat(51), false],
  ['preview,wip', false],
])('preview-label: "%s": %s', (label, isTaken) => {
  const given: Readonly<Record<string, string>> = { preview: 'true', 'preview-label': label };
  const reader = createInputReader(deployInputDefaults, (name) => given[name] ?? '');
  expect(parsePreviewInputs(reader)?.label).toBe(isTaken ? label : '');
  expect(reader.problems.map(({ input }) => input)).toEqual(isTaken ? [] : ['preview-label']);
});
