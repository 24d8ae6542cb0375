import fc from 'fast-check';
import { type DeployInputName, deployInputNames } from '../../../../src/deploy-express/inputs/names.ts';
import { renderInputProblems } from '../../../../src/input-reader.ts';
import { parseRawInputs, type RawInputs } from '../../../helpers/raw-inputs.ts';

const arn = (rest: string, partition = 'aws') => `arn:${partition}:${rest}`;
const account = '123456789012';
const image = 'public.ecr.aws/nginx/nginx:1';
const taskDefinition = arn(`ecs:eu-west-1:${account}:task-definition/web:7`);

function problemsOf(raw: RawInputs) {
  const parsed = parseRawInputs(raw);
  return parsed.ok ? [] : parsed.problems;
}

/** One wrong value each, none of which disturbs another input. */
const wrongValues: readonly (readonly [DeployInputName, value: string, seen: string, wanted: RegExp])[] = [
  ['operation', 'destroy', '"destroy"', /deploy, delete/],
  ['cluster', 'my cluster', '"my cluster"', /name of a cluster .* or its ARN/],
  ['container-port', 'NaN', '"NaN"', /1 to 65535/],
  ['container-port', '70000', '"70000"', /1 to 65535/],
  [
    'environment-variables',
    '{"A": 1',
    'broken JSON at line 1, column 8: expected a comma or }',
    /KEY|NAME=value/,
  ],
  ['environment-variables', 'export A=1', 'the name "export A"', /without white space/],
  ['environment-mode', 'overwrite', '"overwrite"', /replace, merge/],
  ['command', 'node server.js', 'broken JSON at line 1, column 1: expected a value', /JSON array of strings/],
  ['command', '{"a": "b"}', 'an object in JSON', /JSON array of strings/],
  ['command', '["node", 8080]', 'item 2 is a number', /JSON array of strings/],
  ['cpu', '300', '"300"', /256 with 512, 1024, 2048; .*16384 with 32768 to 122880 in steps of 8192/],
  ['memory', '700', '"700"', /256 with 512, 1024, 2048/],
  ['cpu-architecture', 'arm64', '"arm64"', /X86_64, ARM64/],
  ['subnets', 'subnet-0a,sg-0b', '"sg-0b"', /subnet-0a1b2c3d/],
  ['security-groups', 'subnet-0a', '"subnet-0a"', /sg-0a1b2c3d/],
  ['health-check-path', 'health', '"health"', /begins with \//],
  ['health-check-path', '/a b', '"/a b"', /begins with \//],
  ['min-task-count', '-1', '"-1"', /whole number of at least 0/],
  ['max-task-count', '0', '"0"', /whole number of at least 1/],
  ['max-task-count', '5.5', '"5.5"', /whole number/],
  ['auto-scaling-metric', 'CPU', '"CPU"', /AVERAGE_CPU, AVERAGE_MEMORY, REQUEST_COUNT_PER_TARGET/],
  ['auto-scaling-target-value', '60%', '"60%"', /whole number/],
  ['tags', 'aws:team=web', 'the key "aws:team"', /reserved/],
  ['tags', `${'k'.repeat(129)}=v`, `the key "${'k'.repeat(80)}…"`, /128/],
  ['tags', `team=${'v'.repeat(257)}`, 'the value of "team"', /256/],
  ['tags', Array.from({ length: 51 }, (_, index) => `k${index}=v`).join('\n'), '51 tags', /50/],
  ['mutate-tags-on-update', 'tRUE', '"tRUE"', /true or false/],
  ['force-new-deployment', 'always', '"always"', /true or false/],
  ['pre-deploy-command', '[]', 'an empty array', /JSON array of strings/],
  ['pre-deploy-command', '["node", 1]', 'item 2 is a number', /JSON array of strings/],
  [
    'pre-deploy-command',
    '["node"',
    'broken JSON at line 1, column 8: expected a comma or ]',
    /JSON array of strings/,
  ],
  ['pre-deploy-command', 'a && b', 'a line with "&"', /\["sh", "-c", "…"\]/],
  ['pre-deploy-command', 'echo "x"', 'a line with "\\""', /\["sh", "-c", "…"\]/],
  ['pre-deploy-command', 'a\nb', 'several lines', /words separated by blanks/],
  ['pre-deploy-timeout-minutes', '0', '"0"', /0.1 to 360/],
  ['pre-deploy-timeout-minutes', '361', '"361"', /0.1 to 360/],
  ['wait-for-minutes', '0', '"0"', /0.1 to 360/],
  ['wait-for-minutes', '30m', '"30m"', /0.1 to 360/],
  ['poll-interval-seconds', '301', '"301"', /0.1 to 300/],
  ['smoke-test', 'on', '"on"', /true or false/],
  ['smoke-test-path', 'ready', '"ready"', /begins with \//],
  ['smoke-test-status', '2xx', '"2xx"', /200-399/],
  ['smoke-test-timeout-seconds', '0', '"0"', /1 to 3600/],
  ['on-cancel', 'abort', '"abort"', /rollback, leave/],
  ['dry-run', '1', '"1"', /true or false/],
  ['wait-for-deletion', 'y', '"y"', /true or false/],
  ['force', 'no', '"no"', /true or false/],
  ['source', 'https://github.com/a/b', '"https://github.com/a/b"', /folder of the workspace/],
  ['source', '--network=host', '"--network=host"', /folder of the workspace/],
  ['build-target', 'a b', '"a b"', /stage of the Dockerfile/],
  ['build-args', 'VERSION', 'line 1 has no "="', /NAME=value/],
  ['build-secrets', 'npm,src=/etc/passwd=x', 'the id "npm,src"', /ids of letters/],
  ['platform', 'linux/386', '"linux/386"', /linux\/amd64, linux\/arm64/],
  ['attestations', 'yes', '"yes"', /true or false/],
  ['repository', 'Web', '"Web"', /lower-case/],
  ['repository', 'w', '"w"', /lower-case/],
  [
    'repository',
    `${account}.dkr.ecr.eu-west-1.amazonaws.com:443/web`,
    `"${account}.dkr.ecr.eu-west-1.amazonaws.com:443/web"`,
    /without the registry/,
  ],
  ['repository-scan-on-push', '0', '"0"', /true or false/],
  ['repository-immutable-tags', '0', '"0"', /true or false/],
  ['repository-expire-untagged-days', '0', '"0"', /1 to 3650/],
  ['image-tags', 'latest, v1/2', '"v1/2"', /image tags/],
  ['service-name', 'web service', '"web service"', /1 to 255 letters/],
  ['service-name', 'w'.repeat(256), `"${'w'.repeat(80)}…"`, /1 to 255 letters/],
];

test.each(wrongValues)('%s: %.40p is a problem', (input, value, seen, wanted) => {
  expect(problemsOf({ [input]: value })).toEqual([{ input, seen, wanted: expect.stringMatching(wanted) }]);
});

test('all problems are reported together', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...wrongValues), { selector: ([input]) => input }),
      (wrong) => {
        const problems = problemsOf(Object.fromEntries(wrong.map(([input, value]) => [input, value])));
        expect(problems.map(({ input }) => input).sort()).toEqual(wrong.map(([input]) => input).sort());
      },
    ),
  );
});

