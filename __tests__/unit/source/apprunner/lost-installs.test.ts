import { parseAppRunnerYaml } from '../../../../src/source/apprunner/parse-apprunner-yaml.ts';

/** What the warning names, of a file with these commands. */
function namedOf(build: readonly string[], preRun: readonly string[] = [], runtime = 'python311'): string[] {
  const file = JSON.stringify({
    version: '1.0',
    runtime,
    build: { commands: { build } },
    run: { command: 'gunicorn app:app', ...(preRun.length > 0 && { 'pre-run': preRun }) },
  });
  const parsed = parseAppRunnerYaml(Buffer.from(file));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.warnings.flatMap(({ seen }) => {
    const [, names] = /^(.*) installs? outside of \/app/.exec(seen) ?? [];
    return names === undefined ? [] : (JSON.parse(`[${names}]`) as string[]);
  });
}

const outside = [
  'pip install -r requirements.txt',
  'pip3 install gunicorn',
  'pip3.11 install gunicorn',
  'python -m pip install gunicorn',
  'python3.11 -m pip install gunicorn',
  'pip --no-cache-dir install gunicorn',
  'pipenv install --system',
  'pipenv sync',
  'poetry install --no-root',
  'uv pip install --system gunicorn',
  'npm install -g pm2',
  'npm i --global pm2',
  'npm install pm2 -g',
  'npm --global add pm2',
  'yarn global add pm2',
  'pnpm add --global pm2',
  'gem install puma',
  'yum install -y jq',
  'sudo dnf -y install jq',
  'microdnf install jq',
  'apt-get install --yes jq',
  'DEBIAN_FRONTEND=noninteractive apt-get -qq install jq',
  'apk add jq',
  'amazon-linux-extras install php8.2',
];

test.each(outside)('%s is lost', (command) => {
  expect(namedOf([command])).toEqual([command]);
  expect(namedOf([`cd api && ${command}; echo done`])).toEqual([command]);
  expect(namedOf([command], ['echo ready'])).toEqual([command]);
});

test.each(outside)('%s is not, where pre-run has the same', (command) => {
  expect(namedOf([command], [command])).toEqual([]);
  expect(namedOf([command], [`set -x\n${command}  && echo done`])).toEqual([]);
});

test.each([
  'npm install',
  'npm ci',
  'yarn add express',
  'pip install -t . -r requirements.txt',
  'pip install --target=/app/lib gunicorn',
  'npm install -g --prefix /app/tools pm2',
  'uv sync',
  'echo pip install',
  'pip list',
  'yum clean all',
])('%s stays', (command) => {
  expect(namedOf([command])).toEqual([]);
});

test.each([
  ['pip install -r requirements.txt', 'pip3 install -r requirements.txt'],
  ['pip install -r requirements.txt', 'python3 -m pip install --no-cache-dir -r requirements.txt'],
  ['yum install -y jq', 'sudo yum --assumeyes install jq'],
  ['npm i -g pm2', 'npm install --global pm2'],
  ['pip install a b', 'pip install b a'],
])('%s is made up for by %s', (command, preRun) => {
  expect(namedOf([command], [preRun])).toEqual([]);
});

test.each([
  ['pip install -r requirements.txt', 'pip install gunicorn'],
  ['pip install -r requirements.txt', 'pip install -r other.txt'],
  ['npm install -g pm2', 'npm install pm2'],
  ['pip install gunicorn', 'yum install gunicorn'],
  ['pip install gunicorn', 'echo pip install gunicorn'],
])('%s is not made up for by %s', (command, preRun) => {
  expect(namedOf([command], [preRun])).toEqual([command]);
});

test('every command is named once, and those that are made up for are not', () => {
  const build = ['pip install a', 'npm ci', 'pip install b && pip install c', 'pip install a'];
  expect(namedOf(build, ['pip install b'])).toEqual(['pip install a', 'pip install c']);
});

test('an environment of its own inside of /app keeps what pip installs, and nothing else', () => {
  const build = ['python -m venv venv', '. venv/bin/activate && pip install a', 'npm install -g pm2'];
  expect(namedOf(build)).toEqual(['npm install -g pm2']);
});

test('an original build runs again, so that nothing is lost', () => {
  expect(namedOf(['pip install a'], [], 'python3')).toEqual([]);
});
