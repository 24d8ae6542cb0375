/**
 * `npm run pictures [-- SUMMARY.md …]`: job summaries as GitHub shows them. Of the summaries that are named, a picture
 * beside each, light and dark. Without any, those of docs/images/ are made anew. It needs chromium and
 * pngquant, as Debian has them, and downloads three packages into .tmp/. The pictures are looked at, and not compared:
 * fonts differ.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparePainter } from './pictures/paint.ts';
import { playScenes } from './pictures/scenes.ts';

/** Where the rest is what a reader expects: up to the last heading before so many pixels. */
const tallest: Readonly<Record<string, number>> = { 'deployment-failed': 1050 };

const named = process.argv.slice(2);
const paint = preparePainter();
if (named.length > 0) {
  for (const file of named) show(readFileSync(file, 'utf8'), file.replace(/\.md$/, ''));
} else {
  const folder = join('.tmp', 'pictures');
  mkdirSync(folder, { recursive: true });
  for (const [name, summary] of Object.entries(await playScenes())) {
    writeFileSync(join(folder, `${name}.md`), summary);
    show(summary, join(folder, name));
    paint(summary, join('docs', 'images', `${name}.png`), 'light', tallest[name]);
  }
}

function show(summary: string, stem: string): void {
  for (const scheme of ['light', 'dark'] as const) paint(summary, `${stem}.${scheme}.png`, scheme);
  process.stdout.write(`${stem}.light.png, ${stem}.dark.png\n`);
}
