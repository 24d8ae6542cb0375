import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type DockerRun = {
  readonly stdin?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

export type DockerResult =
  | { readonly ok: true; readonly stdout: string }
  /** `message` is docker's first line on stderr, without the words that say only that it comes from docker. */
  | { readonly ok: false; readonly message: string };

/** Runs `docker` with these arguments, without a shell. A docker that is not there is a failure like any other. */
export function docker(argv: readonly string[], options: DockerRun = {}): Promise<DockerResult> {
  return new Promise((resolve) => {
    const { signal } = options;
    const child = spawn('docker', argv, {
      env: { ...process.env, ...options.env },
      ...(signal && { signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ ok: false, message: error.message }));
    child.on('close', (code) =>
      resolve(code === 0 ? { ok: true, stdout: stdout.trim() } : { ok: false, message: firstLine(stderr) }),
    );
    // A docker that fails before it reads its standard input must not take the emulator down with EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}

/** Hands every line that docker prints, on either stream, to `onLine`; ends when docker does. */
export function followDocker(
  argv: readonly string[],
  options: { readonly onLine: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('docker', argv, { signal: options.signal, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', options.onLine);
    createInterface({ input: child.stderr }).on('line', options.onLine);
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const told = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'docker failed without a word';
  return told.replace(/^Error response from daemon: /, '').trim();
}
