import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The policies in bootstrap/policies, as they are written: with `${Name}` for what an account fills in. */
export type PolicyDocument = { readonly Version: string; readonly Statement: readonly Statement[] };

export type Statement = {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};

/** The roles that workflows assume, with all the policies that they may have. */
export const ROLE_POLICIES = {
  deploy: ['deploy', 'read-app-runner', 'request-certificate', 'find-zone'],
  plan: ['plan', 'read-app-runner', 'plan-shift', 'dns-plan-role'],
  preview: ['preview'],
  shift: ['shift', 'request-certificate-of-names', 'retire-blue', 'dns-role'],
  rollback: ['rollback', 'dns-role'],
  monitor: ['monitor', 'dns-role'],
} as const;

export type RoleName = keyof typeof ROLE_POLICIES;

/** npm and jest both start at the root of the repository. */
const folder = join(process.cwd(), 'bootstrap', 'policies');

/** How a policy names what an account fills in. */
export const slot = (name: string): string => `\${${name}}`;

export function readPolicy(name: string): PolicyDocument {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

export const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

export function actionsOf(role: RoleName): ReadonlySet<string> {
  return new Set(
    ROLE_POLICIES[role].flatMap((name) => readPolicy(name).Statement.flatMap(({ Action }) => listOf(Action))),
  );
}

/** The account of the emulator, and the names that tests use there. */
const usualValues = {
  Partition: 'aws',
  Region: 'eu-west-1',
  AccountId: '123456789012',
  ClusterName: 'default',
  ServiceNamePrefix: 'web',
  RepositoryNamePrefix: 'web',
  InfrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  ExecutionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  TaskRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskRole',
  PreviewClusterName: 'default',
  PreviewExecutionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  PreviewTaskRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskRole',
  DomainNames: 'app.example.com',
  CertificateDomains: 'example.com',
  HostedZoneId: '',
  AppRunnerServiceName: 'shop',
  DnsRoleArn: 'arn:aws:iam::210987654321:role/dns',
  DnsPlanRoleArn: 'arn:aws:iam::210987654321:role/dns-plan',
};

/** All policies of a role in one, as they stand in an account. */
export const policyOf = (role: RoleName, values?: Readonly<Record<string, string>>): PolicyDocument =>
  policyFrom(ROLE_POLICIES[role], values);

/** Some policies in one. */
export function policyFrom(
  names: readonly string[],
  values: Readonly<Record<string, string>> = {},
): PolicyDocument {
  const known: Readonly<Record<string, string>> = { ...usualValues, ...values };
  const statements = names.flatMap((name) => readPolicy(name).Statement);
  const filledIn = (name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`no value for ${slot(name)}`);
    return value;
  };
  const text = JSON.stringify(statements)
    // A text that ends in the slot of a list becomes one for each name of it.
    .replace(/"([^"]*)\$\{(DomainNames|CertificateDomains)\}"/g, (_, prefix: string, name: string) =>
      filledIn(name)
        .split(',')
        .map((each) => JSON.stringify(prefix + each))
        .join(),
    )
    .replace(/\$\{(\w+)\}/g, (_, name: string) => filledIn(name));
  return { Version: '2012-10-17', Statement: JSON.parse(text) };
}
