import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { readTemplate } from '../helpers/cloudformation.ts';
import { problemsOf } from '../helpers/known-commands.ts';
import { type Block, blocksOf, pages, proseOf } from '../helpers/pages.ts';
import { listFiles, readText } from '../helpers/source-tree.ts';
import { type Stack, type Typed, typeInShell } from '../helpers/typed-shell.ts';
import { readWorkflow, type Workflow } from '../helpers/workflow.ts';

/** Every block of every page: shell is typed, data is parsed, and none is passed over. */

const blocks = pages.flatMap(blocksOf);

const ofLanguage = (language: string): readonly Block[] =>
  blocks.filter((block) => block.language === language);

/** Who checks blocks of a language. YAML goes through the parsers of the actions in `what-is-printed-is-taken`. */
const languages = ['sh', 'json', 'hcl', 'mermaid', 'yaml', 'text'];

test('each block says its language, and each language is checked', () => {
  expect(blocks.length).toBeGreaterThan(50);
  expect(blocks.filter(({ language }) => !languages.includes(language))).toEqual([]);
});

test('what is only looked at is no command', () => {
  const first = ofLanguage('text').map(({ page, text }) => [page, text.split(/\s/)[0]]);
  expect(first).toEqual([
    ['CONTRIBUTING.md', 'action.yml'],
    ['CONTRIBUTING.md', 'texts'],
    ['docs/between-approvals.md', 'Health'],
    // All options of the one command, in brackets.
    ['emulator/README.md', 'npm'],
    ['emulator/README.md', 'PENDING'],
  ]);
});

const shellOf = (page: string) => blocksOf(page).filter(({ language }) => language === 'sh');
const withShell = pages.filter((page) => shellOf(page).length > 0);

/** What describe-stacks shows of a stack that has everything. */
const stack: Stack = Object.values(readTemplate().Outputs).map(({ Description }, index) => [
  Description ?? '',
  `arn:aws:iam::123456789012:role/express-${index}`,
]);

async function wrongIn({ commands, problems }: Typed): Promise<readonly string[]> {
  const found = await Promise.all(
    commands.map(async (words) =>
      (await problemsOf(words)).map((problem) => `${words.join(' ')}: ${problem}`),
    ),
  );
  return [...problems, ...found.flat()];
}

