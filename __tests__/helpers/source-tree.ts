import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The repository as text: files, and who imports what. Paths are relative to the root, with forward slashes. */

export const root = join(__dirname, '..', '..');

export type Import = {
  readonly specifier: string;
  /** Erased before anything runs: `import type`. */
  readonly typeOnly: boolean;
};

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function listFiles(folder: string, ending = ''): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Static, dynamic and re-exporting imports. */
export function findImports(text: string): readonly Import[] {
  const code = stripComments(text);
  const found: Import[] = [];
  for (const match of code.matchAll(/^(?:import|export)\b(\s+type\b)?[^'";]*?\bfrom\s*'([^']+)'/gm)) {
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined });
  }
  for (const match of code.matchAll(/^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm)) {
    found.push({ specifier: match[1] ?? match[2] ?? '', typeOnly: false });
  }
  return found;
}

/** Comments may name what the code must not. */
export function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** The file a relative import leads to; undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return join(dirname(from), specifier).replaceAll('\\', '/');
}

/** All files that run when the given one is loaded or as it runs, itself among them. */
export function findReachable(entry: string): readonly string[] {
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { specifier, typeOnly } of findImports(readText(file))) {
      const target = typeOnly ? undefined : resolveImport(file, specifier);
      if (target !== undefined) open.push(target);
    }
  }
  return [...seen].sort();
}
