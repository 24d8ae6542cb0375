import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listFiles, root } from '../helpers/source-tree.ts';

/**
 * With linters of others, where they are installed: `ACTIONLINT` and `ZIZMOR`, or on the PATH.
 *
 *   go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
 *   pip install zizmor==1.29.0
 */
const actionlint = findTool(process.env['ACTIONLINT'] || 'actionlint');
const zizmor = findTool(process.env['ZIZMOR'] || 'zizmor');

function findTool(command: string): string | undefined {
  return spawnSync(command, ['--version']).status === 0 ? command : undefined;
}

let folder: string;
const own = listFiles('.github/workflows', '.yml');
const examples = listFiles('examples/workflows', '.yml');

/** Examples call each other from where a user puts them. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  mkdirSync(join(folder, '.github', 'workflows'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  for (const file of examples)
    copyFileSync(join(root, file), join(folder, '.github/workflows', basename(file)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(command: string | undefined, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command ?? '', args, { cwd, encoding: 'utf8' });
  return { status, says: status === 0 ? '' : `${stdout}${stderr}` };
}

const clean = { status: 0, says: '' };

(actionlint ? describe : describe.skip)('actionlint', () => {
  test('finds nothing in our workflows', () => expect(lint(actionlint, own, root)).toEqual(clean));
  test('finds nothing in the examples', () => expect(lint(actionlint, [], folder)).toEqual(clean));
});

(zizmor ? describe : describe.skip)('zizmor', () => {
  // Without the network it does not ask whether a pinned commit is one of that repository.
  const args = ['--offline', '--no-progress', '--quiet'];
  test('finds nothing in our workflows and actions', () => {
    const actions = ['action.yml', 'shift-traffic/action.yml'];
    expect(lint(zizmor, [...args, ...own, ...actions], root)).toEqual(clean);
  });
  test('finds nothing in the examples', () => {
    expect(lint(zizmor, [...args, join('.github', 'workflows')], folder)).toEqual(clean);
  });
});
