import { parse } from 'yaml';
import { completeInputs } from '../../../../src/deploy-express/inputs/fill.ts';
import { announceRemarks } from '../../../../src/deploy-express/inputs/notices.ts';
import { mapSettings } from '../../../../src/deploy-express/migration/map-settings.ts';
import { migrateService } from '../../../../src/deploy-express/migration/migrated-service.ts';
import { listRemarks } from '../../../../src/deploy-express/migration/remarks.ts';
import { renderFolder } from '../../../../src/deploy-express/migration/render-folder.ts';
import { renderWorkflow } from '../../../../src/deploy-express/migration/render-workflow.ts';
import {
  renderMigration,
  renderMigrationJson,
} from '../../../../src/deploy-express/migration/report-migration.ts';
import { appRunnerConfiguration } from '../../../helpers/app-runner-configuration.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';

const role = 'arn:aws:iam::123456789012:role/instance';
const connector = { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] };
const seen = { isRoleTrusting: undefined, allowInternal: false };

test('every setting with a counterpart is carried over', () => {
  const service = appRunnerConfiguration({
    cpu: '0.5 vCPU',
    memory: '1 GB',
    instanceRoleArn: role,
    connector,
    source: {
      port: '3000',
      startCommand: 'migrate && serve',
      environment: [{ name: 'LEVEL', value: 'info' }],
      secrets: [
        { name: 'ARN', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abc:key::' },
        { name: 'BARE', valueFrom: 'name' },
        { name: 'PATH', valueFrom: '/prod/db' },
      ],
    },
  });
  expect(mapSettings(service, { allowInternal: true })).toEqual({
    containerPort: 3000,
    command: ['/bin/sh', '-c', 'migrate && exec serve'],
    environment: [{ name: 'LEVEL', value: 'info' }],
    secrets: [
      { name: 'ARN', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abc:key::' },
      { name: 'BARE', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/name' },
      { name: 'PATH', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db' },
    ],
    taskRoleArn: role,
    cpuUnits: 512,
    memoryMib: 1024,
    healthCheckPath: '/health',
    subnets: connector.subnets,
    securityGroups: connector.securityGroups,
    minTaskCount: 1,
    maxTaskCount: 25,
  });
  expect(mapSettings(service, { allowInternal: false }).subnets).toBeUndefined();
});

const topics = (
  service: Parameters<typeof listRemarks>[0],
  more: Partial<Parameters<typeof listRemarks>[1]> = {},
) =>
  listRemarks(service, { ...seen, ...more }).map(({ topic, isUrgent }) => `${isUrgent ? '!' : ''}${topic}`);

const always = [
  'health check timing',
  'max concurrency',
  'pause',
  'web ACL',
  'port 80',
  'request timeout',
  'logs',
];

test.each<[string, Parameters<typeof appRunnerConfiguration>[0], readonly string[]]>([
  ['a plain one', {}, []],
  [
    'a TCP health check',
    { healthCheck: { ...appRunnerConfiguration().healthCheck, protocol: 'TCP' } },
    ['!health check'],
  ],
  ['a VPC connector', { connector }, ['!VPC connector']],
  ['a private service', { isPublic: false }, ['!private service']],
  ['a role of its own', { instanceRoleArn: role }, ['!instance role']],
  ['secrets', { source: { secrets: [{ name: 'A', valueFrom: 'a' }] } }, ['!secrets']],
  ['another PORT', { source: { environment: [{ name: 'PORT', value: '1' }] } }, ['!PORT']],
  [
    'an image of another account',
    { source: { reference: '999999999999.dkr.ecr.eu-west-1.amazonaws.com/a:1' } },
    ['!image'],
  ],
  [
    'a custom domain',
    { domains: [{ name: 'example.com', hasWww: true, status: 'ACTIVE', validationNames: [] }] },
    ['!custom domains'],
  ],
  ['dual stack', { isDualStack: true }, ['IPv6']],
  ['a key', { kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' }, ['KMS key']],
  ['tracing', { isTraced: true }, ['X-Ray']],
  ['an access role', { accessRoleArn: role }, ['access role']],
  ['a start command', { source: { startCommand: 'serve' } }, ['start command']],
  ['automatic deployments', { deploysByItself: true }, ['automatic deployments']],
  [
    'reserved names',
    { source: { environment: [{ name: 'AWSAPPRUNNER_X', value: '' }] } },
    ['reserved names'],
  ],
])('what is said of %s', (_name, more, expected) => {
  const said = topics(appRunnerConfiguration(more));
  expect(said.filter((topic) => !always.includes(topic))).toEqual(expected);
  expect(said).toEqual(expect.arrayContaining(always));
});

test('what has to be done is a table of its own, before what is only good to know', () => {
  const service = appRunnerConfiguration();
  const lines = renderMigration([migrateService(service, seen)]).lines;
  const [toDo = '', known = ''] = lines.join('\n').split('| Topic | In App Runner | Good to know |');
  expect(toDo).toContain('| Topic | In App Runner | What to do |');
  for (const { topic, isUrgent, isToDo, todo } of listRemarks(service, seen)) {
    expect(isToDo ? toDo : known).toContain(isUrgent ? `| **${topic}** |` : `| ${topic} |`);
    expect(todo).not.toMatch(/^Nothing/);
  }
});

test('more hosts than a service can have are not what is asked for', () => {
  const hosts = ['a.example.com', 'b.example.com', 'example.com'];
  const domains = hosts.map((name) => ({ name, hasWww: true, status: 'ACTIVE', validationNames: [] }));
  const remark = listRemarks(appRunnerConfiguration({ domains }), seen).find(
    ({ topic }) => topic === 'custom domains',
  );
  expect(remark?.seen).toBe(hosts.flatMap((name) => [name, `www.${name}`]).join(', '));
  expect(remark?.todo).toContain('Give custom-domains with at most 4 of them');
});

test('a role that trusts tasks is not mentioned, a paused service is', () => {
  expect(topics(appRunnerConfiguration({ instanceRoleArn: role }), { isRoleTrusting: true })).not.toContain(
    '!instance role',
  );
  expect(topics(appRunnerConfiguration({ status: 'PAUSED' }))).toContain('!pause');
});

test('an input goes before App Runner, and App Runner before its defaults', () => {
  const service = appRunnerConfiguration({
    healthCheck: { ...appRunnerConfiguration().healthCheck, protocol: 'TCP' },
    source: { port: '3000', environment: [{ name: 'LEVEL', value: 'info' }] },
  });
  const layer = { origin: 'App Runner', settings: mapSettings(service, seen) };
  const remarks = listRemarks(service, seen);
  const inputs = deployInputs({ 'apprunner-service': 'shop', cpu: '2048', memory: '4096' });
  const { settings, origins, notices } = completeInputs(inputs, {
    prepared: undefined,
    imported: { layer, remarks },
  });
  expect(settings).toMatchObject({
    containerPort: 3000,
    cpuUnits: 2048,
    healthCheckPath: '/',
    environment: [
      { name: 'PORT', value: '3000' },
      { name: 'LEVEL', value: 'info' },
    ],
  });
  expect(Object.fromEntries(origins)).toEqual({
    'container-port': 'App Runner',
    'min-task-count': 'App Runner',
    'max-task-count': 'App Runner',
    'environment-variables: PORT': 'App Runner',
    'environment-variables: LEVEL': 'App Runner',
    'health-check-path': "App Runner's default",
  });
  // The table is in the summary, so that it is told of in the log alone.
  expect(notices).toEqual([]);
  expect(announceRemarks({ appRunnerService: 'shop', remarks })).toEqual([
    expect.stringContaining('- health check: TCP: the port is open.'),
  ]);
  expect(announceRemarks({ appRunnerService: 'shop', remarks: [] })).toEqual([]);
});

const code = {
  kind: 'code',
  repositoryUrl: 'https://github.com/octo/shop',
  branch: 'main',
  directory: 'api',
  api: {
    runtime: 'NODEJS_22',
    buildCommand: 'npm ci',
    port: '3000',
    startCommand: 'node server.js',
    environment: [{ name: 'TOKEN', value: 'hush' }],
    secrets: [{ name: 'DB', valueFrom: '/db' }],
  },
} as const;

test('the plan names inputs with their values, and variables without', () => {
  const migrated = migrateService(
    appRunnerConfiguration({
      source: code,
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'aws:x', value: 'y' },
      ],
    }),
    seen,
  );
  expect(JSON.parse(renderMigrationJson([migrated]))).toMatchObject({
    services: [
      {
        name: 'shop',
        source: 'code',
        inputs: {
          'service-name': 'shop',
          source: 'api',
          'build-from': 'runtime',
          runtime: 'NODEJS_22',
          'build-command': 'npm ci',
          'start-command': 'node server.js',
          'container-port': '3000',
          cpu: '1024',
          memory: '2048',
          'health-check-path': '/health',
          'min-task-count': '1',
          'max-task-count': '25',
          tags: '[{"key":"team","value":"shop"}]',
        },
        environment: ['PORT', 'TOKEN'],
        secrets: [{ name: 'DB', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/db' }],
      },
    ],
  });
  for (const text of [renderMigrationJson([migrated]), renderMigration([migrated]).lines.join('\n')]) {
    expect(text).not.toContain('hush');
    expect(text).toContain('TOKEN');
  }
});

test('the workflow is YAML, whatever is in the settings, and holds no value of a variable', () => {
  const evil = `"; rm -rf / #\n\${{ secrets.X }}`;
  const service = appRunnerConfiguration({
    source: { ...code, api: { ...code.api, startCommand: evil } },
    tags: [{ key: 'a', value: evil }],
  });
  const workflow = renderWorkflow([migrateService(service, seen)], {
    region: 'eu-west-1',
    actionRepository: 'octo/deploy',
    actionRef: 'v0.1.0',
    branch: 'main',
  });
  const job = parse(workflow).jobs.shop;
  expect(job.steps[2].uses).toBe('octo/deploy@v0.1.0');
  expect(job.steps[2].with).toMatchObject({
    'apprunner-service': 'shop',
    runtime: 'NODEJS_22',
    'start-command': evil.replace(`\${{`, `\${{ '\${{' }}`),
    'execution-role-arn': `\${{ vars.EXECUTION_ROLE }}`,
  });
  expect(workflow).not.toContain('hush');
});

const jobsOf = (...services: ReturnType<typeof appRunnerConfiguration>[]) => jobsOn('main', ...services);

const jobsOn = (branch: string, ...services: ReturnType<typeof appRunnerConfiguration>[]) => {
  const migrated = services.map((service) => migrateService(service, seen));
  const options = { region: 'eu-west-1', actionRepository: undefined, actionRef: undefined, branch };
  const text = renderWorkflow(migrated, options);
  return { text, workflow: parse(text) };
};

test('the workflow runs on the branch that App Runner deploys from', () => {
  const release = appRunnerConfiguration({ source: { ...code, branch: 'release/1' } });
  const { text, workflow } = jobsOf(release, appRunnerConfiguration({ name: 'image' }));
  expect(workflow.on.push.branches).toEqual(['release/1']);
  expect(workflow.jobs.shop.if).toBe(undefined);
  expect(text).toContain('# App Runner builds it from https://github.com/octo/shop, branch release/1');
});

test('where App Runner names no branch, the workflow runs on the branch that wrote it', () => {
  const { workflow } = jobsOn('trunk', appRunnerConfiguration());
  expect(workflow.on.push.branches).toEqual(['trunk']);
});

test('with several branches each service is deployed from its own alone', () => {
  const { workflow } = jobsOf(
    appRunnerConfiguration({ source: code }),
    appRunnerConfiguration({ name: 'odd', source: { ...code, branch: "it's" } }),
  );
  expect(workflow.on.push.branches).toEqual(['main', "it's"]);
  expect(workflow.jobs.shop.if).toBe("github.ref_name == 'main'");
  expect(workflow.jobs.odd.if).toBe("github.ref_name == 'it''s'");
});

test('an image is no input of the workflow, and that is said', () => {
  const { text, workflow } = jobsOf(appRunnerConfiguration());
  expect(workflow.on.push.branches).toEqual(['main']);
  expect(workflow.jobs.shop.steps[2].with.image).toBe(undefined);
  expect(text).toContain('# Deploys the image that App Runner has at that time, today 123456789012.dkr.ecr');
});

describe('a folder of workflows', () => {
  const options = {
    region: 'ap-south-1',
    actionRepository: 'octo/deploy',
    actionRef: 'v0.1.0',
    branch: 'main',
  };
  const wanted = {
    serviceName: 'front',
    cluster: 'live',
    customDomains: undefined,
    settings: { healthCheckPath: '/up', executionRoleArn: 'arn:aws:iam::123456789012:role/given' },
  };
  const migrate = (name: string, names: readonly string[], given?: Parameters<typeof migrateService>[2]) => {
    const domains = names.map((each) => ({ name: each, hasWww: each === 'shop.test', ...active }));
    return migrateService(appRunnerConfiguration({ name, source: code, domains }), seen, given);
  };
  const active = { status: 'active', validationNames: [] };
  const filesOf = (...services: ReturnType<typeof migrate>[]) =>
    new Map(renderFolder(services, options).map(({ name, text }) => [name, text]));

  test('has everything filled in, with what the inputs of the step say', () => {
    const files = filesOf(migrate('shop-app', ['shop.test'], wanted));
    expect([...files.keys()]).toEqual([
      'deploy-express.yml',
      'shift.yml',
      'shift-without-reviewers.yml',
      'rollback.yml',
      'previews.yml',
      'sweep-previews.yml',
    ]);
    const all = [...files.values()].join('\n');
    for (const left of [
      'OWNER',
      '000000',
      'app.example.com',
      'eu-west-1',
      'web-app',
      'service-name: web',
      '/health',
      ': web\n',
      '-web-',
    ]) {
      expect(all).not.toContain(left);
    }
    const [deploy, shift, , rollback, previews, sweep] = [...files.values()].map((text) => parse(text));
    expect(deploy.jobs['shop-app'].steps[2].with).toMatchObject({
      'service-name': 'front',
      cluster: 'live',
      'health-check-path': '/up',
      'execution-role-arn': `\${{ vars.EXECUTION_ROLE }}`,
      'custom-domains': 'shop.test, www.shop.test',
      'request-certificate': 'true',
      'redirect-http': 'true',
    });
    for (const job of ['plan', 'apply']) {
      const step = shift.jobs[job].steps.at(-1);
      expect(step.uses).toBe('octo/deploy/shift-traffic@v0.1.0');
      expect(step.with).toMatchObject({
        domain: 'shop.test, www.shop.test',
        'apprunner-service': 'shop-app',
        'express-service': 'front',
        cluster: 'live',
      });
    }
    expect(shift.jobs.apply.concurrency.group).toBe('dns-shop.test');
    expect(rollback.jobs.rollback.steps.at(-1).with.domain).toBe('shop.test, www.shop.test');
    expect(rollback.jobs.rollback.steps[0].with['aws-region']).toBe('ap-south-1');
    expect(all).not.toContain('To decide: custom domains');
    expect(previews.jobs.preview.steps.at(-1).with).toMatchObject({
      runtime: 'NODEJS_22',
      'build-command': 'npm ci',
      'start-command': 'node server.js',
      'service-name': 'front',
      'health-check-path': '/up',
      'container-port': '3000',
    });
    expect(sweep.jobs.sweep.steps.at(-1).with['service-name']).toBe('front');
  });

  test('of the linked names only those that an input names are moved', () => {
    const files = filesOf(
      migrate('shop', ['shop.test', 'elsewhere.test'], { ...wanted, customDomains: ['www.shop.test'] }),
    );
    const all = [...files.values()].join('\n');
    expect(all).not.toContain('elsewhere.test');
    expect(parse(files.get('deploy-express.yml') ?? '').jobs.shop.steps[2].with['custom-domains']).toBe(
      'www.shop.test',
    );
    for (const [name, job] of [
      ['shift.yml', 'apply'],
      ['rollback.yml', 'rollback'],
    ] as const) {
      expect(parse(files.get(name) ?? '').jobs[job].steps.at(-1).with.domain).toBe('www.shop.test');
    }
  });

  test('a name that holds an example is left as it is, and an image has no previews', () => {
    const files = filesOf(migrate('shop', ['own.test', 'my.app.example.com']));
    expect(parse(files.get('rollback.yml') ?? '').jobs.rollback.steps.at(-1).with.domain).toBe(
      'own.test, my.app.example.com',
    );
    const ofImage = migrateService(appRunnerConfiguration({ name: 'image' }), seen);
    expect([...filesOf(ofImage).keys()]).toEqual(['deploy-express.yml']);
  });

  test('the instance role gives way to the task role that the deploy role may pass, unless an input names another', () => {
    const instanceRoleArn = 'arn:aws:iam::123456789012:role/shop-instance';
    const service = appRunnerConfiguration({ name: 'shop', source: code, instanceRoleArn });
    const deploy = filesOf(migrateService(service, seen)).get('deploy-express.yml') ?? '';
    expect(parse(deploy).jobs.shop.steps[2].with['task-role-arn']).toBe(`\${{ vars.TASK_ROLE }}`);
    expect(deploy).toContain(`# To decide: task role. Attach the policies of ${instanceRoleArn} to`);
    const taskRoleArn = 'arn:aws:iam::123456789012:role/own';
    const given = { ...wanted, settings: { taskRoleArn } };
    const own = filesOf(migrateService(service, seen, given)).get('deploy-express.yml') ?? '';
    expect(parse(own).jobs.shop.steps[2].with['task-role-arn']).toBe(taskRoleArn);
  });

  test('names to choose from are a comment, and those that an input gives stay', () => {
    const many = ['a.test', 'b.test', 'c.test', 'd.test', 'e.test'];
    expect(filesOf(migrate('shop', many)).get('deploy-express.yml')).toContain(
      '# To decide: custom-domains takes 4 of a.test, b.test',
    );
    const given = { ...wanted, customDomains: ['own.test'] };
    const { jobs } = parse(filesOf(migrate('shop', ['shop.test'], given)).get('deploy-express.yml') ?? '');
    expect(jobs.shop.steps[2].with).toMatchObject({
      'custom-domains': 'own.test',
      'request-certificate': 'true',
    });
  });

  test('has a shift for each service with domains, and none where there are none or only a wildcard', () => {
    const files = filesOf(
      migrate('shop', ['shop.test']),
      migrate('api', ['api.test']),
      migrate('admin', []),
      migrate('many', ['*.many.test']),
    );
    expect([...files.keys()]).toEqual([
      'deploy-express.yml',
      'shift-shop.yml',
      'shift-without-reviewers-shop.yml',
      'rollback-shop.yml',
      'shift-api.yml',
      'shift-without-reviewers-api.yml',
      'rollback-api.yml',
    ]);
  });
});
