import type { ChildProcess } from 'node:child_process';
import { TestEnvironment } from 'jest-environment-node';

/** What outlives the test files of a worker: each of them has globals and modules of its own. */
const idleHosts: ChildProcess[] = [];

// biome-ignore lint/style/noDefaultExport: jest takes the default export alone.
export default class WorkerEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { idleHosts });
  }
}
