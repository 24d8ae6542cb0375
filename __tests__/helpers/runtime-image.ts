import { existsSync } from 'node:fs';
import { makeBaseImage } from '../../scripts/local-image.ts';

const shellPrograms = 'sh bash cat chmod chown cp echo env id ls mkdir mv rm sleep touch true false'
  .split(' ')
  .map((name) => `/bin/${name}`);

/**
 * Makes a stand-in for an official language image, under its real name, from the programs of this machine: bash, what a
 * shell needs, and the language. Without Python on the machine, that image has none.
 */
export async function makeRuntimeImage(name: string, language: 'node' | 'python'): Promise<void> {
  const python = language === 'python' ? pythonFolder() : undefined;
  await makeBaseImage(name, {
    node: language === 'node',
    programs: [...shellPrograms, ...(python === undefined ? [] : ['/usr/bin/python3'])],
    folders: python === undefined ? [] : [python],
  });
}

/** The standard library of the system's Python, if there is one. */
export function pythonFolder(): string | undefined {
  const minors = Array.from({ length: 20 }, (_, minor) => `/usr/lib/python3.${minor}`);
  return existsSync('/usr/bin/python3')
    ? minors.find((folder) => existsSync(`${folder}/http/server.py`))
    : undefined;
}
