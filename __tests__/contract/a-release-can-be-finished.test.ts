import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readWorkflow } from '../helpers/workflow.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  writeFileSync(join(folder, 'CHANGELOG.md'), '## [1.2.0]\n\n- Something\n\n## [1.1.0]\n\n- Older\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The last step of the release, with a `gh` that fails for what a case says, and the calls it made. */
function publish(failing: string): { readonly status: number | null; readonly calls: readonly string[] } {
  const gh = join(folder, 'gh');
  writeFileSync(gh, `#!/bin/sh\necho "$*" >> calls\ncase "$*" in ${failing}) exit 1;; esac\n`);
  chmodSync(gh, 0o755);
  const { status } = spawnSync(
    'bash',
    ['-e', '-c', readWorkflow('.github/workflows/release.yml').jobs['release']?.steps?.at(-1)?.run ?? ''],
    {
      cwd: folder,
      env: {
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        TAG: 'v1.2.0',
        REPOSITORY: 'octo/actions',
        SHA: 'abc',
      },
    },
  );
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  return { status, calls: calls.map((call) => call.split(' --')[0] ?? '') };
}

test('the release is made with its notes, and then the moving tag is moved', () => {
  expect(publish('"release view"*')).toEqual({
    status: 0,
    calls: ['release view v1.2.0', 'release create v1.2.0', 'api'],
  });
  expect(readFileSync(join(folder, 'notes.md'), 'utf8').trim()).toBe('- Something');
});

test('a job that is run again, when the release is there and the moving tag was not moved, goes on', () => {
  expect(publish('"release create"*')).toEqual({ status: 0, calls: ['release view v1.2.0', 'api'] });
});

test('the moving tag stays where it is without the release', () => {
  expect(publish('release*')).toMatchObject({ status: 1, calls: expect.not.arrayContaining(['api']) });
});
