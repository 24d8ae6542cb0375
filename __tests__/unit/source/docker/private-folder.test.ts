import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPrivateFolder } from '../../../../src/source/docker/config.ts';
import { runScript } from '../../../helpers/run-script.ts';

test('the folder is there meanwhile, for this user only, and gone afterwards', async () => {
  let seen = '';
  const result = await withPrivateFolder(undefined, async (folder) => {
    seen = folder;
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    return 'result';
  });
  expect(result).toBe('result');
  expect(existsSync(seen)).toBe(false);
});

test('it is gone after an error, too', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'parent-'));
  const failing = withPrivateFolder(parent, async () => {
    expect(readdirSync(parent)).toHaveLength(1);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(readdirSync(parent)).toEqual([]);
  rmSync(parent, { recursive: true });
});

test('it is gone when the process exits in the middle', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'parent-'));
  const run = await runScript(`
    import { writeFileSync } from 'node:fs';
    const { withPrivateFolder } = await load('src/source/docker/config.ts');
    await withPrivateFolder(${JSON.stringify(parent)}, async (folder) => {
      writeFileSync(folder + '/secret', 'hush');
      process.exit(3);
    });`);
  expect(run).toMatchObject({ exitCode: 3, stderr: '' });
  expect(readdirSync(parent)).toEqual([]);
  rmSync(parent, { recursive: true });
});
