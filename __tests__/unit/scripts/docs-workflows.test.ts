import { copyForWorkflows, fillWorkflow } from '../../../scripts/docs-workflows.ts';

const called = {
  file: 'any.yml',
  action: 'action.yml',
  job: 'work',
  withheldInputs: ['mode'],
  withheldOutputs: ['secret-of-ours'],
} as const;

const metadata = {
  inputs: { mode: {}, name: { required: true }, port: { default: '80' } },
  outputs: { url: {}, 'secret-of-ours': {} },
};

const empty = `inputs:
  # <inputs>
  stale: { type: string }
  # </inputs>
outputs:
  # <outputs>
  # </outputs>
job:
  outputs:
    # <job outputs>
    # </job outputs>
  with:
    # <with>
    # </with>
  with again:
      # <with>
      # </with>
`;

test('writes what is handed on between the markers, at their depth, as often as they are there', () => {
  expect(fillWorkflow(empty, called, metadata)).toEqual({
    problems: [],
    text: `inputs:
  # <inputs>
  name: { type: string, required: true }
  port: { type: string }
  # </inputs>
outputs:
  # <outputs>
  url: { value: "\${{ jobs.work.outputs.url }}" }
  # </outputs>
job:
  outputs:
    # <job outputs>
    url: \${{ steps.run.outputs.url }}
    # </job outputs>
  with:
    # <with>
    name: \${{ inputs.name }}
    port: \${{ inputs.port }}
    # </with>
  with again:
      # <with>
      name: \${{ inputs.name }}
      port: \${{ inputs.port }}
      # </with>
`,
  });
});

test('written twice, the text is the same', () => {
  const once = fillWorkflow(empty, called, metadata).text;
  expect(fillWorkflow(once, called, metadata).text).toBe(once);
});

test('tells which markers are missing', () => {
  expect(fillWorkflow('# <with>\n# </with>', called, metadata).problems).toEqual([
    'no # <inputs> … # </inputs>',
    'no # <outputs> … # </outputs>',
    'no # <job outputs> … # </job outputs>',
  ]);
});

test('the copy of the action differs in the way to its bundle alone', () => {
  const copy = copyForWorkflows('name: "x"\nruns:\n  main: "dist/x/index.js"\n');
  expect(copy.replace(/^#.*\n/gm, '')).toBe('name: "x"\nruns:\n  main: "../../../dist/x/index.js"\n');
});
