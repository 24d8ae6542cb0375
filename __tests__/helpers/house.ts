/** The plan of the house: which room of an action may import which, what is pure, what is loaded later. */

type Action = 'deploy-express' | 'shift-traffic';

/** Of an action's rooms. Types and `import(…)` count; what is not here is forbidden. */
export const mayImport: Readonly<Record<Action, Readonly<Record<string, readonly string[]>>>> = {
  'deploy-express': {
    model: [],
    inputs: ['model'],
    observe: ['model'],
    plan: ['model'],
    report: ['model'],
    image: ['model'],
    apply: ['model', 'observe', 'report'],
    migration: ['model', 'report'],
    preview: ['model', 'inputs', 'observe', 'report', 'apply'],
  },
  'shift-traffic': {
    model: [],
    inputs: ['model'],
    observe: ['model'],
    plan: ['model'],
    report: ['model'],
    apply: ['model', 'observe', 'plan'],
  },
};

/** The files at an action's top. They may import any room, and each other from left to right; no room imports them. */
export const top: Readonly<Record<Action, readonly string[]>> = {
  'deploy-express': ['index', 'run', 'read-inputs', 'deploy', 'end'],
  'shift-traffic': ['index', 'post', 'run', 'approve', 'shift', 'end'],
};

/** Pure folders, and how many files are in each at least: so that a move cannot make the rule guard nothing. */
export const pureFolders: Readonly<Record<string, number>> = {
  'src/dns': 11,
  'src/deploy-express/model': 8,
  'src/deploy-express/inputs': 10,
  'src/deploy-express/plan': 10,
  'src/deploy-express/report': 6,
  'src/shift-traffic/model': 5,
  'src/shift-traffic/inputs': 4,
  'src/shift-traffic/plan': 9,
  'src/shift-traffic/report': 3,
};

/** Pure files beside others that ask somebody. */
export const pureFiles: readonly string[] = [
  ...[
    'errors',
    'markdown',
    'input-reader',
    'parse',
    'parse-arn',
    'parse-image-reference',
    'parse-json',
    'parse-pairs',
  ].map((name) => `src/${name}.ts`),
  'src/deploy-express/image/plan.ts',
  'src/deploy-express/apply/judge-command.ts',
  'src/deploy-express/apply/watch.ts',
  ...['decide', 'plan-sweep', 'report-sweep'].map((name) => `src/deploy-express/preview/${name}.ts`),
  ...[
    'map-settings',
    'remarks',
    'migrated-service',
    'render-workflow',
    'render-folder',
    'example-workflows',
    'report-migration',
  ].map((name) => `src/deploy-express/migration/${name}.ts`),
  'src/shift-traffic/apply/judge-bake.ts',
  'src/shift-traffic/observe/visitors.ts',
];

/**
 * Every `import(…)`, by why it pays. Paths are below `src/`, without their ending. Loading a file later makes the first
 * request earlier only if the file would else be loaded before it (decision 4).
 */
export const lazyImports: Readonly<Record<string, readonly string[]>> = {
  'a whole operation, of which a job does one': [
    'deploy-express/read-inputs → deploy-express/migration/import-service',
    'deploy-express/run → deploy-express/migration/plan-migration',
    'deploy-express/deploy → deploy-express/preview/choose',
    'deploy-express/run → deploy-express/preview/choose',
    'deploy-express/run → deploy-express/preview/sweep',
    'shift-traffic/index → shift-traffic/post',
  ],
  'the first request does not need it, and it brings much code': [
    'deploy-express/read-inputs → deploy-express/inputs/fill',
    'deploy-express/read-inputs → deploy-express/image/source',
    'deploy-express/run → deploy-express/deploy',
    'deploy-express/run → deploy-express/end',
    'deploy-express/observe/observe → deploy-express/observe/domains',
    'deploy-express/observe/observe → deploy-express/observe/redirect',
    'deploy-express/observe/image → registry/image-digest',
    'shift-traffic/observe/observe → shift-traffic/observe/health-check',
    'shift-traffic/observe/observe → shift-traffic/observe/neighbours',
    'shift-traffic/observe/observe → shift-traffic/observe/followers',
    'shift-traffic/observe/observe → shift-traffic/observe/readiness',
    'shift-traffic/observe/observe → shift-traffic/observe/request-counts',
    'shift-traffic/observe/observe → shift-traffic/observe/shown',
    'shift-traffic/observe/observe → shift-traffic/observe/sides',
    'shift-traffic/observe/observe → shift-traffic/observe/watched',
    'shift-traffic/run → shift-traffic/end',
    'shift-traffic/run → shift-traffic/shift',
  ],
  'the parser of YAML': ['source/prepare-source → source/apprunner/parse-apprunner-yaml'],
  'the toolkit: half a megabyte': [
    'github/api → @actions/github',
    'github/id-token → @actions/core',
    'github/runner → @actions/core',
    'deploy-express/apply/announce → github/api',
    'deploy-express/preview/choose → github/api',
    'deploy-express/preview/sweep → github/api',
    'shift-traffic/approve → github/api',
    'shift-traffic/approve → github/gate',
  ],
  'one more client of the SDK, which many jobs never use': [
    'aws/route-53-zones → aws/credentials',
    'deploy-express/deploy → deploy-express/apply/certificate',
    'deploy-express/observe/domains → aws/certificate-zones',
    'deploy-express/apply/command → aws/diagnostics',
    'deploy-express/apply/command → aws/log-groups',
    'deploy-express/apply/explain → aws/diagnostics',
    'deploy-express/observe/image → aws/ecr-image',
    'shift-traffic/observe/commits → aws/ecr-image-tags',
  ],
};
