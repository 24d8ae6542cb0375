import { parseInputs } from '../../../../src/deploy-express/inputs/parse-inputs.ts';
import { renderInputProblems } from '../../../../src/input-reader.ts';
import { type RawInputs, runnerInIreland } from '../../../helpers/raw-inputs.ts';

const target = { repositoryId: '5678', pullRequest: 7, previewOf: 'web', deployedAt: 0 };

function previewInputs(raw: RawInputs, operation: 'deploy' | 'delete' = 'deploy') {
  const given: Readonly<Record<string, string>> = { 'service-name': 'web', preview: 'true', ...raw };
  const preview = { ...target, operation, serviceName: 'web-pr-7' };
  const parsed = parseInputs((name) => given[name] ?? '', runnerInIreland, preview);
  if (!parsed.ok) throw new Error(renderInputProblems(parsed.problems));
  return parsed.inputs;
}

test('small, one task, and with a repository of its own, when nothing else is said', () => {
  const inputs = previewInputs({});
  expect(inputs).toMatchObject({
    operation: 'deploy',
    serviceName: 'web-pr-7',
    preview: { ...target, maxPreviews: 10 },
    image: { kind: 'build', build: { repository: { name: 'web-previews' }, imageTags: [] } },
  });
  expect(inputs.settings).toEqual({
    cpuUnits: 256,
    memoryMib: 512,
    minTaskCount: 1,
    maxTaskCount: 1,
  });
});

test.each<[string, RawInputs, object]>([
  ['size', { cpu: '1024', memory: '2048' }, { settings: { cpuUnits: 1024, memoryMib: 2048 } }],
  ['half a size', { memory: '2048' }, { settings: { memoryMib: 2048 } }],
  ['most tasks', { 'max-task-count': '4' }, { settings: { minTaskCount: 1, maxTaskCount: 4 } }],
  ['least tasks', { 'min-task-count': '2' }, { settings: { minTaskCount: 2, maxTaskCount: 2 } }],
  ['repository', { repository: 'shared' }, { image: { build: { repository: { name: 'shared' } } } }],
  ['image', { image: 'registry.example/web:1' }, { image: { reference: 'registry.example/web:1' } }],
])('what the workflow says goes before: %s', (_what, raw, expected) => {
  expect(previewInputs(raw)).toMatchObject(expected);
});

test('half a size stays half: the other half is for AWS to name', () => {
  expect(previewInputs({ cpu: '1024' }).settings).not.toHaveProperty('memoryMib');
});

test('a task definition has a size of its own', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
  expect(previewInputs({ 'task-definition-arn': arn }).settings).toEqual({
    taskDefinitionArn: arn,
    minTaskCount: 1,
    maxTaskCount: 1,
  });
});

test("what is production's stays production's", () => {
  const inputs = previewInputs({
    'image-tags': 'latest',
    force: 'true',
    'custom-domains': 'shop.example.com',
    'redirect-http': 'true',
  });
  expect(inputs).toMatchObject({
    force: false,
    customDomains: [],
    redirectHttp: false,
    image: { build: { imageTags: [] } },
  });
});

test('a deletion passes over what only a deployment needs', () => {
  expect(previewInputs({ cpu: 'much', repository: 'Not A Name' }, 'delete')).toMatchObject({
    operation: 'delete',
    serviceName: 'web-pr-7',
  });
});

test('own tags count among the fifty', () => {
  const tags = (count: number) => Array.from({ length: count }, (_none, index) => `t${index}=1`).join('\n');
  expect(previewInputs({ tags: tags(43) }).tags).toHaveLength(43);
  expect(() => previewInputs({ tags: tags(44) })).toThrow('44 tags; wanted at most 43');
});

test.each<[string, RawInputs, string]>([
  [
    'custom-domains',
    { 'custom-domains': 'https://shop.example.com' },
    'custom-domains: "https://shop.example.com"',
  ],
  ['image-tags', { 'image-tags': 'v1/2' }, 'image-tags: "v1/2"'],
  ['force', { force: 'yes' }, 'force: "yes"'],
])('what a preview passes over has to be right all the same: %s', (_what, raw, problem) => {
  expect(() => previewInputs(raw)).toThrow(problem);
});

test('the service of App Runner gives the name where no input does', () => {
  expect(previewInputs({ 'service-name': '', 'apprunner-service': 'shop' })).toMatchObject({
    serviceName: 'web-pr-7',
    image: { build: { repository: { name: 'shop-previews' } } },
  });
});

test('a preview that may shrink to nothing runs one task at most', () => {
  expect(previewInputs({ 'min-task-count': '0' }).settings).toMatchObject({
    minTaskCount: 0,
    maxTaskCount: 1,
  });
});
