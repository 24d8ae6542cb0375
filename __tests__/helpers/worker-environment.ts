import type { ChildProcess } from 'node:child_process';
import { TestEnvironment } from 'jest-environment-node';

/** As much of jest's event as is asked for. */
type TestEvent = { readonly name: string; readonly test?: { mode?: string | null } };

/** What outlives the test files of a worker: each of them has globals and modules of its own. */
const idleHosts: ChildProcess[] = [];

// biome-ignore lint/style/noDefaultExport: jest takes the default export alone.
export default class WorkerEnvironment extends TestEnvironment {
  #hasFailed = false;

  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { idleHosts });
  }

  /** Where one failure is all that is asked for, the tests after it are left out: each may wait for what never comes. */
  handleTestEvent(event: TestEvent): void {
    if (process.env['STOP_AT_FIRST_FAILURE'] === undefined) return;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#hasFailed = true;
    else if (event.test !== undefined && event.name === 'test_start' && this.#hasFailed)
      event.test.mode = 'skip';
  }
}
