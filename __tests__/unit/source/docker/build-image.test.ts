import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildAndPush,
  type ImageBuild,
  parsePushedDigest,
} from '../../../../src/source/docker/build-image.ts';
import { type FakeDocker, installFakeDocker } from '../../../helpers/fake-docker.ts';

const digest = `sha256:${'d'.repeat(64)}`;
/** Leaves a note of all that it is handed: arguments, variables, and the files that are there meanwhile. */
const takeNotes = `
echo "$@" >> "$NOTES/argv"
env > "$NOTES/env"
cp "$DOCKER_CONFIG/config.json" "$NOTES/config"
cp -r "$DOCKER_CONFIG/../secrets" "$NOTES/secrets"
`;
const buildx = `${takeNotes}
while [ "$1" != --metadata-file ]; do shift; done
echo '{"containerimage.digest":"${digest}"}' > "$2"
echo building`;

let docker: FakeDocker | undefined;
let tempDir: string;
beforeEach(() => {
  tempDir = mkdtempSync(join(tmpdir(), 'build-image-'));
});
afterEach(() => {
  docker?.remove();
  docker = undefined;
  rmSync(tempDir, { recursive: true });
});

function build(script: string, more: Partial<ImageBuild> = {}): { done: Promise<string>; log: string[] } {
  docker = installFakeDocker(script);
  const log: string[] = [];
  const done = buildAndPush({
    recipe: {
      context: '/app',
      dockerfile: '/app/Dockerfile',
      platform: 'linux/amd64',
      target: undefined,
      buildArgs: [],
      cacheFrom: [],
      cacheTo: [],
      attestations: false,
      references: ['registry:5000/web:sha', 'registry:5000/web:latest'],
    },
    secrets: [{ id: 'npm', value: 'npm-hush' }],
    builder: { kind: 'buildx', driver: 'docker', limited: true },
    login: { host: 'registry:5000', username: 'AWS', password: 'registry-hush' },
    tempDir,
    log: (line) => log.push(line),
    signal: undefined,
    ...more,
  });
  return { done, log };
}

test('the digest comes from the metadata of buildx', async () => {
  const { done, log } = build(buildx);
  expect(await done).toBe(digest);
  expect(log).toEqual(['building']);
});

test('secrets are handed over in files alone', async () => {
  const { done, log } = build(buildx);
  await done;
  expect(docker?.read('secrets/0')).toBe('npm-hush');
  const auth = Buffer.from('AWS:registry-hush').toString('base64');
  expect(docker?.read('config')).toContain(auth);
  const elsewhere = [docker?.read('argv'), docker?.read('env'), ...log].join('\n');
  for (const secret of ['npm-hush', 'registry-hush', auth]) expect(elsewhere).not.toContain(secret);
});

const failing = 'echo "ERROR: failed to solve: x"; exit 1';

test.each([
  ['a build', buildx, undefined],
  ['a failed build', failing, 'could not build the image: x (docker exit code 1)'],
  ['a build without a digest', 'exit 0', expect.any(String)],
])('nothing is left behind by %s', async (_name, script, message) => {
  const outcome = await build(script).done.catch((error: Error) => error);
  if (message === undefined) expect(outcome).toBe(digest);
  else expect((outcome as Error).message).toEqual(message);
  expect(readdirSync(tempDir)).toEqual([]);
});

test('nothing is left behind by a cancelled build', async () => {
  const controller = new AbortController();
  const started = { log: () => controller.abort(new Error('cancelled')), signal: controller.signal };
  await expect(build('echo started; sleep 60', started).done).rejects.toThrow('cancelled');
  expect(readdirSync(tempDir)).toEqual([]);
});

const classic = `${takeNotes}
case $1 in push) echo "latest: digest: ${digest} size: 528";; esac`;

test('without buildx, each tag is pushed after the build, and the digest is what the push says', async () => {
  const { done } = build(classic, { builder: { kind: 'docker-build', buildKit: true } });
  expect(await done).toBe(digest);
  const commands = docker?.read('argv').trim().split('\n') ?? [];
  expect(commands.map((command) => command.split(' ').at(0))).toEqual(['build', 'push', 'push']);
  expect(commands.slice(1)).toEqual(['push registry:5000/web:sha', 'push registry:5000/web:latest']);
});

test.each([
  [true, 'DOCKER_BUILDKIT=1\n'],
  [false, 'DOCKER_BUILDKIT=\n'],
])('BuildKit is asked for exactly where it is there: %s', async (buildKit, expected) => {
  await build(`${classic}\n[ $1 = build ] && env > "$NOTES/build-env"; exit 0`, {
    builder: { kind: 'docker-build', buildKit },
  }).done;
  expect(docker?.read('build-env')).toContain(expected);
});

test('a push that does not say the digest is looked up', async () => {
  const script = `[ $1 = image ] && echo '["other/web@sha256:0","registry:5000/web@${digest}"]'; exit 0`;
  expect(await build(script, { builder: { kind: 'docker-build', buildKit: true } }).done).toBe(digest);
});

test('a failed push says so', async () => {
  const script = '[ $1 = build ] || { echo "denied: no" >&2; exit 1; }';
  const { done } = build(script, { builder: { kind: 'docker-build', buildKit: true } });
  await expect(done).rejects.toMatchObject({
    code: 'push-failed',
    message: 'could not push the image: denied: no (docker exit code 1)',
  });
});

test('a docker that has gone meanwhile is told as what it is', async () => {
  const path = process.env['PATH'];
  try {
    const { done } = build(buildx);
    process.env['PATH'] = '/nowhere';
    await expect(done).rejects.toMatchObject({
      code: 'build-failed',
      hint: expect.stringContaining('image'),
    });
  } finally {
    process.env['PATH'] = path;
  }
});

test.each([
  [['sha: digest: sha256:short size: 1'], undefined],
  [[`a: digest: sha256:${'1'.repeat(64)} size: 1`, `b: digest: ${digest} size: 1`], digest],
  [[], undefined],
])('of %j the last digest counts', (lines, expected) => {
  expect(parsePushedDigest(lines)).toBe(expected);
});

const pushOnly = `case "$1" in image) `;

test.each([
  ['no metadata file', 'true', undefined],
  ['an empty one', 'while [ "$1" != --metadata-file ]; do shift; done; : > "$2"', undefined],
  ['null', 'while [ "$1" != --metadata-file ]; do shift; done; echo null > "$2"', undefined],
  [
    'a text before the JSON',
    `while [ "$1" != --metadata-file ]; do shift; done; echo 'warning: {"containerimage.digest":"${digest}"}' > "$2"`,
    undefined,
  ],
  ['an inspect that prints nothing', `${pushOnly};; esac`, 'docker-build'],
  ['an inspect that prints null', `${pushOnly} echo null;; esac`, 'docker-build'],
  ['an inspect that prints numbers', `${pushOnly} echo '[1, null]';; esac`, 'docker-build'],
  ['an inspect that warns on the same stream', `${pushOnly} echo 'warning: [';; esac`, 'docker-build'],
] as const)('of a docker that does not say the digest the push failed: %s', async (_what, script, kind) => {
  const { done } = build(script, {
    secrets: [],
    ...(kind !== undefined && { builder: { kind, buildKit: false } }),
  });
  await expect(done).rejects.toMatchObject({
    code: 'push-failed',
    message: 'docker pushed the image but did not say its digest',
  });
});
