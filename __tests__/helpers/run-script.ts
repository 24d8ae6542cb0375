import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a script run by Node itself left behind: its output, its exit code and the runner's files. */
export type ScriptRun = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly files: Readonly<Record<'output' | 'summary' | 'state', string>>;
};

const root = join(__dirname, '..', '..');
const fileNames = ['output', 'summary', 'state'] as const;

/**
 * Runs a few lines of an ES module, with `load(path)` to import a source of ours. Needed for what jest cannot load, as
 * @actions/core is an ES module only, and for signals and exit codes.
 */
export async function runScript(
  lines: string,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    /** Sent once, as soon as the script says `ready`. */
    readonly signal?: NodeJS.Signals;
  } = {},
): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  for (const name of fileNames) writeFileSync(join(folder, name), '');
  const prelude = `const load = (path) => import(${JSON.stringify(`${pathToFileURL(root)}/`)} + path);\n`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', prelude + lines], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      GITHUB_STATE: join(folder, 'state'),
      ...options.env,
    },
  });
  let stdout = '';
  let stderr = '';
  let signalled = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (options.signal !== undefined && !signalled && stdout.includes('ready')) {
      signalled = child.kill(options.signal);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const files = { output: text('output'), summary: text('summary'), state: text('state') };
  rmSync(folder, { recursive: true, force: true });
  return { stdout, stderr, exitCode, files };
}
