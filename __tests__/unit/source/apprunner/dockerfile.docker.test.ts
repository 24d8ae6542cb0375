import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderDockerfile } from '../../../../src/source/apprunner/dockerfile.ts';
import { parseAppRunnerYaml } from '../../../../src/source/apprunner/parse-apprunner-yaml.ts';
import { observeDocker } from '../../../../src/source/docker/detect.ts';
import { describeWithDocker } from '../../../helpers/docker.ts';
import { makeRuntimeImage, pythonFolder } from '../../../helpers/runtime-image.ts';

/** Official names, with versions that there never were: an image of the machine's own is not touched. */
const images = {
  nodejs: 'public.ecr.aws/docker/library/node:22.0.9001',
  python: 'public.ecr.aws/docker/library/python:3.11.9001',
};
const testIfPython = pythonFolder() === undefined ? test.skip : test;

describeWithDocker('a real build of an apprunner.yaml', () => {
  let context: string;
  let buildKit: boolean;
  const built: string[] = [];

  beforeAll(async () => {
    const docker = await observeDocker(undefined);
    if (docker.kind !== 'ready') throw new Error(docker.kind);
    buildKit = docker.builder.kind === 'buildx' || docker.builder.buildKit;
    await makeRuntimeImage(images.nodejs, 'node');
    await makeRuntimeImage(images.python, 'python');
  }, 120_000);
  afterAll(() => {
    run('rmi', '--force', images.nodejs, images.python);
  });
  beforeEach(() => {
    context = mkdtempSync(join(tmpdir(), 'source-'));
  });
  afterEach(() => {
    rmSync(context, { recursive: true });
    for (const image of built.splice(0)) run('rmi', '--force', image);
  });

  function run(...argv: readonly string[]): string {
    return execFileSync('docker', argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // In plain progress, what a failing command printed is all on stderr.
      env: { ...process.env, DOCKER_BUILDKIT: buildKit ? '1' : '0', BUILDKIT_PROGRESS: 'plain' },
    });
  }

  /** Returns the name of the image. */
  function build(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries({ '.git/HEAD': 'ref', ...files })) {
      mkdirSync(dirname(join(context, name)), { recursive: true });
      writeFileSync(join(context, name), text);
    }
    const parsed = parseAppRunnerYaml(Buffer.from(files['apprunner.yaml'] ?? ''));
    if (!parsed.ok || parsed.config.build.kind !== 'managed') throw new Error(JSON.stringify(parsed));
    const { port } = parsed.config.run;
    const options = {
      origin: 'apprunner.yaml',
      port,
      folder: '',
      buildKit,
      runtimeImage: undefined,
      buildImage: undefined,
    } as const;
    const folder = mkdtempSync(join(tmpdir(), 'dockerfile-'));
    const dockerfile = join(folder, 'Dockerfile');
    writeFileSync(dockerfile, renderDockerfile(parsed.config.build, options).text);
    writeFileSync(`${dockerfile}.dockerignore`, '.git\n');
    const image = `apprunner-test:${built.length}-${process.pid}`;
    built.push(image);
    try {
      run('build', '--file', dockerfile, '--tag', image, context);
    } finally {
      rmSync(folder, { recursive: true });
    }
    return image;
  }

  const inside = (image: string, script: string) => run('run', '--rm', image, '/bin/bash', '-c', script);

  test('node: revised build', () => {
    const image = build({
      'server.js':
        'console.log(process.env.GREETING ?? "none", process.pid, process.getuid(), require("node:fs").existsSync("later"));',
      'apprunner.yaml': `version: 1.0
runtime: nodejs22.0.9001
build:
  commands:
    pre-build:
      - mkdir made && cd made
      - echo "it's \\"quoted\\" $TOKEN" > file
    build:
      - |
        cat > heredoc <<'EOF'
        FROM scratch
        $(id)
        EOF
      - touch /outside
    post-build:
      - touch later && test -f heredoc
  env:
    - name: TOKEN
      value: hush'es
run:
  pre-run:
    - echo "pre-run $TOKEN" > prerun
  command: ": && node server.js"
  env:
    - name: GREETING
      value: only-in-the-service
`,
    });
    expect(run('run', '--rm', image)).toBe('none 1 10001 false\n');
    expect(inside(image, 'cat made/file heredoc prerun')).toBe(
      "it's \"quoted\" hush'es\nFROM scratch\n$(id)\npre-run hush'es\n",
    );
    expect(
      inside(image, 'ls -d /outside .git later /phase /mnt/* 2>/dev/null; echo; echo x > new && cat new'),
    ).toBe('\nx\n');
    const metadata = run('inspect', image) + run('history', '--no-trunc', image);
    for (const word of ['hush', 'only-in-the-service']) expect(metadata).not.toContain(word);
  }, 300_000);

  testIfPython(
    'python: what the build puts outside of /app is there after an original build',
    () => {
      const image = build({
        'app.py': 'import greeting, os; print(greeting.TEXT, os.getpid(), os.getuid())',
        'apprunner.yaml': `version: 1.0
runtime: python3
build:
  commands:
    build:
      - mkdir -p /usr/local/lib/site && echo "TEXT = '$(pwd)'" > /usr/local/lib/site/greeting.py
run:
  runtime-version: 3.11.9001
  command: PYTHONPATH=/usr/local/lib/site python3 app.py
`,
      });
      expect(run('run', '--rm', image)).toBe('/app 1 10001\n');
    },
    300_000,
  );

  test('a start command that installs finds its programs, though it is not root', () => {
    // Stands in for pip: what nobody but root may put beside Python goes to the user's own folder.
    const pip =
      'mkdir -p ~/.local/bin; echo "echo tool of \\$(id -u)" > ~/.local/bin/tool; chmod +x ~/.local/bin/tool';
    const image = build({
      'apprunner.yaml': `version: 1.0
runtime: python3
build:
  commands:
    build:
      - mkdir -p /usr/local/bin
      - |
        cat > /usr/local/bin/pip <<'EOF'
        #!/bin/bash
        ${pip}
        EOF
      - chmod +x /usr/local/bin/pip
run:
  runtime-version: 3.11.9001
  command: pip install tool && bash -c tool
`,
    });
    expect(run('run', '--rm', image)).toBe('tool of 10001\n');
  }, 300_000);

  test('a failing command ends the build and is named', () => {
    const yaml =
      'version: 1.0\nruntime: python3.11.9001\nbuild:\n  commands:\n    build:\n      - echo one\n      - cd nowhere\n      - echo two\nrun:\n  command: node server.js\n';
    const failure = catchError(() => build({ 'apprunner.yaml': yaml }));
    expect(failure).toContain('exit code 1 from: cd nowhere');
    expect(failure).not.toContain('+ echo two');
  }, 120_000);

  test('a post-build that fails ends the build', () => {
    const yaml =
      'version: 1.0\nruntime: python3.11.9001\nbuild:\n  commands:\n    build:\n      - echo one\n    post-build:\n      - exit 7\nrun:\n  command: node server.js\n';
    expect(catchError(() => build({ 'apprunner.yaml': yaml }))).toContain('exit code 7 from: exit 7');
  }, 120_000);
});

function catchError(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    return `${stdout}\n${stderr}`;
  }
  throw new Error('nothing failed');
}
