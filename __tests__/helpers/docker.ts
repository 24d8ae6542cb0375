import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `describe` where a docker engine for x86-64 Linux answers; elsewhere the cases are skipped, and that is said. */
export const describeWithDocker = absence() === undefined ? describe : describe.skip;

export type Docker = {
  /** Runs docker with a private configuration; rejects with its stderr when it fails. */
  readonly run: (...argv: readonly string[]) => Promise<string>;
  readonly login: (registry: string, password: string) => Promise<void>;
  /** Builds the image of `fixtures/tiny-server`; the label makes two builds differ. */
  readonly buildTinyServer: (tag: string, label?: string) => Promise<void>;
  readonly close: () => void;
};

export function createDocker(): Docker {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const env = { ...process.env, DOCKER_CONFIG: folder, DOCKER_BUILDKIT: '0' };
  const docker = async (...argv: readonly string[]) =>
    (await run('docker', [...argv], { env })).stdout.trim();
  return {
    run: docker,
    login: async (registry, password) => {
      const login = run('docker', ['login', '-u', 'AWS', '--password-stdin', registry], { env });
      login.child.stdin?.end(password);
      await login;
    },
    buildTinyServer: async (tag, label = 'first') => {
      const context = mkdtempSync(join(tmpdir(), 'tiny-server-'));
      const fixture = join(__dirname, '..', 'fixtures', 'tiny-server', 'tiny-server.base64');
      const program = Buffer.from(readFileSync(fixture, 'utf8'), 'base64');
      writeFileSync(join(context, 'tiny-server'), program, { mode: 0o755 });
      writeFileSync(
        join(context, 'Dockerfile'),
        'FROM scratch\nCOPY tiny-server /tiny-server\nEXPOSE 8080\nENTRYPOINT ["/tiny-server"]\n',
      );
      await docker('build', '--quiet', '--label', `build=${label}`, '--tag', tag, context);
      rmSync(context, { recursive: true });
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function absence(): string | undefined {
  const version = spawnSync('docker', ['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'], {
    encoding: 'utf8',
  });
  const platform = version.status === 0 ? version.stdout.trim() : 'no docker engine';
  if (platform === 'linux/amd64') return undefined;
  process.stderr.write(
    `SKIPPED: these tests need a docker engine for linux/amd64, and there is ${platform}\n`,
  );
  return platform;
}
