import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The repository as text: files, and who imports what. Paths are relative to the root, with forward slashes. */

export const root = join(__dirname, '..', '..');

export type Import = {
  readonly specifier: string;
  /** Erased before anything runs: `import type`. */
  readonly typeOnly: boolean;
  /** Loaded when it is needed: `import(…)`. */
  readonly lazy: boolean;
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
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined, lazy: false });
  }
  for (const match of code.matchAll(/^import\s*'([^']+)'|(\btypeof\s+)?\bimport\(\s*'([^']+)'/gm)) {
    const [, atOnce, typeOf, later] = match;
    const typeOnly = typeOf !== undefined;
    found.push({ specifier: atOnce ?? later ?? '', typeOnly, lazy: later !== undefined && !typeOnly });
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

/** The files of the repository that an import of this one leads to. */
export function listImportedFiles(file: string, { types }: { readonly types: boolean }): readonly string[] {
  return findImports(readText(file)).flatMap(({ specifier, typeOnly }) =>
    typeOnly && !types ? [] : (resolveImport(file, specifier) ?? []),
  );
}

/** All files that run when the given one is loaded or as it runs, itself among them. */
export function findReachable(entry: string): readonly string[] {
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...listImportedFiles(file, { types: false }));
  }
  return [...seen].sort();
}
