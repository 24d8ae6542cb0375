import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { previewServiceName } from '../../src/deploy-express/model/tags.ts';
import { readTemplate } from '../helpers/cloudformation.ts';
import { listOf, ROLE_POLICIES, readPolicy, slot } from '../helpers/policies.ts';
import { readText } from '../helpers/source-tree.ts';

const files = readdirSync('bootstrap/policies').map((file) => file.replace(/\.json$/, ''));
const policies = files.filter((name) => !name.startsWith('trust-'));
const trusts = files.filter((name) => name.startsWith('trust-'));

describe('the policies', () => {
  const statements = policies.flatMap((name) =>
    readPolicy(name).Statement.map((statement) => [`${name}: ${statement.Sid}`, statement] as const),
  );

  test.each(statements)(
    '%s allows actions by their names, on something',
    (_name, { Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      for (const action of listOf(Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Z]\w+$/);
      expect(
        listOf(Resource ?? []).every(
          (arn) => arn === '*' || /^(arn:\$\{Partition\}:|\$\{\w+Arn\})/.test(arn),
        ),
      ).toBe(true);
    },
  );

  test('whatever changes something does so on named resources, but for what has none', () => {
    const wide = statements
      .filter(([, { Resource }]) => Resource === '*')
      .flatMap(([, { Action }]) => listOf(Action))
      .filter((action) => !/:(Describe|List|Get|TestDNS)/.test(action));
    expect([...new Set(wide)].toSorted()).toEqual(['acm:RequestCertificate', 'ecs:RegisterTaskDefinition']);
  });

  test.each([
    ['deploy', ['InfrastructureRoleArn', 'ExecutionRoleArn', 'TaskRoleArn']],
    ['preview', ['InfrastructureRoleArn', 'PreviewExecutionRoleArn', 'PreviewTaskRoleArn']],
  ])('%s hands over roles to ECS alone, and its own only', (name, passed) => {
    const passing = policies.flatMap((each) =>
      readPolicy(each)
        .Statement.filter(({ Action }) => listOf(Action).includes('iam:PassRole'))
        .map((statement) => [each, statement] as const),
    );
    expect(passing).toHaveLength(2);
    expect(passing.find(([each]) => each === name)?.[1]).toMatchObject({
      Resource: passed.map(slot),
      Condition: {
        StringEquals: { 'iam:PassedToService': ['ecs.amazonaws.com', 'ecs-tasks.amazonaws.com'] },
      },
    });
  });

  /** Express registers the task definition in the name of the caller, and no public source says whether it gives it the tags. */
  test.each(['deploy', 'preview'])(
    '%s tags what a creation may make, and a task definition only then',
    (name) => {
      const tagging = readPolicy(name).Statement.filter(({ Action }) =>
        listOf(Action).includes('ecs:TagResource'),
      );
      const ofDefinitions = (arn: string) => arn.includes(':task-definition/');
      const [services, definitions, ...others] = tagging;
      expect(others).toEqual([]);
      expect(listOf(services?.Resource ?? []).filter(ofDefinitions)).toEqual([]);
      expect(definitions).toMatchObject({
        Action: 'ecs:TagResource',
        Resource: `arn:${slot('Partition')}:ecs:${slot('Region')}:${slot('AccountId')}:task-definition/*`,
        Condition: {
          StringEquals: {
            'ecs:CreateAction': [
              'CreateExpressGatewayService',
              'RegisterTaskDefinition',
              'UpdateExpressGatewayService',
            ],
          },
        },
      });
    },
  );

  test('a condition on all values also wants that there are some', () => {
    const loose = statements.flatMap(([name, { Condition = {} }]) =>
      [
        ...Object.keys(Condition['ForAllValues:StringEquals'] ?? {}),
        ...Object.keys(Condition['ForAllValues:StringLike'] ?? {}),
      ]
        .filter((key) => Condition['Null']?.[key] !== 'false')
        .map((key) => `${name}: ${key}`),
    );
    expect(loose).toEqual([]);
  });

  /** `_*` would let the role have other authorities issue for the domain, by a CNAME at `_acme-challenge`. */
  const label = `_${'?'.repeat(32)}`;
  test.each([
    [
      'request-certificate',
      [`${label}.${slot('CertificateDomains')}`, `${label}.*.${slot('CertificateDomains')}`],
    ],
    ['request-certificate-of-names', [`${label}.${slot('DomainNames')}`]],
  ])(
    '%s: a record that validates a certificate has an underscore and 32 characters, is a CNAME, and is only created',
    (name, records) => {
      const [allowed] = readPolicy(name).Statement.filter(({ Sid }) => Sid === 'ValidateCertificates');
      expect(allowed?.Condition).toMatchObject({
        'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': records },
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
          'route53:ChangeResourceRecordSetsActions': ['CREATE'],
        },
      });
    },
  );

  /** IAM quotas: 10,240 characters for all inline policies of a role, 2,048 for its trust. Names take the place of `${…}`. */
  test('fit into a role', () => {
    const lengthOf = (name: string) => JSON.stringify(readPolicy(name)).length;
    for (const names of Object.values(ROLE_POLICIES)) {
      expect(names.reduce((sum, name) => sum + lengthOf(name), 0)).toBeLessThan(8000);
    }
    for (const name of trusts) expect(lengthOf(name)).toBeLessThan(1200);
  });
});

