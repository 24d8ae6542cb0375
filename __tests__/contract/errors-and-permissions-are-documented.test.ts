import { findImports, findReachable, readText } from '../helpers/source-tree.ts';

function declaredCodes(): string[] {
  const union = /export type ErrorCode =([\s\S]*?);/.exec(readText('src/errors.ts'))?.[1] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
}

test('every error code has its section in docs/troubleshooting.md, and no other', () => {
  const sections = [...readText('docs/troubleshooting.md').matchAll(/^## `([a-z-]+)`$/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(sections).toEqual(declaredCodes());
});

/** The service prefix of IAM for each client of the SDK. */
const prefixes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-acm': 'acm',
  '@aws-sdk/client-apprunner': 'apprunner',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-route-53': 'route53',
  '@aws-sdk/client-ecs': 'ecs',
  '@aws-sdk/client-ecr': 'ecr',
  '@aws-sdk/client-iam': 'iam',
  '@aws-sdk/client-cloudwatch-logs': 'logs',
  '@aws-sdk/client-elastic-load-balancing-v2': 'elasticloadbalancing',
};

/** Needs no permission: sts:GetCallerIdentity. */
const free = ['@aws-sdk/client-sts'];

function calledActions(entry: string): string[] {
  const called = new Set<string>();
  for (const file of findReachable(entry)) {
    const text = readText(file);
    for (const { specifier } of findImports(text)) {
      if (!specifier.startsWith('@aws-sdk/client-') || free.includes(specifier)) continue;
      const prefix = prefixes[specifier];
      if (prefix === undefined) throw new Error(`${file}: no IAM prefix is known for ${specifier}`);
      const names = new RegExp(`import (?!type)\\{([^}]*)\\} from '${specifier}'`).exec(text)?.[1] ?? '';
      for (const [, name] of names.matchAll(/\b(\w+)Command\b/g)) called.add(`${prefix}:${name}`);
    }
  }
  return [...called].sort();
}

test('every call that deploy-express makes is among the permissions in docs/inputs.md', () => {
  const called = calledActions('src/deploy-express/index.ts');
  expect(called).toEqual(expect.arrayContaining(['ecs:DescribeServices', 'ecs:UpdateExpressGatewayService']));
  const section = /## Permissions([\s\S]*)$/.exec(readText('docs/inputs.md'))?.[1] ?? '';
  expect(called.filter((action) => !section.includes(`\`${action}\``))).toEqual([]);
});

test('every call that shift-traffic makes is among the permissions in its README', () => {
  // The files that speak to ECS are those of deploy-express, with calls in them that only deploy-express makes.
  const called = calledActions('src/shift-traffic/index.ts').filter((action) => !action.startsWith('ecs:'));
  expect(called).toEqual(
    expect.arrayContaining(['route53:ChangeResourceRecordSets', 'elasticloadbalancing:ModifyRule']),
  );
  const section = /## Permissions([\s\S]*)$/.exec(readText('shift-traffic/README.md'))?.[1] ?? '';
  expect(called.filter((action) => !section.includes(`\`${action}\``))).toEqual([]);
});
