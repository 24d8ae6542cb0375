import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

export type RegistryLogin = {
  /** With the port, if there is one. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
};

type Members = Readonly<Record<string, unknown>>;

/**
 * The user's docker configuration plus one login.
 *
 * An empty helper for the host makes docker keep to this file for it, whatever `credsStore` or helper the user has: the
 * password can neither be written to the user's store, nor be shadowed by what is in there. (docker/cli,
 * `config/configfile/file.go`: the entry of `credHelpers` wins if it exists, and an empty one means the file.)
 */
export function addLogin(config: Members, login: RegistryLogin): Members {
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return {
    ...config,
    auths: { ...readMembers(config['auths']), [login.host]: { auth } },
    credHelpers: { ...readMembers(config['credHelpers']), [login.host]: '' },
  };
}

function readMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** Where docker keeps builders, contexts, plugins and the keys of a remote engine, beside `config.json`. */
const shared = ['contexts', 'buildx', 'cli-plugins', 'ca.pem', 'cert.pem', 'key.pem'];

/**
 * Makes a configuration folder for docker below `parent` and returns its path, to be given as `DOCKER_CONFIG`. The
 * user's folder is read, never written: the login must not outlive the step, nor take the place of one of the user's.
 */
export async function writeDockerConfig(parent: string, login: RegistryLogin): Promise<string> {
  const userFolder = process.env['DOCKER_CONFIG'] || path.join(homedir(), '.docker');
  const folder = path.join(parent, 'docker-config');
  await mkdir(folder, { mode: 0o700 });
  const config = addLogin(await readConfig(path.join(userFolder, 'config.json')), login);
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  await Promise.all(shared.map((name) => share(path.join(userFolder, name), path.join(folder, name))));
  return folder;
}

/** What docker itself cannot read it passes over with a warning, and so do we. */
async function readConfig(file: string): Promise<Members> {
  try {
    return readMembers(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

/** Windows asks for a privilege before it makes a link, so there they are copied. A link to nothing does no harm. */
async function share(from: string, to: string): Promise<void> {
  if (process.platform !== 'win32') return symlink(path.resolve(from), to);
  await cp(from, to, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
}

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
