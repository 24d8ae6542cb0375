import type { NormalizedSchema } from '@smithy/core/schema';
import { loadModel, type ModelName, requiredMembers } from '../../emulator/shapes/model.ts';
import { readTemplate } from './cloudformation.ts';
import { readText } from './source-tree.ts';

/** What is wrong in the words of a command: an operation or an option that there is not, a value of another form. */
export async function problemsOf([program = '', ...words]: readonly string[]): Promise<readonly string[]> {
  switch (program) {
    case 'aws':
      return problemsOfAws(words);
    case 'gh':
      return problemsOfGh(words);
    case 'npm':
      return problemsOfNpm(words);
    default:
      return [];
  }
}

/** An option and what follows it up to the next. */
function readOptions(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>();
  let current: string[] = [];
  for (const word of words) {
    if (/^--?[A-Za-z]/.test(word)) {
      current = options.get(word) ?? [];
      options.set(word, current);
    } else current.push(word);
  }
  return options;
}

const clients: Readonly<Record<string, ModelName>> = {
  acm: 'acm',
  apprunner: 'apprunner',
  ecr: 'ecr',
  ecs: 'ecs',
  elbv2: 'elbv2',
  iam: 'iam',
  logs: 'logs',
  route53: 'route53',
  sts: 'sts',
};

/** Of the CLI itself, beside any operation. */
const global = ['--query', '--output', '--region'];

/** No client of CloudFormation is a dependency (AWS CLI Command Reference). */
const cloudFormation: Readonly<Record<string, readonly string[]>> = {
  deploy: ['--stack-name', '--template-file', '--capabilities', '--parameter-overrides'],
  'describe-stacks': ['--stack-name'],
  'describe-stack-events': ['--stack-name'],
  'delete-stack': ['--stack-name'],
  'wait stack-delete-complete': ['--stack-name'],
};

const plain = (name: string) => name.replaceAll('-', '').toLowerCase();
const unknown = (given: Iterable<string>, known: readonly string[]) =>
  [...given].filter((option) => !known.includes(option)).map((option) => `no option ${option}`);

async function problemsOfAws(words: readonly string[]): Promise<readonly string[]> {
  const [service = '', operation = ''] = words;
  if (service === 'cloudformation') return problemsOfStack(words.slice(1));
  const client = clients[service];
  if (client === undefined) return [`no service ${service}`];
  const { operations } = await loadModel(client);
  const shape = [...operations.values()].find(({ name }) => plain(name) === plain(operation));
  if (shape === undefined) return [`no operation ${operation} of ${service}`];
  const options = readOptions(words.slice(2));
  return problemsOfInput(shape.input, options);
}

function problemsOfInput(
  input: NormalizedSchema,
  options: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const members = Object.keys(input.isUnitSchema() ? {} : input.getMemberSchemas());
  const given = [...options.keys()].filter((option) => !global.includes(option));
  const isGiven = (member: string) => given.some((option) => plain(option) === plain(member));
  return [
    ...given
      .filter((option) => !members.some((member) => plain(member) === plain(option)))
      .map((option) => `no option ${option}`),
    ...requiredMembers(input)
      .filter((member) => !isGiven(member))
      .map((member) => `${member} is required`),
  ];
}

function problemsOfStack(words: readonly string[]): readonly string[] {
  const operation = words[0] === 'wait' ? `wait ${words[1]}` : (words[0] ?? '');
  const known = cloudFormation[operation];
  if (known === undefined) return [`no operation ${operation} of cloudformation`];
  const options = readOptions(words);
  const { Parameters } = readTemplate();
  const overrides = options.get('--parameter-overrides') ?? [];
  return [
    ...unknown(options.keys(), [...known, ...global]),
    ...overrides.flatMap((override) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(override) ?? [];
      const parameter = Parameters[name];
      if (parameter === undefined) return [`no parameter ${override}`];
      const form = new RegExp(`^(?:${parameter.AllowedPattern ?? '.*'})$`);
      // A list is held to its form member by member.
      const values = parameter.Type.startsWith('List') || parameter.Type === 'CommaDelimitedList';
      const parts = values ? value.split(',') : [value];
      return parts.every((part) => form.test(part)) ? [] : [`${override}: not of the form ${form}`];
    }),
  ];
}

/** The commands of the GitHub CLI that are used, with their options (https://cli.github.com/manual). */
const gitHub: Readonly<Record<string, readonly string[]>> = {
  api: ['--method', '--input', '--jq', '-f', '-F'],
  'attestation verify': ['--repo'],
  'pr create': ['--fill'],
  'pr merge': ['--squash', '--delete-branch'],
  'repo view': ['--json', '--jq'],
  'run download': ['-n', '-D'],
  'run list': ['--workflow', '--limit', '--json', '--jq'],
  'run view': ['--web'],
  'run watch': ['--exit-status'],
  'variable get': ['-R'],
  'variable list': ['-R'],
  'variable set': ['-R', '--body'],
  'workflow run': ['-R', '-f'],
};

/** GitHub REST API, API version 2022-11-28. */
const paths = [
  /^GET users\/[\w-]+$/,
  /^GET orgs\/[\w-]+\/teams\/[\w-]+$/,
  /^GET repos\/[\w-]+\/[\w.-]+$/,
  /^GET repos\/[\w-]+\/[\w.-]+\/actions\/oidc\/customization\/sub$/,
  /^(?:PUT|DELETE) repos\/[\w-]+\/[\w.-]+\/environments\/[\w-]+$/,
  /^POST repos\/[\w-]+\/[\w.-]+\/rulesets$/,
  /^POST repos\/[\w-]+\/[\w.-]+\/environments\/[\w-]+\/deployment-branch-policies$/,
];

function problemsOfGh(words: readonly string[]): readonly string[] {
  const command = words[0] === 'api' ? 'api' : words.slice(0, 2).join(' ');
  const known = gitHub[command];
  if (known === undefined) return [`no command gh ${command}`];
  const options = readOptions(words);
  const problems = unknown(options.keys(), known);
  // Without a value, it asks on the terminal.
  if (command === 'variable set' && !options.get('--body')?.[0]) return [...problems, 'an empty --body'];
  // Without a run, it asks on the terminal, and takes what was pasted after it for the answer.
  if (/^run (?:watch|view)$/.test(command) && !words.some((word) => /^\d+$/.test(word)))
    return [...problems, 'no run'];
  if (command !== 'api') return problems;
  const method = options.get('--method')?.[0] ?? 'GET';
  const [, path = ''] = words.filter(
    (word, index) => !word.startsWith('-') && words[index - 1] !== '--method',
  );
  const request = `${method} ${path}`;
  return [...problems, ...(paths.some((form) => form.test(request)) ? [] : [`no request ${request}`])];
}

const own = ['ci', 'test', 'install', 'version'];

function problemsOfNpm([command = '', script = '']: readonly string[]): readonly string[] {
  if (command !== 'run') return own.includes(command) ? [] : [`no command npm ${command}`];
  const { scripts } = JSON.parse(readText('package.json'));
  return Object.hasOwn(scripts, script) ? [] : [`no script ${script}`];
}
