import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateSource } from '../../../src/source/locate.ts';

let base: string;
let workspace: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'locate-')));
  workspace = join(base, 'workspace');
  for (const folder of ['app/docker', 'empty', 'bare', 'folder/Dockerfile'])
    mkdirSync(join(workspace, folder), { recursive: true });
  mkdirSync(join(base, 'outside'));
  for (const file of [
    'outside/Dockerfile',
    'workspace/app/Dockerfile',
    'workspace/app/docker/web',
    'workspace/file',
  ])
    writeFileSync(join(base, file), 'FROM scratch\n');
  writeFileSync(join(workspace, 'bare', 'Dockerfile'), '');
  symlinkSync(join(base, 'outside'), join(workspace, 'link-out'));
  symlinkSync(join(base, 'outside', 'Dockerfile'), join(workspace, 'app', 'link-out'));
  symlinkSync('app', join(workspace, 'link-in'));
  symlinkSync('loop', join(workspace, 'loop'));
});
afterAll(() => rmSync(base, { recursive: true }));

const locate = (source: string, dockerfile: string) =>
  locateSource({ workspace, source, context: undefined, dockerfile });

test.each([
  ['app', 'Dockerfile', 'app', 'app/Dockerfile'],
  ['./app/', 'docker/web', 'app', 'app/docker/web'],
  ['.', 'app/Dockerfile', '.', 'app/Dockerfile'],
  ['link-in', 'Dockerfile', 'app', 'app/Dockerfile'],
  // Beside the source folder, as in a repository with several services, but still in the workspace.
  ['app/docker', '../Dockerfile', 'app/docker', 'app/Dockerfile'],
])('source %s with %s', async (source, dockerfile, context, file) => {
  expect(await locate(source, dockerfile)).toEqual({
    kind: 'found',
    context: join(workspace, context),
    dockerfile: join(workspace, file),
  });
});

test.each([
  ['nowhere', 'Dockerfile', 'source', '"nowhere", which does not exist'],
  ['loop', 'Dockerfile', 'source', '"loop", which does not exist'],
  ['file', 'Dockerfile', 'source', '"file", which is a file'],
  ['file/below', 'Dockerfile', 'source', '"file/below", which does not exist'],
  ['empty', 'Dockerfile', 'source', '"empty", which is empty'],
  ['..', 'Dockerfile', 'source', '"..", which leads out of the workspace'],
  ['../outside', 'Dockerfile', 'source', '"../outside", which leads out of the workspace'],
  ['link-out', 'Dockerfile', 'source', '"link-out", which leads out of the workspace'],
  ['/', 'Dockerfile', 'source', '"/", which leads out of the workspace'],
  ['.', 'Dockerfile', 'dockerfile', '"Dockerfile", which does not exist there'],
  ['app', 'link-out', 'dockerfile', '"link-out", which leads out of the workspace'],
  [
    'app',
    '../../outside/Dockerfile',
    'dockerfile',
    '"../../outside/Dockerfile", which leads out of the workspace',
  ],
  ['folder', 'Dockerfile', 'dockerfile', '"Dockerfile", which is not a file'],
  ['bare', 'Dockerfile', 'dockerfile', '"Dockerfile", which is empty'],
])('source %s with %s is refused', async (source, dockerfile, input, seen) => {
  expect(await locate(source, dockerfile)).toEqual({
    kind: 'unusable',
    problems: [{ input, seen, wanted: expect.any(String) }],
  });
});

test('a workspace without a checkout is said to be one', async () => {
  const located = await locateSource({
    workspace: join(workspace, 'empty'),
    source: '.',
    context: undefined,
    dockerfile: 'Dockerfile',
  });
  expect(located).toMatchObject({
    problems: [
      {
        input: 'source',
        seen: 'the workspace, which is empty',
        wanted: expect.stringContaining('actions/checkout'),
      },
    ],
  });
});
