import { readFileSync } from 'node:fs';
import type { ServiceSettings, Tag } from '../../../../src/deploy-express/model/settings.ts';
import { parseRawInputs, type RawInputs } from '../../../helpers/raw-inputs.ts';

/** aws-actions/amazon-ecs-deploy-express-service 1.2.2 sends each of these to AWS, which takes it. */
const base: RawInputs = { image: 'public.ecr.aws/example/web:1' };

const taken: readonly (readonly [RawInputs, ServiceSettings])[] = [
  [{ 'environment-variables': '[{"name":"A"}]' }, { environment: [{ name: 'A', value: '' }] }],
  [{ 'environment-variables': '[{"name":"A","value":null}]' }, { environment: [{ name: 'A', value: '' }] }],
  [
    { 'environment-variables': '[{"name":"A","value":"1","comment":"x"}]' },
    { environment: [{ name: 'A', value: '1' }] },
  ],
  [
    { secrets: '[{"name":"A","valueFrom":"web.token"}]' },
    { secrets: [{ name: 'A', valueFrom: 'web.token' }] },
  ],
  [{ 'environment-variables': 'null' }, {}],
  [{ secrets: ' null ' }, {}],
  [{ command: 'null' }, {}],
  [{ subnets: 'subnet-0a, ,subnet-0b,' }, { subnets: ['subnet-0a', 'subnet-0b'] }],
];

test.each(taken)('%j is taken as there', (raw, settings) => {
  const parsed = parseRawInputs({ ...base, ...raw });
  expect(parsed).toMatchObject({ ok: true, inputs: { settings: expect.anything() } });
  expect(parsed.ok && parsed.inputs.settings).toEqual(settings);
});

test('a tag may lack its value', () => {
  const parsed = parseRawInputs({ ...base, tags: '[{"key":"team"}]' });
  expect(parsed.ok && parsed.inputs.tags).toEqual<readonly Tag[]>([{ key: 'team', value: '' }]);
});

/** What is refused here has its line in the table of differences, which begins as is written beside it. */
const refused: readonly (readonly [RawInputs, string])[] = [
  [
    { 'environment-variables': '[{"name":"A","value":"1"},{"name":"A","value":"2"}]' },
    'a name twice in `environment-variables`',
  ],
  [{ 'environment-variables': '[{"name":"A B","value":"1"}]' }, 'a name twice in `environment-variables`'],
  [{ 'mutate-tags-on-update': 'yes' }, '`mutate-tags-on-update: yes`'],
  [{ image: 'public.ecr.aws/example/Web:1' }, 'upper case in the name of an `image`'],
  [{ image: 'https://public.ecr.aws/example/web:1' }, 'upper case in the name of an `image`'],
  [{ 'repository-credentials': 'docker-hub' }, 'the *name* of a secret in `repository-credentials`'],
  [{ 'container-port': '8080/tcp' }, '`8080/tcp`'],
  [{ 'auto-scaling-target-value': '60.5' }, '`8080/tcp`'],
  [{ 'task-role-arn': 'web' }, '`8080/tcp`'],
  [{ tags: 'deploy-express:pull-request=7' }, 'a tag whose key begins with `deploy-express:`'],
];

test.each(refused)('%j is refused, and the table of differences says so', (raw, line) => {
  const [input] = Object.keys(raw);
  const parsed = parseRawInputs({ ...base, ...raw });
  expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.input)).toEqual([input]);
  expect(rowsOfDifferences().filter((row) => row.startsWith(`| ${line}`))).toHaveLength(1);
});

function rowsOfDifferences(): readonly string[] {
  const page = readFileSync('docs/migrate-workflows.md', 'utf8');
  const [, part = ''] =
    /## From aws-actions\/amazon-ecs-deploy-express-service\n(.*?)\n## /s.exec(page) ?? [];
  return part.split('\n').filter((line) => line.startsWith('| '));
}
