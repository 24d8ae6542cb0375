import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * A `docker` of a few lines of shell, first in PATH: for what a real one cannot be made to do, and for looking at what
 * it is handed. `folder` is where it can leave notes, as `$NOTES`.
 */
export type FakeDocker = {
  readonly folder: string;
  readonly read: (note: string) => string;
  readonly remove: () => void;
};

export function installFakeDocker(script: string): FakeDocker {
  const folder = mkdtempSync(join(tmpdir(), 'fake-docker-'));
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\nNOTES='${folder}'\n${script}\n`);
  chmodSync(file, 0o755);
  const pathBefore = process.env['PATH'];
  process.env['PATH'] = `${folder}${delimiter}${pathBefore}`;
  return {
    folder,
    read: (note) => readFileSync(join(folder, note), 'utf8'),
    remove: () => {
      process.env['PATH'] = pathBefore;
      rmSync(folder, { recursive: true });
    },
  };
}
