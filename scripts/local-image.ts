import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Contents = {
  /** By default, it is there. */
  readonly node?: boolean;
  /** Absolute paths; each comes with its libraries. */
  readonly programs?: readonly string[];
  /** Absolute paths, taken whole. */
  readonly folders?: readonly string[];
};

/**
 * Makes an image from the files of this machine, for where none can be pulled: node, and what else is named. Linux only.
 * Rejects with docker's exit code when docker does not take it.
 */
export async function makeBaseImage(name: string, contents: Contents = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'base-image-'));
  // Not the temporary folder itself: the image's `/` would get its mode, and be closed to all users but root.
  const root = join(folder, 'root');
  try {
    mkdirSync(root, { mode: 0o755 });
    if (contents.node ?? true) placeProgram(realpathSync(process.execPath), root, 'usr/local/bin/node');
    for (const program of contents.programs ?? []) placeProgram(realpathSync(program), root, program);
    for (const folder of contents.folders ?? []) {
      cpSync(folder, join(root, folder), { recursive: true, dereference: true });
    }
    for (const folder of ['tmp', 'mnt', 'etc']) mkdirSync(join(root, folder), { recursive: true });
    chmodSync(join(root, 'tmp'), 0o1777);
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
    await importFolder(root, name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function placeProgram(program: string, root: string, to: string): void {
  place(program, join(root, to));
  for (const library of parseLdd(execFileSync('ldd', [program], { encoding: 'utf8' }))) {
    place(library, join(root, library));
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
