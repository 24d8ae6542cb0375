import { listFiles, readText } from '../helpers/source-tree.ts';

/** The emulator models what somebody asks for, and its README says who: a table for AWS, three sentences for GitHub. */

type Service = { readonly folder: string; readonly sdk: string };

const services: Readonly<Record<string, Service>> = {
  ECS: { folder: 'ecs', sdk: '@aws-sdk/client-ecs' },
  ECR: { folder: 'ecr', sdk: '@aws-sdk/client-ecr' },
  'ELB v2': { folder: 'elastic-load-balancing', sdk: '@aws-sdk/client-elastic-load-balancing-v2' },
  IAM: { folder: 'iam', sdk: '@aws-sdk/client-iam' },
  STS: { folder: 'sts', sdk: '@aws-sdk/client-sts' },
  'CloudWatch Logs': { folder: 'logs', sdk: '@aws-sdk/client-cloudwatch-logs' },
  'Route 53': { folder: 'route-53', sdk: '@aws-sdk/client-route-53' },
  'App Runner': { folder: 'app-runner', sdk: '@aws-sdk/client-apprunner' },
  ACM: { folder: 'acm', sdk: '@aws-sdk/client-acm' },
  CloudWatch: { folder: 'cloudwatch', sdk: '@aws-sdk/client-cloudwatch' },
};

const readme = readText('emulator/README.md');
const namesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const texts = (folder: string): readonly string[] => listFiles(folder, '.ts').map(readText);
const asking = {
  actions: texts('src'),
  walk: texts('__tests__/emulator').filter((text) => /describeWith(?:AwsCli|Boto3)\(/.test(text)),
  others: ['__tests__/wire', '__tests__/helpers', 'scripts', 'parity'].flatMap(texts),
};

/** A client of others that no test runs. */
const strangers: readonly string[] = ['AssumeRoleWithWebIdentity'];

const bySdk =
  (sdk: string, operation: string) =>
  (text: string): boolean =>
    text.includes(`'${sdk}'`) && new RegExp(`\\b(?:${operation}Command|paginate${operation})\\b`).test(text);

/** `DescribeTags` is `describe-tags` to the AWS CLI and `describe_tags` to boto3. */
const byCommand = (operation: string): ((text: string) => boolean) => {
  const words = operation.split(/(?<=[a-z0-9])(?=[A-Z])/).join('[-_]');
  return (text) => new RegExp(`\\b${words}\\b`, 'i').test(text);
};

const table = /^\| Service \| The actions ask .*\n\| ---.*\n((?:\|.*\n)+)/m.exec(readme)?.[1] ?? '';
const rows = table
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', actions = '', walk = '', others = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return { name, actions: namesIn(actions), walk: namesIn(walk), others: namesIn(others) };
  });

test('the table has every service', () => {
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(services));
});

describe.each(rows)('$name', ({ name, actions, walk, others }) => {
  const { folder, sdk } = services[name] ?? { folder: '', sdk: '' };

  test('has the operations of the table, and no others', async () => {
    const model = await import(sdk);
    const members = texts(`emulator/${folder}`).flatMap((text) => [...text.matchAll(/^\s+([A-Z]\w+): /gm)]);
    const modelled = new Set(
      members.flatMap(([, member = '']) => (`${member}Command` in model ? [member] : [])),
    );
    expect([...modelled].sort()).toEqual([...actions, ...walk, ...others].sort());
  });

  test('each is asked for by whom the table says', () => {
    const unasked = [
      ...actions.filter((operation) => !asking.actions.some(bySdk(sdk, operation))),
      ...walk.filter((operation) => !asking.walk.some(byCommand(operation))),
      ...others.filter((operation) => !asking.others.some(bySdk(sdk, operation))),
    ];
    expect(unasked.filter((operation) => !strangers.includes(operation))).toEqual([]);
  });
});

test('GitHub has the operations that its README names, and no others', () => {
  const modelled = texts('emulator/github').flatMap((text) => [
    ...text.matchAll(/^\s+operation: '([^']+)'/gm),
  ]);
  const section = readme.slice(
    readme.indexOf('\nThe actions ask `'),
    readme.indexOf('All else is refused by name with 501'),
  );
  expect(modelled.map(([, operation = '']) => operation).sort()).toEqual([...namesIn(section)].sort());
});