const wrongArns: readonly (readonly [DeployInputName, value: string, seen: string])[] = [
  ['execution-role-arn', 'ecsTaskExecutionRole', '"ecsTaskExecutionRole"'],
  ['execution-role-arn', arn(`sts::${account}:assumed-role/web/session`), 'an ARN of service sts'],
  ['execution-role-arn', arn(`iam::${account}:user/web`), 'an ARN of service iam that names something else'],
  [
    'infrastructure-role-arn',
    arn(`iam::${account}:role/web`, 'aws-cn'),
    'an ARN of partition aws-cn, while Region eu-west-1 is in aws',
  ],
  ['task-role-arn', arn(`ecs:eu-west-1:${account}:cluster/web`), 'an ARN of service ecs'],
  [
    'cluster',
    arn(`ecs:us-east-1:${account}:cluster/web`),
    'an ARN of Region us-east-1, while the service runs in eu-west-1',
  ],
  [
    'cluster',
    arn(`ecs:eu-west-1:${account}:service/web/web`),
    'an ARN of service ecs that names something else',
  ],
  [
    'task-definition-arn',
    arn(`ecs:us-east-1:${account}:task-definition/web:7`),
    'an ARN of Region us-east-1, while the service runs in eu-west-1',
  ],
  [
    'task-definition-arn',
    arn(`ecs:eu-west-1:${account}:task-definition/web`),
    'an ARN of service ecs that names something else',
  ],
  ['task-definition-arn', 'web:7', '"web:7"'],
  ['repository-credentials', arn(`ssm:eu-west-1:${account}:parameter/hub`), 'an ARN of service ssm'],
  ['repository-credentials', 'hunter2', 'no ARN (its text is not shown: it may be the secret itself)'],
  ['secrets', 'KEY=hunter2', '"KEY" refers to no ARN (its text is not shown: it may be the secret itself)'],
  [
    'secrets',
    `KEY=${arn(`secretsmanager:eu-west-1:${account}:secret:db-AbCdEf:password`)}`,
    '"KEY" refers to an ARN with 1 of the 3 colons behind the name of the secret',
  ],
  [
    'secrets',
    JSON.stringify([{ name: 'KEY', valueFrom: arn('ssm:REGION:ACCOUNT:parameter/key') }]),
    '"KEY" refers to a text with a part to fill in',
  ],
  ['secrets', `KEY=${arn('s3:::bucket/key')}`, '"KEY" refers to an ARN of service s3'],
  [
    'secrets',
    `KEY=${arn(`ssm:us-gov-west-1:${account}:parameter/key`, 'aws-us-gov')}`,
    '"KEY" refers to an ARN of partition aws-us-gov, while Region eu-west-1 is in aws',
  ],
];

