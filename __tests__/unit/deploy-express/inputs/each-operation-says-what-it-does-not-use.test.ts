import { deployInputDefaults, deployInputNames } from '../../../../src/deploy-express/inputs/names.ts';
import { type Purpose, tellUnused } from '../../../../src/deploy-express/inputs/uses.ts';
import { createInputReader } from '../../../../src/input-reader.ts';

const ofGitHub = ['github-deployment', 'github-environment', 'github-token'];
const ofSweep = ['preview-max-idle-hours', 'max-deletions'];
const ofPreview = ['preview-trigger', 'preview-label', 'max-previews'];
const ofCertificate = [
  'certificate-arn',
  'request-certificate',
  'certificate-timeout-minutes',
  'hosted-zone-id',
  'dns-role-arn',
];
const settings = [
  ...['execution-role-arn', 'task-role-arn', 'task-definition-arn', 'container-port', 'port'],
  ...[
    'environment-variables',
    'secrets',
    'command',
    'log-group',
    'log-stream-prefix',
    'repository-credentials',
  ],
  ...['cpu', 'memory', 'cpu-architecture', 'subnets', 'security-groups', 'health-check-path'],
  ...['min-task-count', 'max-task-count', 'auto-scaling-metric', 'auto-scaling-target-value'],
];
const shared = ['operation', 'service-name', 'cluster'];
const but = (...names: readonly string[]) => deployInputNames.filter((name) => !names.includes(name));

/** What each of them uses. */
const expected: Readonly<Record<Purpose, readonly string[]>> = {
  deploy: but('write-workflow', 'wait-for-deletion', 'force', ...ofPreview, ...ofSweep),
  preview: but(
    ...['write-workflow', 'wait-for-deletion', 'force', 'image-tags', 'custom-domains', 'redirect-http'],
    ...ofCertificate,
    ...ofSweep,
  ),
  delete: [
    ...shared,
    ...['wait-for-minutes', 'poll-interval-seconds', 'on-cancel', 'dry-run', 'wait-for-deletion', 'force'],
    ...['preview', ...ofPreview, ...ofGitHub],
  ],
  sweep: [...shared, 'dry-run', ...ofSweep, ...ofGitHub],
  'plan-migration': [
    ...shared,
    ...['apprunner-service', 'allow-internal', 'write-workflow', 'custom-domains', 'github-token'],
    ...settings,
  ],
};

const purposes = Object.keys(expected) as readonly Purpose[];
const namesIn = (text: string) => text.match(/[a-z]+(?:-[a-z]+)*(?=[,:\]]|$)/g) ?? [];

test.each(purposes)('%s: of all inputs, those that have no effect are named, each once', (purpose) => {
  const { notices, remarks } = tellUnused(
    createInputReader(deployInputDefaults, () => 'other'),
    purpose,
  );
  const lists = [
    ...notices.map((text) => text.replace(/^.* does not use /, '').replace(': no effect here.', '')),
    ...remarks.map((text) => text.replace(/^Not used by (?:operation: )?[a-z -]+: /, '')),
  ];
  const named = lists.flatMap(namesIn);
  expect(named.toSorted()).toEqual(but(...expected[purpose]).toSorted());
});

test.each(purposes)('%s: what action.yml gives where nothing is given is no word worth', (purpose) => {
  const reader = createInputReader(deployInputDefaults, (name) =>
    name === 'github-token'
      ? 'ghs_token'
      : (deployInputDefaults[name as keyof typeof deployInputDefaults] ?? ''),
  );
  expect(tellUnused(reader, purpose)).toEqual({ notices: [], remarks: [] });
});

test.each<[Purpose, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'deploy',
    { force: 'true', 'write-workflow': 'x.yml' },
    ['operation: deploy does not use write-workflow, force: no effect here.'],
  ],
  [
    'plan-migration',
    { 'dry-run': 'true' },
    ['operation: plan-migration does not use dry-run: no effect here.'],
  ],
  ['delete', { image: 'web:1', cpu: '256' }, []],
])('%s with %j', (purpose, raw, notices) => {
  const reader = createInputReader(deployInputDefaults, (name) => raw[name] ?? '');
  expect(tellUnused(reader, purpose).notices).toEqual(notices);
});
