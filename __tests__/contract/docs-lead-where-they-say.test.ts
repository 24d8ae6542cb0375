import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readTemplate } from '../helpers/cloudformation.ts';
import { pages, proseOf } from '../helpers/pages.ts';
import { readText } from '../helpers/source-tree.ts';

/** What is shown as code is no link. */
const withoutCode = (page: string): string =>
  proseOf(page).replace(/`[^`]*`/g, (code) => code.replace(/[[\]]/g, ''));

/** As GitHub makes it: https://github.com/gjtorikian/html-pipeline, the filter of the table of contents. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const links = pages.flatMap((page) =>
  [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => [page, target] as const),
);

test.each(links)('%s leads to %s', (page, target) => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  expect(existsSync(file)).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
});

test('every page in docs/ is in the index', () => {
  const index = readText('docs/README.md');
  const missing = readdirSync('docs').filter(
    (name) => name.endsWith('.md') && name !== 'README.md' && !index.includes(`(${name})`),
  );
  expect(missing).toEqual([]);
});

test('the README comes to its reference tables within 700 words', () => {
  const [before = ''] = proseOf('README.md').split(/^\| behaviour \| official/m);
  const words = before.replace(/!\[[^\]]*\]\([^)]*\)/g, '').match(/[\w'’-]+/g) ?? [];
  expect(words.length).toBeLessThanOrEqual(700);
});

test('every column of a table has a head', () => {
  const heads = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/^( *\|.*\|)\n *\|(?: ?:?-+:? ?\|)+$/gm)].map(
      ([, head = '']) => `${page}: ${head}`,
    ),
  );
  expect(heads.length).toBeGreaterThan(50);
  expect(heads.filter((head) => /\|\s*\|/.test(head))).toEqual([]);
});

test('a step of ours names a commit, since there is no release yet, and its page says how to get one', () => {
  const printing = pages.filter((page) => /uses: OWNER\/express-deploy-actions/.test(readText(page)));
  expect(printing.length).toBeGreaterThanOrEqual(10);
  for (const page of printing) {
    const refs = [...readText(page).matchAll(/uses: OWNER\/express-deploy-actions[^@]*@([^\s`]+)/g)];
    expect([page, refs.map(([, ref]) => ref).filter((ref) => ref !== 'COMMIT')]).toEqual([page, []]);
    expect([page, readText(page)]).toEqual([
      page,
      expect.stringContaining(page === 'README.md' ? '`COMMIT` is a commit of it' : 'README.md#use-it)'),
    ]);
  }
});

const everything = pages.map(readText).join('\n');

test('commands name what there is', () => {
  const workflows = [...everything.matchAll(/gh workflow run (\S+\.yml)/g)].map(([, name = '']) => name);
  expect(workflows.filter((name) => !existsSync(join('examples', 'workflows', name)))).toEqual([]);
  const scripts = Object.keys(JSON.parse(readText('package.json')).scripts);
  const run = [...everything.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name);
  expect([...new Set(run)].filter((name) => !scripts.includes(name))).toEqual([]);
});

test('the parameters that the page of the roles explains are those of the template', () => {
  const page = readText('bootstrap/README.md');
  expect(Object.keys(readTemplate().Parameters).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the services of the monorepo begin with one prefix, which the page of the roles names', () => {
  const names = [
    ...readText('examples/workflows/monorepo.yml').matchAll(/^ +service-name: (\S*)\$\{\{ matrix/gm),
  ].map(([, prefix = '']) => prefix);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^[a-z]+-$/);
  expect(readText('bootstrap/README.md')).toContain(
    `ServiceNamePrefix=${names[0]} RepositoryNamePrefix=${names[0]}`,
  );
});

test('an example that deploys from an environment says that the stack has to name it', () => {
  const deploying = readdirSync('examples/workflows')
    .map((name) => readText(join('examples/workflows', name)))
    .flatMap((text) => {
      const environment = /environment:\n +name: ([\w-]+)/.exec(text)?.[1];
      return text.includes('vars.DEPLOY_ROLE') && environment !== undefined ? [{ text, environment }] : [];
    });
  expect(deploying.length).toBeGreaterThan(0);
  for (const { text, environment } of deploying) expect(text).toContain(`DeployEnvironment=${environment}`);
});
