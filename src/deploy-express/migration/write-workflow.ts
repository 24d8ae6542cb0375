import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ActionError } from '../../errors.ts';

/** Writes a file that is not there yet: what somebody wrote by hand is not for us to replace. */
export async function writeWorkflow(workspace: string, file: string, text: string): Promise<void> {
  const root = await realpath(workspace);
  const target = path.resolve(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await realpath(path.dirname(target));
  if (folder !== root && !folder.startsWith(`${root}${path.sep}`)) {
    throw new ActionError('plan-refused', `write-workflow ${file} leads out of the workspace`, {
      hint: 'Name a path in the workspace.',
    });
  }
  try {
    await writeFile(path.join(folder, path.basename(target)), text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new ActionError('plan-refused', `write-workflow ${file} is there already`, {
      hint: 'Name a new path, or remove the file first.',
      cause,
    });
  }
}
