export type Instruction = { readonly name: string; readonly flags: readonly string[]; readonly rest: string };

/**
 * Instructions as docker reads them: comments dropped, lines joined at a backslash, flags taken off. Told from the
 * description of the format, not from the code that writes it.
 */
export function parseDockerfile(text: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let pending = '';
  for (const line of text.split('\n')) {
    if (/^\s*#/.test(line) || (line.trim() === '' && pending === '')) continue;
    if (/\\[ \t]*$/.test(line)) {
      pending += line.replace(/\\[ \t]*$/, '');
      continue;
    }
    const match = /^\s*(\w+)\s+((?:--\S+\s+)*)(.*)$/s.exec(pending + line);
    if (match === null) throw new Error(`no instruction: ${pending + line}`);
    const [, name = '', flags = '', rest = ''] = match;
    instructions.push({ name, flags: flags.split(/\s+/).filter(Boolean), rest });
    pending = '';
  }
  return instructions;
}
