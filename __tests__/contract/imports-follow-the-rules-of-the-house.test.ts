import { lazyImports, mayImport, pureFiles, pureFolders, top } from '../helpers/house.ts';
import {
  findImports,
  findReachable,
  listFiles,
  listImportedFiles,
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
const actions = ['deploy-express', 'shift-traffic'] as const;
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
  { says: 'registry/ knows no other folder', files: under('registry'), forbids: foldersBut('registry') },
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
    "type H = typeof import('./h.ts')['h'];",
  ].join('\n');
  expect(findImports(text)).toEqual([
    { specifier: './a.ts', typeOnly: false, lazy: false },
    { specifier: './b.ts', typeOnly: true, lazy: false },
    { specifier: './c.ts', typeOnly: false, lazy: false },
    { specifier: './d.ts', typeOnly: false, lazy: false },
    { specifier: './e.ts', typeOnly: false, lazy: false },
    { specifier: './f.ts', typeOnly: false, lazy: true },
    { specifier: './h.ts', typeOnly: true, lazy: false },
  ]);
});

describe.each(actions)('of %s', (action) => {
  const home = `src/${action}/`;
  const nameOf = (file: string) => file.slice(home.length).replace(/\.ts$/, '');
  const roomOf = (name: string) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : undefined);
  const order = top[action];
  const names = under(action).map(nameOf);

  test('every file is in a room or has its place at the top', () => {
    const rooms = Object.keys(mayImport[action]);
    const astray = names.filter((name) => !rooms.includes(roomOf(name) ?? '') && !order.includes(name));
    expect(astray).toEqual([]);
  });

  const isForbidden = (from: string, to: string) => {
    const [room, target] = [roomOf(from), roomOf(to)];
    if (room === undefined) return target === undefined && order.indexOf(to) <= order.indexOf(from);
    return target !== room && !mayImport[action][room]?.includes(target ?? '');
  };

  test('rooms import only what is below them, and the top imports from left to right', () => {
    const found = names.flatMap((from) =>
      listImportedFiles(`${home}${from}.ts`, { types: true })
        .filter((file) => file.startsWith(home))
        .map(nameOf)
        .filter((to) => isForbidden(from, to))
        .map((to) => `${from} → ${to}`),
    );
    expect(found).toEqual([]);
  });
});

test('every import that is made later is listed with its reason, once', () => {
  const short = (path: string) => path.replace(/^src\/|\.ts$/g, '');
  const found = sources.flatMap((file) =>
    findImports(readText(file))
      .filter(({ lazy }) => lazy)
      .map(({ specifier }) => `${short(file)} → ${short(resolveImport(file, specifier) ?? specifier)}`),
  );
  expect([...new Set(found)].sort()).toEqual(Object.values(lazyImports).flat().sort());
});

describe('pure files', () => {
  const pure = sources.filter(
    (file) =>
      Object.keys(pureFolders).some((folder) => file.startsWith(`${folder}/`)) || pureFiles.includes(file),
  );
  // A hash is a function of what is hashed, and paths and addresses are text.
  const pureModules = ['node:crypto', 'node:url', 'node:path', 'node:path/posix'];

  test.each(Object.entries(pureFolders))('of %s are %i at least', (folder, least) => {
    const found = sources.filter((file) => file.startsWith(`${folder}/`)).length;
    expect(found).toBeGreaterThanOrEqual(least);
  });

  /** The code of ours that asks somebody, and the packages, that run when the file does. */
  const impuritiesOf = (file: string) => {
    const reached = findReachable(file);
    const packages = reached
      .flatMap((each) => findImports(readText(each)))
      .filter(({ specifier, typeOnly }) => !typeOnly && !specifier.startsWith('.'))
      .map(({ specifier }) => specifier);
    return [
      ...reached.filter((each) => /^src\/(aws|github)\//.test(each)),
      ...packages.filter((name) => !pureModules.includes(name)),
    ];
  };

  test.each(pure)('%s runs nothing but pure code, also through what it imports', (file) => {
    expect(impuritiesOf(file)).toEqual([]);
  });

  test('those that have a name are there', () => {
    const missing = pureFiles.filter((file) => !sources.includes(file) || impuritiesOf(file).length > 0);
    expect(missing).toEqual([]);
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
