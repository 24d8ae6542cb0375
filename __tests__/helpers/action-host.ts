import { AsyncLocalStorage } from 'node:async_hooks';
import { getServers, setServers } from 'node:dns';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { compileFunction } from 'node:vm';

/**
 * A process that runs bundles one after another, each as if the process were its own: to start Node and to load what a
 * bundle loads takes ten times as long as a run. A run has ended when nothing is left to wait for, as with any process; one
 * that calls `process.exit`, throws, or is ended by a signal takes this process along, and the next run gets another.
 */
export type Order = {
  readonly bundle: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of the DNS server that the machine asks; its own unless given. */
  readonly dns: string | undefined;
  /** Both streams end with `${mark}<exit code>${mark}`. */
  readonly mark: string;
};

const require = createRequire(import.meta.url);
type Loader = (module: NodeJS.Module, file: string) => void;
const { _extensions: loaders } = Module as unknown as { readonly _extensions: Record<string, Loader> };
const compiled = new Map<string, (...args: readonly unknown[]) => void>();

/**
 * Loads a file as `require` does, but compiles it once: a function that is called again finds what V8 has learnt of it, and
 * all its variables are new.
 */
function loadCompiled(module: NodeJS.Module, file: string): void {
  let body = compiled.get(file);
  if (body === undefined) {
    const names = ['exports', 'require', 'module', '__filename', '__dirname'];
    body = compileFunction(readFileSync(file, 'utf8'), names, { filename: file }) as (
      ...args: readonly unknown[]
    ) => void;
    compiled.set(file, body);
  }
  body.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}
for (const extension of ['.js', '.cjs']) loaders[extension] = loadCompiled;

const ownServers = getServers();
const ownGlobals = new Set(Object.keys(globalThis));
const ownListeners = new Map<string | symbol, ReadonlySet<unknown>>();
const contexts = new AsyncLocalStorage<Order>();
let current: Order | undefined;

/** What a run left behind, such as its timer that ends a process which lingers, is not for the run that comes next. */
function isLeftBehind(): boolean {
  const caller = contexts.getStore();
  return caller !== undefined && caller !== current;
}

const { exit } = process;
process.exit = ((...code: [number?]) => {
  // One that is given `undefined` would forget the exit code that was set.
  if (!isLeftBehind()) exit(...code);
}) as typeof exit;

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = ((...args: readonly unknown[]) => isLeftBehind() || write(...args)) as typeof stream.write;
}

function run(order: Order): void {
  current = order;
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, order.env);
  process.chdir(order.cwd);
  process.argv = [process.execPath, order.bundle];
  setServers(order.dns === undefined ? ownServers : [order.dns]);
  trust(order.env['NODE_EXTRA_CA_CERTS']);
  for (const file of Object.keys(require.cache)) delete require.cache[file];
  process.channel?.unref();
  contexts.run(order, () => require(order.bundle));
}

/** Emulators alone are asked, so that their certificates are all that is needed. */
function trust(certificateFile: string | undefined): void {
  setDefaultCACertificates(certificateFile === undefined ? [] : [readFileSync(certificateFile, 'utf8')]);
}

/** A process of its own would be gone by now, with all that was changed in it. */
function forgetRun(): void {
  for (const event of process.eventNames()) {
    for (const listener of process.listeners(event as NodeJS.Signals)) {
      if (ownListeners.get(event)?.has(listener)) continue;
      if (event === 'exit') listener.call(process, process.exitCode as never);
      process.removeListener(event, listener);
    }
  }
  for (const name of Object.keys(globalThis)) {
    if (!ownGlobals.has(name)) delete (globalThis as Record<string, unknown>)[name];
  }
}

process.on('beforeExit', () => {
  if (current === undefined) return;
  forgetRun();
  const end = `${current.mark}${process.exitCode ?? 0}${current.mark}`;
  current = undefined;
  // The folder of the run may go now.
  process.chdir('/');
  process.channel?.ref();
  process.stdout.write(end);
  process.stderr.write(end);
});
process.on('message', run);
process.on('disconnect', () => exit(0));
for (const event of process.eventNames())
  ownListeners.set(event, new Set(process.listeners(event as NodeJS.Signals)));
