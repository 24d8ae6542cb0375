import { join } from 'node:path';
import { type FakeDocker, installFakeDocker } from './fake-docker.ts';

const program = join(process.cwd(), '__tests__', 'fixtures', 'pushing-docker', 'pushing-docker.mjs');

export const installPushingDocker = (): FakeDocker =>
  installFakeDocker(`exec '${process.execPath}' '${program}' "$@"`);
