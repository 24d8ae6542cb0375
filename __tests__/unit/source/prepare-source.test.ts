import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type PrepareOptions, prepareSource } from '../../../src/source/prepare-source.ts';
import { managedBuild } from '../../helpers/managed-build.ts';

const yaml =
  'version: 1.0\nruntime: nodejs22\nbuild:\n  commands:\n    build: [npm ci]\nrun:\n  command: node server.js\n';

let base: string;
let workspace: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'prepare-')));
  workspace = join(base, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(base, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true });
  writeFileSync(join(workspace, file), text);
}

const prepare = (
  more: Partial<Omit<PrepareOptions, 'wish'>> & { readonly wish?: Partial<PrepareOptions['wish']> } = {},
) =>
  prepareSource({
    workspace,
    source: '.',
    dockerfile: 'Dockerfile',
    context: undefined,
    runtime: undefined,
    ...more,
    wish: { buildFrom: 'auto', isDockerfileGiven: false, isRuntimeGiven: false, ...more.wish },
  });

test('a Dockerfile, with an apprunner.yaml beside it', async () => {
  write('Dockerfile', 'FROM scratch\n');
  write('apprunner.yaml', 'this: is not even read');
  expect(await prepare()).toMatchObject({
    kind: 'dockerfile',
    dockerfile: 'Dockerfile',
    service: undefined,
    notices: [expect.stringContaining('ignored: apprunner.yaml')],
  });
});

test('an apprunner.yaml', async () => {
  write('apprunner.yaml', yaml);
  expect(await prepare()).toMatchObject({
    kind: 'generated',
    generated: {
      origin: 'apprunner.yaml',
      port: undefined,
      folder: '',
      build: { startCommand: 'node server.js' },
    },
    notices: [],
  });
});

test('remarks on the file come as one notice', async () => {
  write('api/apprunner.yaml', yaml.replace('nodejs22', 'Node 18'));
  const prepared = await prepare({ source: 'api' });
  expect(prepared.kind === 'generated' && prepared.notices).toEqual([
    'apprunner.yaml, line 2, column 10: runtime "Node 18" was read as nodejs18; the right form is runtime: nodejs18\napprunner.yaml, line 2, column 10: App Runner stopped supporting nodejs18 on 2025-12-01; upgrade to nodejs22',
  ]);
});

test('a name that App Runner does not take is read, and said', async () => {
  write('AppRunner.yml', yaml);
  const prepared = await prepare();
  expect(prepared.kind === 'generated' && prepared.notices).toEqual([
    'AppRunner.yml: App Runner takes no other name than apprunner.yaml',
  ]);
});

test('runtime: docker uses the Dockerfile, and what the file says of the service', async () => {
  write(
    'apprunner.yaml',
    'version: 1.0\nruntime: docker\nrun:\n  command: ./main\n  network:\n    port: 9000\n',
  );
  write('Dockerfile', 'FROM scratch\n');
  expect(await prepare({ wish: { buildFrom: 'apprunner' } })).toMatchObject({
    kind: 'dockerfile',
    dockerfile: 'Dockerfile',
    service: { run: { port: 9000 }, startCommand: './main' },
  });
});

test('runtime: docker without a Dockerfile', async () => {
  write('apprunner.yaml', 'version: 1.0\nruntime: docker\nrun:\n  command: ./main\n');
  expect(await prepare()).toMatchObject({
    kind: 'unusable',
    problems: [
      {
        input: 'dockerfile',
        seen: '"Dockerfile" (for runtime docker of apprunner.yaml), which does not exist there',
      },
    ],
  });
});

test('the inputs of a runtime', async () => {
  write('server.js', '');
  const runtime = managedBuild({ build: ['npm ci'] });
  expect(await prepare({ runtime, wish: { isRuntimeGiven: true } })).toMatchObject({
    kind: 'generated',
    generated: { origin: 'inputs', build: runtime },
  });
});

test('a source in a wider build context', async () => {
  write('services/api/apprunner.yaml', yaml);
  expect(await prepare({ source: 'services/api', context: '.' })).toMatchObject({
    kind: 'generated',
    generated: { folder: 'services/api' },
  });
});

test('every problem of the file is one of the inputs', async () => {
  write('apprunner.yaml', 'version: 2.0\nruntime: nodejs22\n');
  const prepared = await prepare();
  expect(
    prepared.kind === 'unusable' && prepared.problems.map(({ input, seen }) => `${input}: ${seen}`),
  ).toEqual([
    'source: apprunner.yaml, line 1, column 10: version "2.0"',
    'source: apprunner.yaml: has no build.commands.build',
    'source: apprunner.yaml: has no run.command',
  ]);
});

test.each<[string, () => void, Parameters<typeof prepare>[0], string, string]>([
  [
    'nothing to build',
    () => write('a.txt', 'a'),
    {},
    'source',
    'the workspace has neither a Dockerfile nor an apprunner.yaml',
  ],
  ['an empty file', () => write('apprunner.yaml', ''), {}, 'source', '"apprunner.yaml", which is empty'],
  [
    'a folder of that name',
    () => write('apprunner.yaml/a', 'a'),
    {},
    'source',
    '"apprunner.yaml", which is not a file',
  ],
  [
    'ten megabytes',
    () => write('apprunner.yaml', '#'.repeat(10_000_000)),
    {},
    'source',
    'apprunner.yaml has 10000000 bytes',
  ],
  [
    'a link out of the workspace',
    () => {
      writeFileSync(join(base, 'secret.yaml'), yaml);
      symlinkSync(join(base, 'secret.yaml'), join(workspace, 'apprunner.yaml'));
    },
    {},
    'source',
    '"apprunner.yaml", which leads out of the workspace',
  ],
  [
    'a source outside',
    () => write('a', 'a'),
    { source: '../..' },
    'source',
    '"../..", which leads out of the workspace',
  ],
  [
    'a context outside',
    () => write('api/apprunner.yaml', yaml),
    { source: 'api', context: '..' },
    'build-context',
    '"..", which leads out of the workspace',
  ],
  [
    'a context that the source is not in',
    () => {
      write('api/apprunner.yaml', yaml);
      write('web/a', 'a');
    },
    { source: 'api', context: 'web' },
    'build-context',
    '"web", which "api" is not in',
  ],
  [
    'a folder that a Dockerfile cannot name',
    () => write('a$b/apprunner.yaml', yaml),
    { source: 'a$b', context: '.' },
    'source',
    '"a$b"',
  ],
  [
    'no apprunner.yaml where one is asked for',
    () => write('a', 'a'),
    { wish: { buildFrom: 'apprunner' } },
    'source',
    '"apprunner.yaml", which does not exist there',
  ],
])('refused: %s', async (_name, arrange, more, input, seen) => {
  arrange();
  const prepared = await prepare(more);
  expect(prepared).toMatchObject({
    kind: 'unusable',
    problems: [{ input, seen: expect.stringContaining(seen) }],
  });
});