test.each(wrongArns)('%s: %s is a problem', (input, value, seen) => {
  expect(problemsOf({ [input]: value })).toEqual([{ input, seen, wanted: expect.any(String) }]);
});

test.each([
  arn(`secretsmanager:eu-west-1:${account}:secret:db-AbCdEf`),
  arn(`secretsmanager:eu-west-1:${account}:secret:team/db-AbCdEf:password::`),
  arn(`secretsmanager:eu-west-1:${account}:secret:db-AbCdEf:password:AWSCURRENT:`),
  arn(`secretsmanager:us-east-1:${account}:secret:in-another-region-AbCdEf`),
  arn(`ssm:eu-west-1:${account}:parameter/web/key`),
  '/web/key',
])('%s is a secret reference', (reference) => {
  expect(problemsOf({ secrets: `KEY=${reference}` })).toEqual([]);
  expect(problemsOf({ secrets: JSON.stringify([{ name: 'KEY', valueFrom: reference }]) })).toEqual([]);
});

test('a parameter by a bare name is taken where the official action takes it, and nowhere else', () => {
  const array = (valueFrom: string) => problemsOf({ secrets: JSON.stringify([{ name: 'KEY', valueFrom }]) });
  expect(array('db.password-1')).toEqual([]);
  expect(array('correct horse')).toHaveLength(1);
  expect(problemsOf({ secrets: '{ "KEY": "db.password-1" }' })).toHaveLength(1);
});

test('ARNs are held against the partition of the Region', () => {
  const raw = { 'service-name': 'web', 'task-role-arn': arn(`iam::${account}:role/web`, 'aws-cn') };
  expect(parseRawInputs(raw, { region: 'cn-north-1' }).ok).toBe(true);
  expect(parseRawInputs(raw, { region: undefined, regionMayBeInProfile: true }).ok).toBe(true);
  expect(parseRawInputs(raw, { region: 'us-gov-west-1' }).ok).toBe(false);
});

test.each([
  'web',
  'web:1',
  'Registry.example.com/web',
  'localhost:5000/team/web:v1',
  '127.0.0.1:5000/web@sha256:'.concat('0'.repeat(64)),
  `${account}.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b_c/d__e/f-g:1.2_3`,
])('%s is an image', (reference) => {
  expect(problemsOf({ image: reference })).toEqual([]);
});

test.each([
  'https://registry.example.com/web',
  'registry.example.com/Web:1',
  'web:',
  'web:1:2',
  'web@sha256:abc',
  'web:-1',
  'registry.example.com//web',
  'web 1',
  '***.dkr.ecr.eu-west-1.amazonaws.com/web:1',
  'a'.repeat(1025),
])('%.40s is not an image', (reference) => {
  expect(problemsOf({ image: reference })).toEqual([expect.objectContaining({ input: 'image' })]);
});

