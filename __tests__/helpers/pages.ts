import { readdirSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { readText, root } from './source-tree.ts';

const folders = ['.', 'docs', 'docs/decisions', 'bootstrap', 'shift-traffic', 'emulator'];

/** Every page of the repository that users read. */
export const pages: readonly string[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => normalize(join(folder, name))),
);

export type Block = { readonly page: string; readonly language: string; readonly text: string };

const fence = /^( *)```([^\n]*)\n([\s\S]*?)^\1```$/gm;

/** The blocks of a page. The indentation of the list that they are in is not theirs. */
export function blocksOf(page: string): readonly Block[] {
  return [...readText(page).matchAll(fence)].map(([, indent = '', language = '', text = '']) => ({
    page,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** A page without its blocks. */
export function proseOf(page: string): string {
  return readText(page).replace(fence, '');
}
