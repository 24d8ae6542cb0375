import type { ActionMetadata, Filled } from './docs-tables.ts';

/** A workflow that others call. Most of its inputs and outputs are those of the action it runs. */
export type CalledWorkflow = {
  readonly file: string;
  readonly action: 'action.yml' | 'shift-traffic/action.yml';
  /** The job whose outputs are those of the workflow. */
  readonly job: string;
  /** Inputs that the workflow sets itself, or has no use for. */
  readonly withheldInputs: readonly string[];
  /** Outputs that mean nothing here, or come from another job. */
  readonly withheldOutputs: readonly string[];
};

export const calledWorkflows: readonly CalledWorkflow[] = [
  {
    file: '.github/workflows/deploy.yml',
    action: 'action.yml',
    job: 'deploy',
    withheldInputs: [
      'operation',
      'write-workflow',
      'build-secrets',
      'wait-for-deletion',
      'force',
      'preview',
      'preview-trigger',
      'preview-label',
      'max-previews',
      'preview-max-idle-hours',
      'max-deletions',
      'github-token',
    ],
    withheldOutputs: ['deleted-services', 'dockerfile', 'migration-plan'],
  },
  {
    file: '.github/workflows/preview.yml',
    action: 'action.yml',
    job: 'preview',
    withheldInputs: [
      'operation',
      'write-workflow',
      'build-secrets',
      'image-tags',
      'custom-domains',
      'certificate-arn',
      'request-certificate',
      'certificate-timeout-minutes',
      'hosted-zone-id',
      'dns-role-arn',
      'redirect-http',
      'force',
      'preview',
      'github-token',
    ],
    withheldOutputs: ['custom-domains', 'deleted-services', 'dockerfile', 'migration-plan', 'outcome'],
  },
  {
    file: '.github/workflows/shift.yml',
    action: 'shift-traffic/action.yml',
    job: 'apply',
    withheldInputs: [
      'mode',
      'plan-for',
      'watch-minutes',
      'plan-checksum',
      'dns-role-arn',
      'gate',
      'gate-environment',
      'github-token',
    ],
    withheldOutputs: ['plan-checksum'],
  },
  {
    file: '.github/workflows/shift-without-reviewers.yml',
    action: 'shift-traffic/action.yml',
    job: 'apply',
    withheldInputs: [
      'mode',
      'plan-for',
      'watch-minutes',
      'plan-checksum',
      'dns-role-arn',
      'gate',
      'gate-accept',
      'gate-strict',
      'gate-environment',
      'github-token',
    ],
    withheldOutputs: ['plan-checksum'],
  },
];

/** Those that a caller may give and that go to the action as they are. */
export function handedOn(
  { withheldInputs }: CalledWorkflow,
  { inputs = {} }: ActionMetadata,
): readonly string[] {
  return Object.keys(inputs).filter((name) => !withheldInputs.includes(name));
}

/** Pure: writes what is handed on between `# <inputs>` and `# </inputs>`, likewise for the other three. */
export function fillWorkflow(text: string, called: CalledWorkflow, metadata: ActionMetadata): Filled {
  const inputs = handedOn(called, metadata);
  const outputs = Object.keys(metadata.outputs ?? {}).filter(
    (name) => !called.withheldOutputs.includes(name),
  );
  const blocks: Readonly<Record<string, readonly string[]>> = {
    // Strings all: only a string can be empty, and so "not given".
    inputs: inputs.map(
      (name) => `${name}: { type: string${metadata.inputs?.[name]?.required ? ', required: true' : ''} }`,
    ),
    with: inputs.map((name) => `${name}: \${{ inputs.${name} }}`),
    outputs: outputs.map((name) => `${name}: { value: "\${{ jobs.${called.job}.outputs.${name} }}" }`),
    'job outputs': outputs.map((name) => `${name}: \${{ steps.run.outputs.${name} }}`),
  };
  const names = Object.keys(blocks);
  return {
    text: names.reduce((filled, name) => fill(filled, name, blocks[name] ?? []), text),
    problems: names.filter((name) => !marked(name).test(text)).map((name) => `no # <${name}> … # </${name}>`),
  };
}

function marked(name: string): RegExp {
  return new RegExp(`^( *)# <${name}>\\n[\\s\\S]*?^ *# </${name}>$`, 'gm');
}

function fill(text: string, name: string, lines: readonly string[]): string {
  return text.replace(marked(name), (_all, indent: string) =>
    [`# <${name}>`, ...lines, `# </${name}>`].map((line) => `${indent}${line}`).join('\n'),
  );
}

/**
 * A workflow of this repository can name an action of its own commit only in a folder (docs/decisions/0005). So the action
 * at the root has a second place.
 */
export function copyForWorkflows(actionText: string): string {
  return [
    '# Written by `npm run docs` from action.yml at the root, for the workflows of this repository:',
    '# docs/decisions/0005-called-workflows-name-their-own-commit.md.',
    actionText.replace('main: "dist/', 'main: "../../../dist/'),
  ].join('\n');
}
