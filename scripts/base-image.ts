/**
 * `node scripts/base-image.ts NAME` makes an image with Node in it from the files of this machine: the running node and
 * the libraries it is linked to. For the sample app where the official image cannot be pulled, as in CI without a
 * network. Linux only, and no shell in it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Rejects with docker's exit code when docker does not take it. */
export async function makeBaseImage(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'base-image-'));
  // Not the temporary folder itself: the image's `/` would get its mode, and be closed to all users but root.
  const root = join(folder, 'root');
  try {
    mkdirSync(root, { mode: 0o755 });
    const node = realpathSync(process.execPath);
    place(node, join(root, 'usr/local/bin/node'));
    for (const library of parseLdd(execFileSync('ldd', [node], { encoding: 'utf8' }))) {
      place(library, join(root, library));
    }
    mkdirSync(join(root, 'tmp'), { mode: 0o777 });
    await importFolder(root, name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `libm.so.6 => /lib/libm.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`; the kernel's own has no path. */
export function parseLdd(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

/** A link is followed: what is linked to may lie at a path that differs from machine to machine. */
function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

async function importFolder(root: string, name: string): Promise<void> {
  const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const docker = spawn('docker', ['import', '--change', path, '--change', 'CMD ["node"]', '-', name], {
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  const exitCode = await new Promise((resolve, reject) => docker.on('close', resolve).on('error', reject));
  if (exitCode !== 0) throw new Error(`docker import ended with ${exitCode}`);
}

if (import.meta.main) {
  const [name] = process.argv.slice(2);
  if (name === undefined) throw new TypeError('node scripts/base-image.ts NAME');
  await makeBaseImage(name);
  process.stdout.write(`Made ${name}\n`);
}
