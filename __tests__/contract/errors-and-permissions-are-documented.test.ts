import { findReachable, listImportedFiles, readText, stripComments } from '../helpers/source-tree.ts';

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

test('the trust in GitHub’s identity has its four causes, each with a command and a way out', () => {
  const [, section = ''] = readText('docs/troubleshooting.md').split(
    '## Not authorized to perform sts:AssumeRoleWithWebIdentity',
  );
  const causes = (section.split('\n## ')[0] ?? '').split(/^\d\. /m).slice(1);
  expect(causes.map((cause) => /^\*\*(.*?)[.,]/.exec(cause)?.[1])).toEqual([
    'The subject of the job is not the one that the role trusts',
    'The job does not have `id-token: write`',
    'The account has no provider for GitHub',
    'The variable names another role or account',
  ]);
  for (const cause of causes) {
    expect(cause).toContain('```sh');
    expect(cause).toContain('**Do:**');
  }
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
  '@aws-sdk/client-sts': 'sts',
};

/** A name that a file of aws/ declares, and what stands there. */
type Declared = { readonly file: string; readonly text: string };

/** Of a file of aws/ only what is used counts: two actions share it, of which one makes fewer calls. */
function calledActions(entry: string): string[] {
  const called = new Set<string>();
  const seen = new Set<string>();
  const open: Declared[] = findReachable(entry)
    .filter((file) => !file.startsWith('src/aws/'))
    .map((file) => ({ file, text: stripComments(readText(file)) }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { file, text } = next;
    for (const command of text.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)) {
      called.add(`${prefixOf(file, command[0])}:${command[1] ?? command[2]}`);
    }
    const words = new Set(text.match(/\w+/g));
    for (const source of [file, ...listImportedFiles(file, { types: false })]) {
      if (!source.startsWith('src/aws/')) continue;
      for (const [name, declared] of declarationsOf(source)) {
        if (!words.has(name) || seen.has(`${source} ${name}`)) continue;
        seen.add(`${source} ${name}`);
        open.push(declared);
      }
    }
  }
  return [...called].filter((action) => !action.startsWith('sts:')).sort();
}

function declarationsOf(file: string): ReadonlyMap<string, Declared> {
  const parts = stripComments(readText(file)).split(/^(?=(?:export )?(?:async )?(?:function|const)\b)/m);
  return new Map(
    parts.slice(1).map((text) => [/(?:function\*?|const) (\w+)/.exec(text)?.[1] ?? '', { file, text }]),
  );
}

function prefixOf(file: string, command: string): string {
  const name = command.replace(/^new |\($/g, '');
  const imported = [...readText(file).matchAll(/^import \{([^}]*)\} from '(@aws-sdk\/[^']+)'/gm)];
  const [, , specifier = ''] = imported.find(([, names]) => names?.match(/\w+/g)?.includes(name)) ?? [];
  const prefix = prefixes[specifier];
  if (prefix === undefined) throw new Error(`${file}: no IAM prefix is known for ${name}`);
  return prefix;
}

test('every call that deploy-express makes is among the permissions in docs/inputs.md', () => {
  const called = calledActions('src/deploy-express/index.ts');
  expect(called).toEqual(expect.arrayContaining(['ecs:DescribeServices', 'ecs:UpdateExpressGatewayService']));
  const section = /## Permissions([\s\S]*)$/.exec(readText('docs/inputs.md'))?.[1] ?? '';
  expect(called.filter((action) => !section.includes(`\`${action}\``))).toEqual([]);
});

test('every call that shift-traffic makes is among the permissions in its README', () => {
  const called = calledActions('src/shift-traffic/index.ts');
  expect(called).toEqual(
    expect.arrayContaining(['route53:ChangeResourceRecordSets', 'elasticloadbalancing:ModifyRule']),
  );
  const section = /## Permissions([\s\S]*)$/.exec(readText('shift-traffic/README.md'))?.[1] ?? '';
  expect(called.filter((action) => !section.includes(`\`${action}\``))).toEqual([]);
});