describe.each(withShell)('%s', (page) => {
  test('its shell blocks can be typed one after the other', async () => {
    const typed = typeInShell(
      shellOf(page).map(({ text }) => text),
      stack,
    );
    const wrong = await wrongIn(typed);
    typed.remove();
    expect(typed.commands.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

/** A command in a sentence. Two words name it, more make it. */
const inProse = [...pages, 'action.yml', 'shift-traffic/action.yml'].flatMap((page) =>
  [...proseOf(page).matchAll(/`((?:aws|gh|npm|terraform) [^`]+ [^`]+)`/g)].map(([, command = '']) => ({
    page,
    command,
  })),
);

test('commands in sentences can be typed, or are named only', async () => {
  expect(inProse.length).toBeGreaterThan(10);
  const wrong = await Promise.all(
    inProse.map(async ({ page, command }) => {
      const typed = typeInShell([command]);
      const problems = await wrongIn(typed);
      typed.remove();
      // `aws iam add-client-id-to-open-id-connect-provider` is a name: what it requires is not at issue.
      const isNamed = /^aws [a-z0-9]+ [a-z-]+$/.test(command);
      const counted = problems.filter((problem) => !(isNamed && problem.endsWith('is required')));
      return counted.map((problem) => `${page}: ${problem}`);
    }),
  );
  expect(wrong.flat()).toEqual([]);
});

test('the loop of bootstrap/ sets every variable of a role that a workflow reads, by the name it has there', () => {
  const typed = typeInShell(
    shellOf('bootstrap/README.md').map(({ text }) => text),
    stack,
  );
  const set = typed.commands
    .filter((words) => words.slice(0, 3).join(' ') === 'gh variable set')
    .map((words) => words[3] ?? '');
  typed.remove();
  const read = [
    ...listFiles('examples/workflows', '.yml'),
    ...listFiles('src/deploy-express/migration', '.ts'),
  ]
    .flatMap((file) => [...readText(file).matchAll(/(?:vars\.|variable\(')(\w+_ROLE)\b/g)])
    .map(([, name = '']) => name);
  const ofSecondStack = set.filter((name) => name.endsWith('_ORG'));
  expect(ofSecondStack).toEqual(stack.map(([name]) => `${name}_ORG`));
  const ofFirst = set.filter((name) => !ofSecondStack.includes(name));
  expect(ofFirst.toSorted()).toEqual([...new Set([...read, 'PREVIEW_TASK_ROLE', 'ZONE_ID'])].toSorted());
});

test('Terraform gives out the same variables', () => {
  const [, module = ''] = readText('bootstrap/terraform/main.tf').split('output "variables"');
  const names = [...module.matchAll(/\b([A-Z]+_[A-Z_]+)\b/g)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(stack.map(([name]) => name).toSorted());
});

const scripts = [
  ...listFiles('examples/workflows', '.yml').map((file) => [file, readWorkflow(file)] as const),
  ...blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ page, text }) => [page, parse(text) as Workflow] as const),
].flatMap(([at, { jobs = {} }]) =>
  Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .flatMap(({ run }) => (run === undefined ? [] : [[at, run] as const])),
);

test.each(scripts)('%s has a script that bash reads', (_at, run) => {
  expect(spawnSync('bash', ['-n', '-c', run], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.each(ofLanguage('json'))('$page has JSON, or members of it', ({ text }) => {
  const isWhole = /^[[{]/.test(text);
  expect(() => JSON.parse(isWhole ? text : `{${text}}`)).not.toThrow();
});

test.each(ofLanguage('hcl'))('$page gives the module the variables that it has and requires', ({ text }) => {
  const given = [...text.matchAll(/^ {2}(\w+) +=/gm)].map(([, name = '']) => name);
  const variables = [
    ...readText('bootstrap/terraform/main.tf').matchAll(/^variable "(\w+)" \{([\s\S]*?)^\}/gm),
  ];
  const names = variables.map(([, name = '']) => name);
  const required = variables
    .filter(([, , body]) => !/default\s+=/.test(body ?? ''))
    .map(([, name = '']) => name);
  expect(given.filter((name) => !['source', ...names].includes(name))).toEqual([]);
  expect(required.filter((name) => !given.includes(name))).toEqual([]);
});

test.each(ofLanguage('mermaid'))('$page has a diagram of a kind that GitHub draws', ({ text }) => {
  expect(text).toMatch(/^(?:sequenceDiagram|flowchart (?:TB|LR))\n/);
});

test('a comment behind a command is in no block: an interactive zsh takes it for arguments', () => {
  const commented = ofLanguage('sh').flatMap(({ page, text }) =>
    text
      .split('\n')
      .flatMap((line) => (/(?:^|\s)# /.test(line.replace(/"[^"]*"/g, '')) ? [`${page}: ${line}`] : [])),
  );
  expect(commented).toEqual([]);
});

describe('leaving App Runner', () => {
  const page = 'docs/leave-app-runner.md';
  const [answers = '', ...rest] = shellOf(page).map(({ text }) => text);
  const withoutReviewer = answers.replace('REVIEWER=LOGIN', 'REVIEWER=');
  const typeAll = (first: string) => typeInShell([first, ...rest], stack);

  test('takes at most seventeen blocks, beside the way back and the policies of an instance role', () => {
    const other = rest.filter((text) => /^gh workflow run "\$ROLLBACK"$|put-role-policy/m.test(text));
    expect(other).toHaveLength(2);
    expect(shellOf(page).length - other.length).toBeLessThanOrEqual(17);
  });

  test('asks for everything at its top: four lines, and nothing to replace in what follows', () => {
    const replaced = /YOUR_|\bOWNER=|LOGIN|web-app|example\.com|eu-west-1|(?<!-)\bweb\b|Z0123|\bmain\b/;
    expect(answers.split('\n').filter((line) => replaced.test(line))).toHaveLength(4);
    // What sed looks for stands in the example.
    const left = rest.filter((text) => replaced.test(text.replace(/-e "s\|[^"]*"/g, '')));
    expect(left).toEqual([]);
  });

  test('several services share roles, and each has files of its own', () => {
    const second = answers
      .replace('GREEN=web', 'GREEN=shop-www')
      .replace(
        /^PREFIX=.*$/m,
        "PREFIX=shop- ALL_NAMES=example.com,www.example.com,shop.example.com ALL_BLUE='*'",
      )
      .replace('MORE=()', 'MORE=(Previews=true)');
    const typed = typeAll(second);
    const lines = typed.commands.map((words) => words.join(' '));
    const files = ['deploy-express', 'shift', 'rollback', 'previews', 'sweep-previews'];
    const copied = files.map((name) => typed.read(`.github/workflows/${name}-shop-www.yml`));
    const plan = typed.read('.github/workflows/plan-migration-shop-www.yml');
    typed.remove();
    expect(typed.problems).toEqual([]);
    expect(copied).toEqual(files.map((name) => `# ${name}\n`));
    expect(parse(plan).on.push.paths).toEqual(['.github/workflows/plan-migration-shop-www.yml']);
    const deployed = lines.find((line) => line.startsWith('aws cloudformation deploy')) ?? '';
    expect(deployed).toContain(' ServiceNamePrefix=shop- RepositoryNamePrefix=shop- AppRunnerServiceName=* ');
    expect(deployed).toContain(' DomainNames=example.com,www.example.com,shop.example.com ');
    expect(lines).toContain('gh workflow run rollback-shop-www.yml');
    expect(
      lines.filter((line) => /(?:run list|workflow run) .*(?:shift|rollback|deploy-express)\.yml/.test(line)),
    ).toEqual([]);
  });

  test('what waits for a review is said, with the command that merges it', () => {
    const refuses = 'gh() { case "$*" in "pr merge "*) return 1 ;; *) record gh "$@" ;; esac; }';
    const typed = typeInShell([answers, `${refuses}\n! publish some-branch "A change" >&2`]);
    typed.remove();
    expect(typed.problems).toEqual([
      'NOT MERGED YET. When it may be: gh pr merge some-branch --squash --delete-branch',
    ]);
  });

  test('nothing is published from another branch, and blue is paused only after a green run', () => {
    const typed = typeAll(answers);
    const lines = typed.commands.map((words) => words.join(' '));
    typed.remove();
    const branches = lines.flatMap((line, index) => (line.startsWith('git switch -c ') ? [index] : []));
    expect(branches).toHaveLength(3);
    for (const index of branches) {
      expect(lines.slice(index - 2, index)).toEqual(['git switch trunk', 'git pull --ff-only']);
    }
    const pauses = rest.filter((text) => /aws apprunner (?:pause|delete)-service/.test(text));
    expect(pauses).toHaveLength(2);
    for (const text of pauses) expect(text).toMatch(/^watch_last "\$DEPLOY" && aws apprunner/m);
    const before = rest.findIndex((text) => text.includes('sed -i'));
    const unmerged = "printf '  apprunner-service: x\\n' > .github/workflows/deploy-express.yml";
    const kept = typeInShell([answers, unmerged, `! { ${rest[before + 1]?.trimEnd()}\n} >&2`]);
    kept.remove();
    expect(kept.commands.filter((words) => words.includes('pause-service'))).toEqual([]);
    expect(lines.filter((line) => line.includes(' pause-service '))).toHaveLength(1);
  });

  test('makes environments, roles, variables and a workflow that has everything filled in', () => {
    const typed = typeAll(answers);
    const lines = typed.commands.map((words) => words.join(' '));
    const workflow = typed.read('.github/workflows/plan-migration.yml');
    typed.remove();
    const environments = lines.filter((line) => line.startsWith('gh api --method PUT'));
    expect(environments.map((line) => [line.split(' ')[4], line.includes('reviewers[][id]=7')])).toEqual([
      ['repos/octo/shop/environments/dns-shift', true],
      ['repos/octo/shop/environments/dns-rollback', false],
    ]);
    expect(lines.findIndex((line) => line.startsWith('aws cloudformation deploy'))).toBeGreaterThan(
      lines.findLastIndex((line) => /^gh api --method (?:PUT|POST) /.test(line)),
    );
    expect(lines.find((line) => line.startsWith('aws cloudformation deploy'))).toContain(' Branch=trunk');
    expect(workflow).toContain(
      'uses: acme/express-deploy-actions@0123456789abcdef0123456789abcdef01234567\n',
    );
    expect(parse(workflow).on.push.branches).toEqual(['trunk']);
    expect(parse(workflow).jobs.plan.steps[1].with['custom-domains']).toBe('example.com,www.example.com');
    expect(workflow).not.toMatch(/OWNER|@0000/);
  });

  test.each([
    ['a reviewer', answers, 'shift.yml'],
    ['no reviewer', withoutReviewer, 'shift-without-reviewers.yml'],
  ])('with %s, one workflow shifts in every step', (_who, first, file) => {
    const typed = typeAll(first);
    const lines = typed.commands.map((words) => words.join(' '));
    const copied = typed.read(`.github/workflows/${file}`);
    typed.remove();
    expect(copied).toBe(`# ${file.replace('.yml', '')}\n`);
    expect(lines.filter((line) => /^gh workflow run .* -f mode=/.test(line))).toEqual(
      [
        'adopt',
        'shift -f green-percent=10',
        'shift -f green-percent=50',
        'shift -f green-percent=100',
        'finalize',
      ].map((mode) => `gh workflow run ${file} -f mode=${mode}`),
    );
    expect(lines.some((line) => line.includes('reviewers[]'))).toBe(first === answers);
  });

  test('a workflow that is there already is kept, and that is said', () => {
    const own = 'echo mine > .github/workflows/rollback.yml';
    const copies = rest.find((text) => text.includes('gh run download')) ?? '';
    const typed = typeInShell([answers, own, `{ ${copies.trimEnd()}\n} >&2`]);
    const kept = typed.read('.github/workflows/rollback.yml');
    typed.remove();
    expect(kept).toBe('mine\n');
    expect(typed.problems).toEqual([
      expect.stringContaining('NOT COPIED: your repository has a rollback.yml already'),
    ]);
  });

  test('the line that reads blue is deleted, and no other', () => {
    const own =
      "printf 'a\\n          apprunner-service: x\\n# apprunner-service\\n' > .github/workflows/deploy-express.yml";
    const deletes = rest.find((text) => text.includes('sed -i')) ?? '';
    const typed = typeInShell([answers, own, deletes]);
    const left = typed.read('.github/workflows/deploy-express.yml');
    typed.remove();
    expect(left).toBe('a\n# apprunner-service\n');
  });
});
