import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Lends a folder that only this user can read (mkdtemp makes it 0700), and removes it however `use` ends; also when the
 * process exits meanwhile. Secrets lie in it, so it must not wait for the runner to clean up at the end of the job.
 */
export async function withPrivateFolder<T>(
  parent: string | undefined,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(parent ?? tmpdir(), 'deploy-express-'));
  // Links in it are removed, not followed. Windows may hold a file for a moment after its process has ended.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  try {
    return await use(folder);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
