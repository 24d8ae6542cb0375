import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplate } from '../helpers/cloudformation.ts';
import { policyFrom, ROLE_POLICIES, readPolicy, slot } from '../helpers/policies.ts';
import { readText } from '../helpers/source-tree.ts';
import { readMade, terraform, withoutProvider } from '../helpers/terraform.ts';

/** bootstrap/policies is the source; CloudFormation has a copy, and Terraform reads it. */

const template = readTemplate();
const files = readdirSync('bootstrap/policies').map((file) => file.replace(/\.json$/, ''));
const policies = files.filter((name) => !name.startsWith('trust-'));
const trusts = files.filter((name) => name.startsWith('trust-'));

const inlinePolicies = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::IAM::RolePolicy')
  .map(({ Properties }) => Properties);
/** `${DeployRole}` → `deploy` */
const roleOf = (reference: unknown) => /\{(\w+)Role\}/.exec(String(reference))?.[1]?.toLowerCase() ?? '';

/** Only its lists filled in. */
function policyWithLists(name: string, lists: Readonly<Record<string, string>>) {
  const slots = [...JSON.stringify(readPolicy(name)).matchAll(/\$\{(\w+)\}/g)].map(([, each = '']) => each);
  return policyFrom([name], { ...Object.fromEntries(slots.map((each) => [each, slot(each)])), ...lists });
}

describe('CloudFormation', () => {
  /** What the AWS CLI sends without a bucket: `aws cloudformation deploy` refuses a larger file. */
  test('is small enough for one command', () => {
    expect(Buffer.byteLength(readText('bootstrap/cloudformation.yaml'))).toBeLessThanOrEqual(51_200);
  });

  test.each(policies)('has %s as it is written', (name) => {
    const copies = inlinePolicies.filter(({ PolicyName }) => PolicyName === name);
    expect(copies).not.toEqual([]);
    for (const { PolicyDocument } of copies) expect(PolicyDocument).toEqual(readPolicy(name));
  });

  test('gives each role its policies, and no other', () => {
    const given = Object.keys(ROLE_POLICIES).map((role) => [
      role,
      inlinePolicies.filter(({ RoleName }) => roleOf(RoleName) === role).map(({ PolicyName }) => PolicyName),
    ]);
    expect(Object.fromEntries(given)).toEqual(ROLE_POLICIES);
  });

  /** Three operators' first services waited for ever, until the role had these (August 2026): the managed policy, v6, lacks them. */
  test('gives the infrastructure role what the managed policy lacks', () => {
    const given = inlinePolicies.filter(({ RoleName }) => roleOf(RoleName) === 'infrastructure');
    expect(given.map(({ PolicyName }) => PolicyName)).toEqual(['infrastructure']);
    expect(readPolicy('infrastructure').Statement).toMatchObject([
      { Action: ['ec2:DescribeAccountAttributes', 'ec2:DescribeInternetGateways'], Resource: '*' },
    ]);
  });

  const environment = (parameter: string) =>
    JSON.parse(
      JSON.stringify(readPolicy('trust-environment')).replaceAll(slot('Environment'), `\${${parameter}}`),
    );
  test.each([
    [
      'Deploy',
      { 'Fn::If': ['DeploysFromEnvironment', environment('DeployEnvironment'), readPolicy('trust-branch')] },
    ],
    ['Plan', readPolicy('trust-branch')],
    ['Preview', readPolicy('trust-previews')],
    ['Shift', readPolicy('trust-environments')],
    ['Rollback', environment('RollbackEnvironment')],
    ['Monitor', readPolicy('trust-workflow')],
  ])('%sRole is trusted as it is written', (role, document) => {
    expect(template.Resources[`${role}Role`]?.Properties['AssumeRolePolicyDocument']).toEqual(document);
  });
});

describe('Terraform', () => {
  const module = readText('bootstrap/terraform/main.tf');

  test('asks for what CloudFormation asks for, with the same defaults', () => {
    const variables = [...module.matchAll(/^variable "(\w+)" \{([\s\S]*?)^\}/gm)].map(([, name, body]) => [
      name,
      /default\s+= (.*)/
        .exec(body ?? '')?.[1]
        ?.replace(/^"(.*)"$/, '$1')
        .replace('[]', '')
        .replace(/^\["(.*)"\]$/, '$1'),
    ]);
    const parameters = Object.entries(template.Parameters).map(([name, { Default }]) => [
      name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
      Default,
    ]);
    expect(variables).toEqual(parameters);
  });

  test('reads the policies where they are written', () => {
    const named = [
      ...module.matchAll(/\$\{local\.policies\}\/([\w-]+|\$\{each\.value\.policy\})\.json/g),
    ].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(
      [...trusts, 'infrastructure', slot('each.value.policy')].sort(),
    );
  });

  test('gives the infrastructure role its policy', () => {
    expect(/^resource "aws_iam_role_policy" "infrastructure" \{[\s\S]*?^\}/m.exec(module)?.[0]).toMatch(
      /role += aws_iam_role\.infrastructure\.id\n +policy += file\("\$\{local\.policies\}\/infrastructure\.json"\)/,
    );
  });

  const exists = spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0;
  const withTerraform = exists ? test : test.skip;

  withTerraform('is formatted', () => {
    const { status, stdout } = terraform('bootstrap/terraform', 'fmt', '-check', '-diff');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  function make(text: string) {
    const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
    writeFileSync(join(folder, 'main.tf'), text);
    for (const command of [['init'], ['validate'], ['apply', '-auto-approve']]) {
      const { status, stderr } = terraform(folder, ...command);
      expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({
        command,
        status: 0,
        stderr: '',
      });
    }
    const made = readMade(terraform(folder, 'output', '-json').stdout);
    rmSync(folder, { recursive: true });
    return made;
  }

  withTerraform('writes a text for each name of a list, whatever stands before it', () => {
    const lists = {
      DomainNames: ['app.example.com', 'www.example.com'],
      CertificateDomains: ['shop.example.com', 'api.example.com', 'example.com'],
    };
    const { policies: made } = make(withoutProvider(module, lists));
    const values = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.join()]));
    for (const name of ['request-certificate', 'request-certificate-of-names', 'shift'] as const) {
      expect(made).toHaveProperty([name, 'Statement'], policyWithLists(name, values).Statement);
    }
  });

  withTerraform('makes the same documents for the same roles', () => {
    const made = make(withoutProvider(module));
    const written = [...new Set(Object.values(ROLE_POLICIES).flat())];
    expect(made.policies).toEqual(Object.fromEntries(written.map((name) => [name, readPolicy(name)])));
    expect(made.roles).toEqual(ROLE_POLICIES);
    expect(made.trusts).toEqual({
      deploy: readPolicy('trust-branch'),
      plan: readPolicy('trust-branch'),
      preview: readPolicy('trust-previews'),
      shift: readPolicy('trust-environments'),
      rollback: readPolicy('trust-environment'),
      monitor: readPolicy('trust-workflow'),
    });
  });
});
