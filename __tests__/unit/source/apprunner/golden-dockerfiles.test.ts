import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDockerfile } from '../../../../src/source/apprunner/dockerfile.ts';
import { appRunnerRuntimes } from '../../../../src/source/apprunner/runtimes.ts';
import { managedBuild } from '../../../helpers/managed-build.ts';

/** `GOLDEN=write npm test -- golden` writes the files anew; what changed is then in the diff, for a reviewer to read. */
const isWriting = process.env['GOLDEN'] === 'write';
const folder = join(__dirname, '..', 'golden');

function expectGolden(name: string, text: string): void {
  const file = join(folder, `${name}.Dockerfile`);
  if (isWriting) writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : `no file ${name}`).toBe(text);
}

type Options = Partial<Parameters<typeof renderDockerfile>[1]>;

const render = (parts: Parameters<typeof managedBuild>[0], options: Options = {}) =>
  renderDockerfile(managedBuild(parts), {
    origin: 'apprunner.yaml',
    port: undefined,
    folder: '',
    buildKit: true,
    runtimeImage: undefined,
    buildImage: undefined,
    ...options,
  });

const commands: Readonly<Record<string, Parameters<typeof managedBuild>[0]>> = {
  python: { build: ['pip install -r requirements.txt'], startCommand: 'gunicorn app:app' },
  nodejs: { build: ['npm ci', 'npm run build'], startCommand: 'npm start' },
  corretto: { build: ['mvn clean package'], startCommand: 'java -jar target/app.jar' },
  dotnet: { build: ['dotnet publish -c Release -o out'], startCommand: 'dotnet out/Web.dll' },
  php: { build: ['composer install --no-dev'], startCommand: 'php -S 0.0.0.0:8080 -t public' },
  ruby: { build: ['bundle install'], startCommand: 'bundle exec puma' },
  go: { build: ['go build -o main .'], startCommand: './main' },
};

const all = [
  ...appRunnerRuntimes.map(({ name }) => name),
  ...['python313', 'nodejs24', 'corretto21', 'dotnet8', 'php84', 'ruby34'],
];

test.each(all)('%s', (runtime) => {
  const parts = commands[runtime.replace(/\d+$/, '')] ?? {};
  const preRun = runtime === 'python311' ? { preRun: ['pip install -r requirements.txt'] } : {};
  expectGolden(runtime, render({ runtime, ...parts, ...preRun }).text);
});

test('every phase and build.env', () => {
  const parts = {
    runtime: 'python311',
    preBuild: ['scripts/prepare.sh'],
    build: ['pip install -r requirements.txt', 'python manage.py collectstatic --noinput'],
    postBuild: ['python -m pytest'],
    preRun: ['pip install -r requirements.txt'],
    buildEnvironment: [{ name: 'PIP_INDEX_URL', value: "https://pypi.example/it's" }],
    startCommand: 'python manage.py migrate && gunicorn site.wsgi',
  };
  expectGolden('every-phase', render(parts, { port: 8000 }).text);
  expectGolden('every-phase-without-buildkit', render(parts, { port: 8000, buildKit: false }).text);
});

test.each([
  ['python', 'python311', 'yum install -y cairo', 'gunicorn app:app'],
  ['node', 'nodejs16', 'yum install -y cairo', 'node server.js'],
  ['go', 'go1', 'dnf install -y cairo', './main'],
  ['php', 'php81', 'yum install -y cairo', 'php -S 0.0.0.0:8080'],
  ['ruby', 'ruby31', 'yum install -y cairo', 'bundle exec puma'],
  ['dotnet', 'dotnet6', 'yum install -y cairo', 'dotnet out/Web.dll'],
])('yum or dnf, for %s', (name, runtime, install, startCommand) => {
  expectGolden(`${name}-with-yum`, render({ runtime, build: [install], startCommand }).text);
});

test('an older Python than Amazon Linux has is said', () => {
  expect(render({ runtime: 'python3', build: ['yum install -y cairo'] }).notes).toEqual([
    'Amazon Linux 2023, which yum and dnf need, has no python 3.8: 3.9 is used',
  ]);
});

test.each([
  ['gradle', 'corretto17', './gradlew build'],
  ['no build tool', 'corretto11', 'javac Main.java'],
])('Java with %s', (name, runtime, build) => {
  expectGolden(
    `corretto-${name.replaceAll(' ', '-')}`,
    render({ runtime, build: [build], startCommand: 'java Main' }).text,
  );
});

test('images of the user', () => {
  const parts = { runtime: 'nodejs22', build: ['npm ci'], startCommand: 'node server.js' };
  const images = { buildImage: 'registry.example/node:22', runtimeImage: 'registry.example/node:22-alpine' };
  expectGolden('own-images', render(parts, images).text);
});

test('a source that is not the whole build context', () => {
  const parts = { runtime: 'nodejs22', build: ['npm ci'], startCommand: 'node server.js' };
  expectGolden('folder-of-a-monorepo', render(parts, { folder: 'services/api' }).text);
});

test('what keeps the application root or under a shell', () => {
  const parts = { runtime: 'nodejs22', build: [], startCommand: 'node server.js | tee log' };
  expectGolden('low-port-and-pipe', render(parts, { port: 80, origin: 'inputs' }).text);
});

describe('a start command that installs finds its programs', () => {
  const path = 'ENV PATH=/home/app/.local/bin:$PATH NPM_CONFIG_PREFIX=/home/app/.local';
  const linesOf = (startCommand: string, port?: number) =>
    render({ runtime: 'python311', startCommand }, { port }).text.split('\n');

  test.each([
    'pip install -r requirements.txt && gunicorn app:app',
    'pip3 install gunicorn; gunicorn app:app',
    'python -m pip install gunicorn && gunicorn app:app',
    'pip install pipenv && pipenv run gunicorn app:app',
    'npm install -g serve && serve dist',
    'npm i --global pm2 && pm2-runtime server.js',
    'npm install pm2 -g && pm2-runtime server.js',
    'yarn global add serve && serve dist',
  ])('%s', (startCommand) => {
    const lines = linesOf(startCommand);
    expect(lines.indexOf(path)).toBeGreaterThan(lines.indexOf('FROM base AS run'));
    // What it installs is its own: root is needed for nothing.
    expect(lines.indexOf('USER app')).toBeGreaterThan(lines.indexOf(path));
    expect(linesOf(startCommand, 80)).toContain(path);
  });

  test.each([
    'gunicorn app:app',
    'npm install && npm start',
    'npm start',
    'echo pip install && gunicorn app:app',
    'pip install --target lib x && python app.py',
  ])('%s needs none of it', (startCommand) => {
    expect(linesOf(startCommand)).not.toContain(path);
  });

  test.each(['yum install -y jq && node server.js', 'sudo apt-get -y install jq; node server.js'])(
    '%s needs root',
    (startCommand) => {
      expect(linesOf(startCommand)).not.toContain('USER app');
    },
  );
});