const combinations: readonly (readonly [RawInputs, DeployInputName, seen: string])[] = [
  [{ cpu: '256', memory: '4096' }, 'memory', '4096 MiB with cpu 256'],
  [{ cpu: '1 vCPU', memory: '1 GB' }, 'memory', '1024 MiB with cpu 1024'],
  [{ 'log-group': '/web' }, 'log-stream-prefix', 'not given'],
  [{ 'log-stream-prefix': 'web' }, 'log-group', 'not given'],
  [{ 'min-task-count': '3', 'max-task-count': '2' }, 'min-task-count', '3 with max-task-count 2'],
  [
    { 'auto-scaling-metric': 'AVERAGE_CPU', 'auto-scaling-target-value': '101' },
    'auto-scaling-target-value',
    '"101"',
  ],
  [
    { platform: 'linux/arm64', 'cpu-architecture': 'X86_64' },
    'platform',
    'linux/arm64 with cpu-architecture X86_64',
  ],
  [
    { 'environment-variables': 'KEY=1', secrets: 'KEY=/web/key' },
    'secrets',
    '"KEY" is in environment-variables as well',
  ],
  [{ image, source: '.' }, 'image', 'given together with source'],
  [
    { image, dockerfile: 'Dockerfile', 'build-args': 'A=1', repository: 'web' },
    'image',
    'given together with dockerfile, build-args, repository',
  ],
  [{ 'task-definition-arn': taskDefinition, image }, 'task-definition-arn', 'given together with image'],
  [
    { 'task-definition-arn': taskDefinition, 'container-port': '80', cpu: '256', source: '.' },
    'task-definition-arn',
    'given together with cpu, container-port, source',
  ],
  [{ 'service-name': 'web_' }, 'repository', 'not given, and service-name "web_" cannot be one'],
];

test.each(combinations)('%p is a problem', (raw, input, seen) => {
  expect(problemsOf(raw)).toEqual([{ input, seen, wanted: expect.any(String) }]);
});

test.each([
  [{ 'auto-scaling-metric': 'REQUEST_COUNT_PER_TARGET', 'auto-scaling-target-value': '1000' }],
  [{ 'auto-scaling-target-value': '1000' }],
  [{ 'min-task-count': '2', 'max-task-count': '2' }],
  [{ image, attestations: 'false', 'repository-scan-on-push': 'true' }],
  [{ image, 'service-name': 'web_' }],
  [{ cpu: '512' }],
  [{ memory: '30 GB' }],
] satisfies [RawInputs][])('%p is no problem', (raw) => {
  expect(problemsOf(raw)).toEqual([]);
});

test('no string in any input makes the parser throw', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom('[', '{', 'A=1', '1', 'true'),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...deployInputNames), anything), (raw) => {
      const parsed = parseRawInputs(raw);
      return parsed.ok || parsed.problems.every(({ seen, wanted }) => seen !== '' && wanted !== '');
    }),
  );
});

test('what may be a secret is never shown', () => {
  const secret = 'hunter2-hunter2';
  const places = fc.constantFrom<DeployInputName>(
    'environment-variables',
    'secrets',
    'command',
    'repository-credentials',
    'build-args',
    'build-secrets',
  );
  const shapes = fc.constantFrom(
    secret,
    `A=1\n${secret}`,
    `A=${secret}\nA=${secret}`,
    `=${secret}`,
    `a b=${secret}`,
    `{"a b": "${secret}"}`,
    `{"A": "${secret}"`,
    `{"A": ["${secret}"]}`,
    `["${secret}"]`,
    `["${secret}", 1]`,
    `["${secret}" 1]`,
    `[{"name": 1, "value": "${secret}", "valueFrom": "${secret}"}]`,
    `"${secret}"`,
    `arn:aws:${secret}`,
  );
  fc.assert(
    fc.property(places, shapes, (input, value) => {
      const parsed = parseRawInputs({ [input]: value });
      return parsed.ok || !renderInputProblems(parsed.problems).includes('hunter2');
    }),
  );
});
