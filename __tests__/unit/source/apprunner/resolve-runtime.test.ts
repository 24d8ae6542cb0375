import { parseVersionLock, resolveRuntime } from '../../../../src/source/apprunner/resolve-runtime.ts';

function describeRuntime(raw: string, lock?: string): string {
  const resolved = resolveRuntime(raw, lock);
  if (!resolved.ok) return `${resolved.problem.seen}; wanted ${resolved.problem.wanted}`;
  const { runtime, readAs, notes } = resolved.value;
  const chosen =
    runtime.kind === 'managed' ? `${runtime.name} ${runtime.version} ${runtime.buildKind}` : 'Dockerfile';
  return [chosen, ...(readAs === undefined ? [] : ['read']), ...notes].join('; ');
}

const never = (name: string) => `App Runner never had ${name}; it is built anyway`;
const ended = (name: string, wayUp: string, on = '2025-12-01') =>
  `App Runner stopped supporting ${name} on ${on}; upgrade to ${wayUp}`;
const wayUpOfPython = 'python311, which needs its pip install under run.pre-run, too';

test.each<[string, string | undefined, string]>([
  ['python311', undefined, 'python311 3.11 revised'],
  ['PYTHON_311', undefined, 'python311 3.11 revised'],
  ['python311', '3.11.10', 'python311 3.11.10 revised'],
  ['python311', '3', 'python311 3.11 revised'],
  ['python3', undefined, `python3 3.8 original; ${ended('python3', wayUpOfPython)}`],
  ['PYTHON_3', undefined, `python3 3.8 original; ${ended('python3', wayUpOfPython)}`],
  ['python3', '3.7', `python3 3.7 original; ${ended('python3', wayUpOfPython)}`],
  [
    'python3',
    '3.10',
    "python3 3.10 original; App Runner's python3 ended with 3.8; it is built with 3.10 anyway",
  ],
  ['python312', undefined, `python312 3.12 original; ${never('python312')}`],
  ['python3.13', undefined, `python313 3.13 original; read; ${never('python313')}`],
  ['nodejs22', undefined, 'nodejs22 22 revised'],
  ['NODEJS_22', '22.14.0', 'nodejs22 22.14.0 revised'],
  ['node', undefined, 'nodejs22 22 revised; read'],
  ['nodejs18', undefined, `nodejs18 18 revised; ${ended('nodejs18', 'nodejs22')}`],
  ['Nodejs 16', undefined, `nodejs16 16 original; read; ${ended('nodejs16', 'nodejs22')}`],
  ['nodejs24', '24.1', `nodejs24 24.1 revised; ${never('nodejs24')}`],
  ['corretto8', undefined, 'corretto8 8 original'],
  [
    'corretto11',
    '11.0.13.08.1',
    'corretto11 11 original; the images have no tag for 11.0.13.08.1: the newest 11 is used',
  ],
  ['java', '17', `corretto17 17 original; read; ${never('corretto17')}`],
  ['dotnet6', undefined, `dotnet6 6.0 original; ${ended('dotnet6', 'dotnet8')}`],
  ['DOTNET_6', undefined, `dotnet6 6.0 original; ${ended('dotnet6', 'dotnet8')}`],
  ['.NET 8', undefined, `dotnet8 8 original; read; ${never('dotnet8')}`],
  ['php81', '8.1.2', `php81 8.1.2 original; ${ended('php81', 'php84', '2025-12-31')}`],
  ['ruby31', undefined, `ruby31 3.1 original; ${ended('ruby31', 'ruby34')}`],
  ['go1', '1.22', expect.stringContaining('go1 1.22 original; App Runner stopped')],
  ['docker', undefined, 'Dockerfile; read'],
  ['python', '2.7', `python27 2.7 original; read; ${never('python27')}`],
  [
    'nodejs18',
    '20',
    'runtime-version 20 with runtime nodejs18; wanted a version that begins with 18, or runtime nodejs20',
  ],
  [
    'python311',
    '3.1',
    'runtime-version 3.1 with runtime python311; wanted a version that begins with 3.11, or runtime python31',
  ],
  [
    'cobol',
    undefined,
    expect.stringMatching(/^"cobol", which is no runtime; wanted one of python311, python3, /),
  ],
])('runtime %s with lock %s', (raw, lock, expected) => {
  expect(describeRuntime(raw, lock)).toEqual(expected);
});

test.each([
  ['3.10', '3.10'],
  ['18', '18'],
  ['v18.20', '18.20'],
  ['18.x', '18'],
])('a lock %s is read as %s', (raw, expected) => {
  expect(parseVersionLock(raw)).toEqual({ ok: true, value: expected });
});

test.each(['latest', '>=3.8', '^18', '3.', ''])('no lock: %s', (raw) => {
  expect(parseVersionLock(raw)).toMatchObject({ ok: false });
});
