import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BatchGetImageCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import type { ImageOptions } from '../../src/deploy-express/image/build.ts';
import { applyImage } from '../../src/deploy-express/image/obtain.ts';
import { readSource } from '../../src/deploy-express/image/source.ts';
import { observeDocker } from '../../src/source/docker/detect.ts';
import { describeWithDocker } from '../helpers/docker.ts';
import { type EmulatedEcr, startEmulatedEcr } from '../helpers/emulated-ecr.ts';
import { COMMIT, imageOptions } from '../helpers/image-options.ts';

/** With a real docker, by each way it can build here, into the emulator's registry. */
const start = 'FROM scratch AS base\nCOPY tiny-server /tiny-server\n';
const dockerfiles = {
  Dockerfile: `${start}ARG COLOUR=none\nENV COLOUR=$COLOUR\nFROM base AS final\nENTRYPOINT ["/tiny-server"]\n`,
  'Dockerfile.failing': `${start}RUN ["/tiny-server", "exit", "3"]\n`,
  'Dockerfile.endless': `${start}RUN ["/tiny-server", "serve"]\n`,
  'Dockerfile.secret': `${start}RUN --mount=type=secret,id=npm,required=true ["/tiny-server", "exit", "0"]\n`,
};

describeWithDocker('docker', () => {
  let world: EmulatedEcr;
  let base: string;
  let workspace: string;
  const before = { ...process.env };
  beforeAll(async () => {
    world = await startEmulatedEcr();
    base = mkdtempSync(join(tmpdir(), 'docker-builds-'));
    workspace = join(base, 'workspace');
    mkdirSync(workspace);
    mkdirSync(join(base, 'temp'));
    const program = join(__dirname, '..', 'fixtures', 'tiny-server', 'tiny-server.base64');
    writeFileSync(join(workspace, 'tiny-server'), Buffer.from(readFileSync(program, 'utf8'), 'base64'), {
      mode: 0o755,
    });
    for (const [name, text] of Object.entries(dockerfiles)) writeFileSync(join(workspace, name), text);
  });
  afterEach(() => {
    process.env['PATH'] = before['PATH'];
    if (before['DOCKER_CONFIG'] === undefined) delete process.env['DOCKER_CONFIG'];
    else process.env['DOCKER_CONFIG'] = before['DOCKER_CONFIG'];
  });
  afterAll(async () => {
    const images = docker('images', '--quiet', '--filter', `reference=${world.emulator.registry}/*`).split(
      '\n',
    );
    if (images[0] !== '') docker('image', 'rm', '--force', ...new Set(images));
    rmSync(base, { recursive: true });
    await world.stop();
  });

  /** A configuration of docker's with this in it, and the buildx of this machine unless told otherwise. */
  const useConfig = (config: object, { plugins }: { readonly plugins: boolean }) => {
    const folder = mkdtempSync(join(base, 'config-'));
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...(plugins && pluginFolders) }));
    process.env['DOCKER_CONFIG'] = folder;
  };
  const pluginFolders = {
    cliPluginsExtraDirs: [join(before['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'cli-plugins')],
  };
  const options = (name: string, more: Partial<ImageOptions['build']> = {}) => ({
    ...imageOptions(workspace, { ...more, repository: { name } }),
    tempDir: join(base, 'temp'),
  });
  const digestOfTag = async (repositoryName: string, imageTag: string) => {
    const answer = await world.ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }),
    );
    return answer.images?.[0]?.imageId?.imageDigest;
  };
  const docker = (...argv: readonly string[]) => execFileSync('docker', argv, { encoding: 'utf8' }).trim();

  describe.each([
    ['buildx', true],
    ['docker-build', false],
  ])('by %s', (kind, plugins) => {
    const test = (name: string, body: () => Promise<void>) =>
      it(name, async () => {
        useConfig({}, { plugins });
        const state = await observeDocker(undefined);
        if (state.kind !== 'ready' || state.builder.kind !== kind) {
          process.stderr.write(`SKIPPED: "${name}", since this docker does not build by ${kind}\n`);
          return;
        }
        await body();
        expect(readdirSync(join(base, 'temp'))).toEqual([]);
      });

    test('the image is pushed under all tags and known by its digest', async () => {
      const wanted = options(`good-${kind}`, { imageTags: ['latest'], buildArgs: ['COLOUR=deep blue'] });
      expect((await readSource(wanted.build, { workspace, dryRun: false })).problems).toEqual([]);
      const { digest, reference } = await applyImage(wanted);
      expect(reference).toBe(`${world.emulator.registry}/good-${kind}@${digest}`);
      expect(await digestOfTag(`good-${kind}`, COMMIT)).toBe(digest);
      expect(await digestOfTag(`good-${kind}`, 'latest')).toBe(digest);
      const inside = docker(
        'image',
        'inspect',
        '--format',
        '{{.Config.Env}}',
        `${world.emulator.registry}/good-${kind}:latest`,
      );
      expect(inside).toContain('COLOUR=deep blue');
      const said = [...wanted.recorded.log, ...wanted.recorded.notices].join('\n');
      for (const secret of wanted.recorded.masked) expect(said).not.toContain(secret);
    });

    test('the same source again gives the same digest, so that nothing is deployed', async () => {
      const first = await applyImage(options(`again-${kind}`));
      const second = await applyImage({
        ...options(`again-${kind}`),
        commitSha: COMMIT.replaceAll('0', 'f'),
      });
      expect(second.digest).toBe(first.digest);
    });

    test('a failing step fails the build with what it printed', async () => {
      const failing = applyImage(options(`failing-${kind}`, { dockerfile: 'Dockerfile.failing' }));
      await expect(failing).rejects.toMatchObject({
        code: 'build-failed',
        message: expect.stringMatching(/code:? ?3[\s\S]*fatal: told to exit/),
      });
    });

    test('a stage that is not there is told from the rest', async () => {
      await expect(applyImage(options(`stage-${kind}`, { target: 'nowhere' }))).rejects.toMatchObject({
        code: 'build-failed',
        hint: expect.stringContaining('build-target'),
      });
    });

    test('a registry that refuses is told as that', async () => {
      await world.ecr.send(new CreateRepositoryCommand({ repositoryName: `refused-${kind}` }));
      const message = 'User: x is not authorized to perform: ecr:InitiateLayerUpload on resource: y';
      await world.emulator.addFaults([
        { service: 'registry', operation: '*', times: 100, fault: 'denied', message },
      ]);
      const refused = applyImage(options(`refused-${kind}`));
      await expect(refused).rejects.toMatchObject({
        code: 'push-failed',
        message: expect.stringContaining('ecr:InitiateLayerUpload'),
        hint: expect.stringContaining('policy'),
      });
      await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
    });

    test('a cancelled build ends at once', async () => {
      const controller = new AbortController();
      const wanted = options(`endless-${kind}`, { dockerfile: 'Dockerfile.endless' });
      const running = applyImage({
        ...wanted,
        signal: controller.signal,
        log: (line) => {
          if (line.includes('listening')) controller.abort(new Error('cancelled'));
        },
      });
      await expect(running).rejects.toThrow('cancelled');
    });

    test("the user's password store is asked for other registries only", async () => {
      const notes = join(base, `store-${kind}`);
      const helper = join(base, 'docker-credential-recorder');
      writeFileSync(
        helper,
        `#!/bin/sh\nread server\necho "$1 $server" >> '${notes}'\n[ "$1" = list ] && echo '{}' && exit 0\necho 'credentials not found in native keychain'; exit 1\n`,
      );
      chmodSync(helper, 0o755);
      process.env['PATH'] = `${base}${delimiter}${before['PATH']}`;
      useConfig({ credsStore: 'recorder' }, { plugins });
      await applyImage(options(`store-${kind}`));
      writeFileSync(notes, '', { flag: 'a' });
      const asked = readFileSync(notes, 'utf8');
      expect(asked).not.toMatch(/^(?:store|erase) /m);
      expect(asked).not.toContain(world.emulator.registry);
    });

    test('a build secret is there during the build, or refused before it', async () => {
      const wanted = options(`secret-${kind}`, {
        dockerfile: 'Dockerfile.secret',
        buildSecrets: [{ id: 'npm', value: 'hush' }],
      });
      const { problems } = await readSource(wanted.build, { workspace, dryRun: false });
      if (problems.length > 0) expect(problems).toMatchObject([{ input: 'build-secrets' }]);
      else expect(await applyImage(wanted)).toMatchObject({ digest: expect.stringContaining('sha256:') });
      expect(problems.length > 0).toBe(kind === 'docker-build');
    });
  });
});
