import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { infrastructureRole, roles } from '../../helpers/deploy-inputs.ts';
import { describeWithDocker } from '../../helpers/docker.ts';
import { type EmulatorHandle, startEmulator } from '../../helpers/emulator.ts';
import { type ActionRun, runAction } from '../../helpers/run-action.ts';
import { makeRuntimeImage, pythonFolder } from '../../helpers/runtime-image.ts';

/** Official names, with versions that there never were: an image of the machine's own is not touched. */
const images = {
  node: 'public.ecr.aws/docker/library/node:22.0.9002',
  python: 'public.ecr.aws/docker/library/python:3.11.9002',
};
const testIfPython = pythonFolder() === undefined ? test.skip : test;

const server = `
const { createServer } = require('node:http');
const { PORT, APP_PORT, GREETING } = process.env;
createServer((request, response) => response.end([PORT, APP_PORT, GREETING, process.getuid()].join(' '))).listen(PORT);
`;

const pythonServer = `
import http.server, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(open("made").read().encode())

    def log_message(self, *args):
        pass

http.server.HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

describeWithDocker('a source that App Runner could build', () => {
  let emulator: EmulatorHandle;
  let folder: string;

  beforeAll(async () => {
    await makeRuntimeImage(images.node, 'node');
    await makeRuntimeImage(images.python, 'python');
    emulator = await startEmulator('--speed', '60', '--engine', 'docker');
  }, 120_000);
  afterAll(async () => {
    await emulator.stop();
    execFileSync('docker', ['rmi', '--force', ...Object.values(images)], { stdio: 'ignore' });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'source-'));
    mkdirSync(join(folder, 'temp'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function deploy(
    files: Readonly<Record<string, string>>,
    inputs: Readonly<Record<string, string>>,
  ): Promise<ActionRun> {
    const workspace = join(folder, 'workspace');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    return runAction({
      inputs: {
        ...roles,
        'infrastructure-role-arn': infrastructureRole,
        'health-check-path': '/',
        'poll-interval-seconds': '0.5',
        ...inputs,
      },
      env: { ...emulator.env, RUNNER_TEMP: join(folder, 'temp') },
      workspace,
    });
  }

  function ask(host: string): Promise<string> {
    const [hostname, port] = emulator.http.split(':');
    return new Promise((resolve, reject) => {
      request({ hostname, port, headers: { host } }, (response) => {
        response.setEncoding('utf8');
        let body = '';
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
  }

  test('Node, from apprunner.yaml in a folder of the repository', async () => {
    const run = await deploy(
      {
        'api/server.js': server,
        'api/apprunner.yaml': `version: 1.0
runtime: nodejs22
build:
  commands:
    build: node --check server.js
run:
  runtime-version: 22.0.9002
  command: node server.js
  network:
    port: 3000
    env: APP_PORT
  env:
    - name: GREETING
      value: hello
`,
      },
      { 'service-name': 'node-source', source: 'api' },
    );
    expect(run.log).toContain('::group::The Dockerfile that was generated');
    expect(run.log).toContain('container-port: not set → 3000 (apprunner.yaml)');
    expect(run.log).toContain('line 5, column 12: build.commands.build is one command instead of a list');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
    expect(await ask(run.outputs['endpoint'] ?? '')).toBe('3000 3000 hello 10001');
    expect(readFileSync(run.outputs['dockerfile'] ?? '', 'utf8')).toContain(`FROM ${images.node} AS base`);
  }, 240_000);

  testIfPython(
    'Python, from the configuration of the API',
    async () => {
      const inputs = {
        'service-name': 'python-source',
        runtime: 'python3.11.9002',
        'build-command': 'echo "built as $(id -u)" > made',
        'start-command': 'python3 app.py',
        port: '5000',
      };
      const run = await deploy({ 'app.py': pythonServer }, inputs);
      expect(run.log).toContain('environment-variables: PORT: not set → set (runtime)');
      expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'created' } });
      expect(await ask(run.outputs['endpoint'] ?? '')).toBe('built as 0\n');
    },
    240_000,
  );

  test('nothing to build is said before any call', async () => {
    const run = await deploy({ 'a.txt': 'a' }, { 'service-name': 'nothing' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('wanted one of four: a Dockerfile there, the input dockerfile');
  });

  test('a command that fails is what the error says', async () => {
    const yaml = `version: 1.0\nruntime: python3.11.9002\nbuild:\n  commands:\n    build:\n      - cd nowhere\nrun:\n  command: "true"\n`;
    const run = await deploy({ 'apprunner.yaml': yaml }, { 'service-name': 'failing' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/::error.*could not build the image/);
    expect(run.log).toContain('exit code 1 from: cd nowhere');
  }, 120_000);
});
