/** What the runner reads of an action.yml. */
export type ActionMetadata = {
  readonly inputs?: Readonly<Record<string, InputMetadata | null>>;
  readonly outputs?: Readonly<Record<string, { readonly description?: string } | null>>;
};

export type InputMetadata = {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
};

export type Filled = { readonly text: string; readonly problems: readonly string[] };

/** Pure: puts the tables between `<!-- inputs -->` and `<!-- /inputs -->`, likewise for outputs. */
export function fillTables(text: string, metadata: ActionMetadata): Filled {
  const inputs = Object.entries(metadata.inputs ?? {});
  const outputs = Object.entries(metadata.outputs ?? {});
  const table = fillInputs(text, 'inputs', inputs);
  const problems = [
    ...table.problems,
    ...outputs
      .filter(([, output]) => !output?.description)
      .map(([name]) => `output ${name} has no description`),
    ...missing(text, 'outputs'),
  ];
  return { text: fillMarked(table.text, 'outputs', outputTable(outputs)), problems };
}

/** Pure: puts one table of inputs between `<!-- MARKER -->` and `<!-- /MARKER -->`. */
export function fillInputs(
  text: string,
  marker: string,
  inputs: readonly (readonly [string, InputMetadata | null])[],
): Filled {
  const problems = [
    ...inputs.filter(([, input]) => !input?.description).map(([name]) => `input ${name} has no description`),
    ...missing(text, marker),
  ];
  return { text: fillMarked(text, marker, inputTable(inputs)), problems };
}

function missing(text: string, marker: string): readonly string[] {
  return markers(marker).test(text) ? [] : [`the page has no <!-- ${marker} --> … <!-- /${marker} -->`];
}

function markers(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
}

export function fillMarked(text: string, marker: string, table: string): string {
  // A function, since a `$` in the table would otherwise be read as a reference.
  return text.replace(markers(marker), (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}

function inputTable(inputs: readonly (readonly [string, InputMetadata | null])[]): string {
  const rows = inputs.map(([name, input]) => {
    const given = input?.default === undefined ? '' : String(input.default);
    const shown = input?.required ? '**required**' : given === '' ? '' : `\`${given}\``;
    return `| \`${name}\` | ${shown} | ${cell(input?.description)} |`;
  });
  return ['| Input | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function outputTable(
  outputs: readonly (readonly [string, { readonly description?: string } | null])[],
): string {
  const rows = outputs.map(([name, output]) => `| \`${name}\` | ${cell(output?.description)} |`);
  return ['| Output | Meaning |', '| --- | --- |', ...rows].join('\n');
}

function cell(description: string | undefined): string {
  return (description ?? '').trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
