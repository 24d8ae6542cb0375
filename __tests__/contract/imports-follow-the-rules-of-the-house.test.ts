import {
  findImports,
  findReachable,
  listFiles,
  readText,
  resolveImport,
  stripComments,
} from '../helpers/source-tree.ts';

/** What the linter cannot say: rules for whole folders, types apart from values, and purity through imports. */

const sources = listFiles('src', '.ts');
const emulator = listFiles('emulator', '.ts');

type Rule = {
  readonly says: string;
  readonly files: readonly string[];
  /** `target` is the file, or the name of the package. */
  readonly forbids: (target: string, typeOnly: boolean) => boolean;
};

const under = (folder: string) => sources.filter((file) => file.startsWith(`src/${folder}/`));
const outside = (folder: string) => sources.filter((file) => !file.startsWith(`src/${folder}/`));
const shared = sources.filter((file) => /^src\/[^/]+$/.test(file));
const actions = ['deploy-express', 'shift-traffic'];
const foldersBut = (...allowed: readonly string[]) => {
  return (target: string) =>
    /^src\/[^/]+\//.test(target) && !allowed.some((name) => target.startsWith(`src/${name}/`));
};

const rules: readonly Rule[] = [
  {
    says: 'only aws/ imports the SDK',
    files: outside('aws'),
    forbids: (target) => /^@(aws-sdk|smithy)\//.test(target),
  },
  {
    says: 'only github/ imports the toolkit',
    files: outside('github'),
    forbids: (target) => target.startsWith('@actions/'),
  },
  {
    says: 'only source/ starts processes',
    files: outside('source'),
    forbids: (target) => target === 'node:child_process' || target === '@actions/exec',
  },
  {
    says: 'aws/ knows no other folder but the pure dns/',
    files: under('aws'),
    forbids: foldersBut('aws', 'dns'),
  },
  { says: 'github/ knows no other folder', files: under('github'), forbids: foldersBut('github') },
  { says: 'source/ knows no other folder', files: under('source'), forbids: foldersBut('source') },
  { says: 'dns/ knows no other folder', files: under('dns'), forbids: foldersBut('dns') },
  { says: 'shared files import shared files only', files: shared, forbids: foldersBut() },
  ...actions.map((action) => ({
    says: `${action} knows no other action`,
    files: under(action),
    forbids: (target: string) =>
      actions.some((other) => other !== action && target.startsWith(`src/${other}/`)),
  })),
  {
    says: 'the product does not import the emulator or the tests',
    files: sources,
    forbids: (target) => /^(emulator|__tests__|scripts|examples)\//.test(target),
  },
  {
    says: 'the emulator does not import the product, types included',
    files: emulator,
    forbids: (target) => /^(src|__tests__|dist)\//.test(target),
  },
];

function violations({ files, forbids }: Rule): string[] {
  return files.flatMap((file) =>
    findImports(readText(file))
      .map(({ specifier, typeOnly }) => ({ target: resolveImport(file, specifier) ?? specifier, typeOnly }))
      .filter(({ target, typeOnly }) => forbids(target, typeOnly))
      .map(({ target }) => `${file} imports ${target}`),
  );
}

test.each(rules.map((rule) => [rule.says, rule] as const))('%s', (_says, rule) => {
  expect(violations(rule)).toEqual([]);
});

test('the rules see an import in each of its forms', () => {
  const text = [
    "import { a } from './a.ts';",
    "import type { B } from './b.ts';",
    'import {\n  c,\n  type D,\n} from "x";',
    "import {\n  c,\n} from './c.ts';",
    "export { d } from './d.ts';",
    "import './e.ts';",
    'const f = await import(/* webpackMode: "eager" */ \'./f.ts\');',
    "// import { g } from './g.ts';",
  ].join('\n');
  expect(findImports(text)).toEqual([
    { specifier: './a.ts', typeOnly: false },
    { specifier: './b.ts', typeOnly: true },
    { specifier: './c.ts', typeOnly: false },
    { specifier: './d.ts', typeOnly: false },
    { specifier: './e.ts', typeOnly: false },
    { specifier: './f.ts', typeOnly: false },
  ]);
});

describe('pure files', () => {
  const pure = sources.filter(
    (file) =>
      /^src\/(errors|parse[a-z-]*|markdown|input-reader)\.ts$/.test(file) ||
      file.startsWith('src/dns/') ||
      /^src\/[a-z]+-[a-z]+\/(model|inputs|plan|report)\//.test(file) ||
      /^src\/shift-traffic\/(inputs|plan|report)(-[a-z-]+)?\.ts$/.test(file) ||
      // What else is in these folders asks AWS or GitHub, or runs docker.
      /^src\/deploy-express\/(image\/plan|apply\/watch)\.ts$/.test(file) ||
      /^src\/deploy-express\/preview\/(decide|plan-sweep|report-sweep)\.ts$/.test(file) ||
      /^src\/deploy-express\/migration\/(map-settings|remarks|migrated-service|render-workflow|report-migration)\.ts$/.test(
        file,
      ),
  );
  // A hash is a function of what is hashed, and paths and addresses are text.
  const pureModules = ['node:crypto', 'node:url', 'node:path', 'node:path/posix'];

  test('are there', () => {
    expect(pure).toEqual(
      expect.arrayContaining(['src/deploy-express/plan/plan.ts', 'src/deploy-express/report/summary.ts']),
    );
  });

  test.each(pure)('%s runs nothing but pure code, also through what it imports', (file) => {
    const reached = findReachable(file);
    expect(reached.filter((each) => /^src\/(aws|github)\//.test(each))).toEqual([]);
    const packages = reached.flatMap((each) =>
      findImports(readText(each)).filter(
        ({ specifier, typeOnly }) => !typeOnly && !specifier.startsWith('.'),
      ),
    );
    expect(packages.map(({ specifier }) => specifier).filter((name) => !pureModules.includes(name))).toEqual(
      [],
    );
  });

  test.each(pure)('%s asks neither process nor clock nor chance', (file) => {
    const code = stripComments(readText(file));
    expect(code).not.toMatch(
      /\bprocess\.|\bDate\.now|new Date\(\)|\bMath\.random|\brandom(UUID|Bytes|Int)\b|\bperformance\.|\bset(Timeout|Interval)\(|\bfetch\(/,
    );
  });
});

test('only github/ names the variables that the runner sets', () => {
  const readers = outside('github').filter((file) =>
    /['"`](INPUT|GITHUB)_/.test(stripComments(readText(file))),
  );
  expect(readers).toEqual([]);
});

test('only github/ ends the process or writes to its output', () => {
  const writers = outside('github').filter((file) =>
    /\bprocess\.(exit|exitCode|stdout|stderr)\b/.test(stripComments(readText(file))),
  );
  expect(writers).toEqual([]);
});

test('there are no barrels', () => {
  expect([...sources, ...emulator].filter((file) => /^export \*/m.test(readText(file)))).toEqual([]);
});