describe('the parameters', () => {
  const { Parameters, Rules } = readTemplate();

  test('whatever begins the names of services also begins those of their previews, however they are cut', () => {
    const { AllowedPattern = '', MaxLength = 255 } = Parameters['ServiceNamePrefix'] ?? {};
    const prefixes = fc.stringMatching(new RegExp(`^${AllowedPattern}$`), { maxLength: MaxLength });
    const rests = fc.stringMatching(/^[A-Za-z0-9_-]{0,200}$/);
    fc.assert(
      fc.property(prefixes, rests, fc.integer({ min: 1, max: 2 ** 31 }), (prefix, rest, number) => {
        fc.pre(prefix.length <= MaxLength);
        expect(previewServiceName(prefix + rest, number).startsWith(prefix)).toBe(true);
      }),
    );
    expect(previewServiceName('x'.repeat(255), 2 ** 31).startsWith('x'.repeat(MaxLength))).toBe(true);
  });

  test('who may delete in App Runner may not delete everything there', () => {
    expect(Rules['RetiringNamesTheService']).toMatchObject({
      RuleCondition: { Equals: [slot('AllowRetiringBlue'), 'true'] },
      Assertions: [{ Assert: { Not: [{ Equals: [slot('AppRunnerServiceName'), '*'] }] } }],
    });
    expect(readText('bootstrap/terraform/main.tf')).toContain(
      'condition     = !(var.allow_retiring_blue && var.app_runner_service_name == "*")',
    );
  });
});

describe('the trust of', () => {
  const statements = trusts.flatMap((name) =>
    readPolicy(name).Statement.map((statement) => [name, statement.Sid, statement.Condition ?? {}] as const),
  );
  const claim = (name: string) => `token.actions.githubusercontent.com:${name}`;

  test.each(statements)(
    '%s, %s, is in one repository and one subject, in both forms',
    (_name, sid, condition) => {
      const { StringEquals: equals = {}, StringLike: likes = {}, ...otherOperators } = condition;
      expect(otherOperators).toEqual({});
      expect(JSON.stringify(equals)).not.toContain('*');
      expect(equals[claim('aud')]).toBe('sts.amazonaws.com');
      expect(equals[claim('repository_id')]).toBe(slot('RepositoryId'));
      const [byName = '', byId = '', ...others] = listOf(equals[claim('sub')] ?? likes[claim('sub')] ?? []);
      expect(others).toEqual([]);
      const [, subject = ''] = /^repo:\$\{RepositoryOwner\}\/\$\{RepositoryName\}:(.+)$/.exec(byName) ?? [];
      // Where there are several environments, the claim beside the subject says which.
      const several = sid === 'Environments';
      expect(Object.keys(likes)).toEqual(several ? [claim('sub')] : []);
      expect(subject).toMatch(several ? /^environment:\*$/ : /^[^*]+$/);
      expect(byId).toBe(
        `repo:\${RepositoryOwner}@\${RepositoryOwnerId}/\${RepositoryName}@\${RepositoryId}:${subject}`,
      );
    },
  );

  test.each(statements.filter(([, sid]) => sid !== 'PullRequests'))(
    '%s, %s, is in one branch',
    (_name, sid, condition) => {
      const { StringEquals: equals = {} } = condition;
      expect(equals[claim('ref')]).toBe(`refs/heads/${slot('Branch')}`);
      // The subject of a job in an environment does not hold the branch.
      if (sid === 'Environment') expect(equals[claim('environment')]).toBe(slot('Environment'));
      if (sid === 'Environments') expect(equals[claim('environment')]).toBe(slot('ShiftEnvironments'));
    },
  );
});
