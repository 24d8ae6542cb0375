import { renderInputProblems } from '../../../../src/input-reader.ts';
import { parseRawInputs, type RawInputs } from '../../../helpers/raw-inputs.ts';

function buildFromOf(raw: RawInputs) {
  const parsed = parseRawInputs(raw);
  if (!parsed.ok) throw new Error(renderInputProblems(parsed.problems));
  if (parsed.inputs.image.kind !== 'build') throw new Error(parsed.inputs.image.kind);
  return { ...parsed.inputs.image.build.from, port: parsed.inputs.settings.containerPort };
}

function linesOf(raw: RawInputs): readonly string[] {
  const parsed = parseRawInputs(raw);
  return parsed.ok ? [] : parsed.problems.map(({ input, seen }) => `${input}: ${seen}`);
}

test("the configuration of App Runner's API", () => {
  const from = buildFromOf({
    runtime: 'NODEJS_22',
    'build-command': 'npm ci\nnpm run build',
    'start-command': 'node server.js',
    port: '3000',
  });
  expect(from).toEqual({
    wish: { buildFrom: 'auto', isDockerfileGiven: false, isRuntimeGiven: true },
    isSourceGiven: false,
    isAsked: true,
    context: undefined,
    runtime: {
      kind: 'managed',
      runtime: expect.objectContaining({ name: 'nodejs22', version: '22', buildKind: 'revised' }),
      phases: { preBuild: [], build: ['npm ci\nnpm run build'], postBuild: [] },
      preRun: [],
      buildEnvironment: [],
      startCommand: 'node server.js',
    },
    runtimeNotes: [],
    runtimeImage: undefined,
    buildImage: undefined,
    port: 3000,
  });
});

test('what Python installs is there at run time, although no input says pre-run', () => {
  const { runtime } = buildFromOf({ runtime: 'PYTHON_311', 'start-command': 'gunicorn app:app' });
  expect(runtime?.runtime.buildKind).toBe('original');
});

test('images of the user', () => {
  const from = buildFromOf({
    'runtime-image': 'node:22-slim',
    'build-image': 'registry.example/node:22',
    'build-from': 'apprunner',
  });
  expect(from).toMatchObject({
    wish: { buildFrom: 'apprunner' },
    runtimeImage: 'node:22-slim',
    buildImage: 'registry.example/node:22',
  });
});

test('port is container-port', () => {
  expect(buildFromOf({ port: '80', 'container-port': '80' }).port).toBe(80);
});

test.each<[RawInputs, string]>([
  [{ runtime: 'nodejs22' }, 'start-command: not given together with runtime'],
  [{ 'start-command': 'npm start' }, 'start-command: given without runtime'],
  [{ 'build-command': 'npm ci' }, 'build-command: given without runtime'],
  [{ 'build-from': 'runtime' }, 'runtime: not given, with build-from: runtime'],
  [{ 'build-from': 'magic' }, 'build-from: "magic"'],
  [{ runtime: 'cobol', 'start-command': 'x' }, 'runtime: "cobol", which is no runtime'],
  [{ runtime: 'docker', 'start-command': 'x' }, 'runtime: "docker"'],
  [{ runtime: 'nodejs22', 'start-command': 'x\0' }, 'start-command: a command that has a zero byte'],
  [{ port: '80', 'container-port': '8080' }, 'port: 80 with container-port 8080'],
  [{ port: '99999' }, 'port: "99999"'],
  [{ 'runtime-image': 'https://x' }, 'runtime-image: "https://x"'],
  [
    { image: 'a/b:1', source: '.', runtime: 'nodejs22', 'start-command': 'x' },
    'image: given together with source',
  ],
])('%p is refused', (raw, line) => {
  expect(linesOf(raw)).toEqual([line]);
});
