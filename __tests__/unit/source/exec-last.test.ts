import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { execLast } from '../../../src/source/exec-last.ts';

test.each([
  ['python app.py', 'exec python app.py'],
  ['PORT=1 NAME="x y" node s.js', 'PORT=1 NAME="x y" exec node s.js'],
  ['python manage.py migrate && gunicorn app:app', 'python manage.py migrate && exec gunicorn app:app'],
  ['npm run prepare; npm start', 'npm run prepare; exec npm start'],
  ['export A=1\nnode server.js', 'export A=1\nexec node server.js'],
  ['worker & gunicorn app:app', 'worker & exec gunicorn app:app'],
  ['java $JAVA_OPTS -jar target/*.jar', 'exec java $JAVA_OPTS -jar target/*.jar'],
  ['node s.js > log 2>&1 < /dev/null', 'exec node s.js > log 2>&1 < /dev/null'],
  ['gunicorn -w $(nproc) --bind "0.0.0.0:$PORT"', 'exec gunicorn -w $(nproc) --bind "0.0.0.0:$PORT"'],
  ['sh -c "a | b; c"', 'exec sh -c "a | b; c"'],
  ['exec node s.js', 'exec node s.js'],
])('%s', (command, expected) => {
  expect(execLast(command)).toBe(expected);
});

test.each([
  'a | b',
  'a || b',
  'a && b || c',
  '(a; b)',
  'a &',
  'a;',
  'cd api',
  'A=1',
  '> log node s.js',
  'if true; then a; fi',
  'while true; do a; done',
  '{ a; b; }',
  'f() { a; }; f',
  'cat <<EOF\nx\nEOF',
  'a # b',
  '`a`',
  "a 'b",
  'a "b',
  '',
])('left alone: %s', (command) => {
  expect(execLast(command)).toBeUndefined();
});

test('exec changes nothing of what a command prints', () => {
  const word = fc.constantFrom(
    'a',
    '"b c"',
    "'d;e'",
    '$HOME',
    '$(true)',
    '>/dev/null',
    '&&',
    ';',
    '\\ ',
    'A=1',
    '/bin/echo',
  );
  const commands = fc
    .array(word, { minLength: 1, maxLength: 8 })
    .map((words) => `/bin/echo ${words.join(' ')}`);
  const shell = (command: string) => {
    const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    return { status, stdout };
  };
  fc.assert(
    fc.property(commands, (command) => {
      const changed = execLast(command);
      if (changed !== undefined) expect(shell(changed)).toEqual(shell(command));
    }),
    { numRuns: 60 },
  );
});
