import { parseInputs } from '../../../../src/deploy-express/inputs/parse-inputs.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';

test.each([
  ['node migrate.js', ['node', 'migrate.js']],
  ['  npm   run db:migrate -- --env=production ', ['npm', 'run', 'db:migrate', '--', '--env=production']],
  ['["sh", "-c", "a && b"]', ['sh', '-c', 'a && b']],
])('%s', (raw, command) => {
  expect(deployInputs({ 'pre-deploy-command': raw }).preDeploy).toEqual({ command, timeoutSeconds: 900 });
});

test.each(['', 'null'])('"%s" is none', (raw) => {
  expect(deployInputs({ 'pre-deploy-command': raw }).preDeploy).toBeUndefined();
});

test('the time is in minutes', () => {
  const given = { 'pre-deploy-command': 'migrate', 'pre-deploy-timeout-minutes': '0.5' };
  expect(deployInputs(given).preDeploy?.timeoutSeconds).toBe(30);
});

test.each([
  ['task-definition-arn', ['pre-deploy-command']],
  ['image', []],
])('what overrides may not hold is refused beside %s alone', (other, inputs) => {
  const given: Readonly<Record<string, string>> = {
    'service-name': 'web',
    'pre-deploy-command': JSON.stringify(['sh', '-c', 'x'.repeat(8192)]),
    [other]:
      other === 'image'
        ? 'registry.example/web:1'
        : 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
  };
  const parsed = parseInputs((name) => given[name] ?? '', {
    region: 'eu-west-1',
    regionMayBeInProfile: false,
    credentials: 'present',
  });
  expect(parsed.ok ? [] : parsed.problems.map(({ input }) => input)).toEqual(inputs);
});

test('a time without a command is refused, with every other problem', () => {
  const given: Readonly<Record<string, string>> = {
    'service-name': 'web',
    image: 'registry.example/web:1',
    'pre-deploy-timeout-minutes': '5',
    cpu: '300',
  };
  const parsed = parseInputs((name) => given[name] ?? '', {
    region: 'eu-west-1',
    regionMayBeInProfile: false,
    credentials: 'present',
  });
  expect(parsed.ok ? [] : parsed.problems.map(({ input, seen }) => [input, seen])).toEqual(
    expect.arrayContaining([
      ['cpu', '"300"'],
      ['pre-deploy-timeout-minutes', 'given without pre-deploy-command'],
    ]),
  );
});

test('a deletion has no use for it', () => {
  const given = { operation: 'delete', 'pre-deploy-timeout-minutes': '5' };
  expect(deployInputs(given).operation).toBe('delete');
});
