import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, readText, root } from '../helpers/source-tree.ts';

const files = listFiles('dist');
const scripts = files.filter((file) => file.endsWith('.js'));
const chunk = /^dist\/[a-z-]+\/(\d+)\.index\.js$/;

test('has the bundle of each action, its chunks, their licences, and nothing else', () => {
  expect(files.filter((file) => !chunk.test(file))).toEqual(
    ['deploy-express', 'shift-traffic'].flatMap((action) => [
      `dist/${action}/index.js`,
      `dist/${action}/licenses.txt`,
      `dist/${action}/package.json`,
    ]),
  );
});

test('every chunk is asked for by number', () => {
  const asked = new Set(
    scripts.flatMap((file) => [...readText(file).matchAll(/\.e\((\d+)\)/g)].map((match) => match[1])),
  );
  const numbers = scripts.flatMap((file) => chunk.exec(file)?.[1] ?? []);
  expect(numbers.filter((number) => !asked.has(number))).toEqual([]);
});

test.each(scripts)('%s is code that Node can read', (file) => {
  expect(spawnSync(process.execPath, ['--check', join(root, file)], { encoding: 'utf8' }).stderr).toBe('');
});

test.each(scripts)('%s knows nothing of the emulator, the tests, or where it was built', (file) => {
  const text = readText(file);
  for (const word of ['/_emulator/', '__tests__', 'express-deploy-actions/emulator', root]) {
    expect([word, text.includes(word)]).toEqual([word, false]);
  }
});

test('names the licences of what it holds', () => {
  for (const file of files.filter((each) => each.endsWith('licenses.txt'))) {
    const text = readText(file);
    for (const name of ['@actions/core (MIT)', '@aws-sdk/client-ecs (Apache-2.0)', 'undici (MIT)']) {
      expect([name, text.includes(name)]).toEqual([name, true]);
    }
  }
});

test('is at most 4 MB, both actions together', () => {
  const bytes = files.map((file) => statSync(join(root, file)).size).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(4_000_000);
});
