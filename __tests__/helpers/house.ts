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
  'shift-traffic': ['index', 'run', 'approve', 'shift', 'end'],
};

/** Pure folders, and how many files are in each at least: so that a move cannot make the rule guard nothing. */
export const pureFolders: Readonly<Record<string, number>> = {
  'src/dns': 11,
  'src/deploy-express/model': 0,
  'src/deploy-express/inputs': 18,
  'src/deploy-express/plan': 0,
  'src/deploy-express/report': 0,
  'src/shift-traffic/model': 0,
  'src/shift-traffic/inputs': 5,
  'src/shift-traffic/plan': 0,
  'src/shift-traffic/report': 0,
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
  'src/deploy-express/apply/watch.ts',
  ...['decide', 'plan-sweep', 'report-sweep'].map((name) => `src/deploy-express/preview/${name}.ts`),
  ...['map-settings', 'remarks', 'migrated-service', 'render-workflow', 'report-migration'].map(
    (name) => `src/deploy-express/migration/${name}.ts`,
  ),
  'src/shift-traffic/apply/judge-bake.ts',
];

/**
 * Every `import(…)`, by why it pays. Paths are below `src/`, without their ending. Loading a file later makes the first
 * request earlier only if the file would else be loaded before it (decision 4).
 */
export const lazyImports: Readonly<Record<string, readonly string[]>> = {
  'a whole operation, of which a job does one': [
    'deploy-express/deploy → deploy-express/migration/plan-migration',
    'deploy-express/deploy → deploy-express/preview/sweep',
    'deploy-express/preview/choose-target → deploy-express/preview/choose-preview',
    'deploy-express/read-inputs → deploy-express/migration/import-service',
    'shift-traffic/index → shift-traffic/finish-cancelled',
  ],
  'the first request does not need it, and it brings much code': [
    'deploy-express/deploy → deploy-express/carry-out',
    'deploy-express/deploy → deploy-express/observe-domains',
    'deploy-express/read-inputs → deploy-express/complete-inputs',
    'deploy-express/read-inputs → deploy-express/read-source',
    'shift-traffic/observe → shift-traffic/observe-quiet',
    'shift-traffic/observe → shift-traffic/observe-readiness',
    'shift-traffic/observe → shift-traffic/observe-services',
    'shift-traffic/shift → shift-traffic/carry-out',
  ],
  'the parser of YAML': ['source/prepare-source → source/apprunner/parse-apprunner-yaml'],
  'the toolkit: half a megabyte': [
    'github/api → @actions/github',
    'github/id-token → @actions/core',
    'github/runner → @actions/core',
    'deploy-express/announce → github/api',
    'deploy-express/preview/choose-preview → github/api',
    'deploy-express/preview/sweep → github/api',
    'shift-traffic/obtain-approval → github/api',
    'shift-traffic/obtain-approval → github/gate',
  ],
  'one more client of the SDK, which many jobs never use': [
    'aws/route-53-zones → aws/credentials',
    'deploy-express/explain → aws/diagnostics',
    'deploy-express/image → aws/ecr',
    'deploy-express/image → aws/ecr-repository',
    'deploy-express/look-up-image → aws/ecr',
  ],
  'nothing any more: it can be imported at once': [
    'deploy-express/apply-domains → aws/listener',
    'deploy-express/image → deploy-express/apply-build',
    'deploy-express/migration/import-service → aws/app-runner-configuration',
    'deploy-express/migration/import-service → aws/ecr',
    'deploy-express/migration/observe-role-trust → aws/roles',
    'deploy-express/migration/observe-secret-access → aws/roles',
    'deploy-express/migration/plan-migration → aws/app-runner',
    'deploy-express/migration/plan-migration → aws/app-runner-configuration',
    'deploy-express/observe-domains → aws/certificates',
    'deploy-express/observe-domains → aws/listener',
    'deploy-express/obtain-image → deploy-express/generate-dockerfile',
    'deploy-express/preview/delete-images → aws/ecr',
    'shift-traffic/apply → aws/app-runner',
    'shift-traffic/apply → shift-traffic/apply-attach',
    'shift-traffic/apply → shift-traffic/apply-bake',
    'shift-traffic/apply → shift-traffic/observe-readiness',
    'shift-traffic/apply-bake → aws/metrics',
    'shift-traffic/carry-out → shift-traffic/observe-verification',
    'shift-traffic/observe → aws/app-runner',
    'shift-traffic/observe → aws/listener',
    'shift-traffic/observe-quiet → aws/metrics',
    'shift-traffic/observe-readiness → aws/certificates',
    'shift-traffic/observe-readiness → aws/listener',
    'shift-traffic/observe-readiness → aws/metrics',
    'shift-traffic/observe-verification → aws/metrics',
  ],
};

/** What does not keep the rules yet. It may only shrink: what is not so any more has to be taken away here. */
export const exceptions: {
  readonly unsorted: Readonly<Record<Action, readonly string[]>>;
  readonly imports: Readonly<Record<Action, readonly string[]>>;
  readonly circles: Readonly<Record<string, number>>;
  readonly pureFiles: readonly string[];
} = {
  /** Files at an action's top that are in no room. */
  unsorted: {
    'deploy-express': [
      ...words(
        'announce announce-comment announce-deployment apply apply-build apply-deletion apply-domains',
      ),
      ...words('apply-service apply-wait build-options carry-out compare complete-inputs conclude desired'),
      ...words(
        'explain facts fill-settings generate-dockerfile image inputs last-word look-up-image observe',
      ),
      ...words('observe-domains obtain-image ownership plan plan-create plan-delete plan-domains'),
      ...words('plan-github-deployment plan-image plan-steps plan-tags plan-update read-source'),
      ...words(
        'refuse-certificate report report-advice report-failure report-timeline result rollout settings',
      ),
      ...words('settings-layers smoke-test timeline watch without-accounts'),
    ],
    'shift-traffic': [
      ...words('apply apply-attach apply-bake apply-change audit bake carry-out conclude context'),
      ...words('finish-cancelled gate gate-reviews health inputs memory notices observe observe-quiet'),
      ...words('observe-readiness observe-services observe-verification observe-zone obtain-approval plan'),
      ...words('plan-adopt plan-finalize plan-rollback plan-shift probe read-inputs readiness report'),
      ...words('report-diagrams report-summary result roll-back send-probe traffic verification'),
    ],
  },
  /** Imports between rooms, and from a room of a file at the top. */
  imports: {
    'deploy-express': [
      'deploy → read-inputs',
      'inputs/architecture → settings',
      'inputs/settings → settings',
      'inputs/variables → ownership',
      'inputs/variables → settings',
      'migration/import-service → fill-settings',
      'migration/import-service → inputs',
      'migration/import-service → settings',
      'migration/map-settings → inputs/fargate-sizes',
      'migration/map-settings → settings',
      'migration/observe-secret-access → settings',
      'migration/plan-migration → conclude',
      'migration/plan-migration → inputs/migration',
      'migration/plan-migration → read-inputs',
      'migration/plan-migration → report',
      'migration/remarks → inputs/custom-domains',
      'preview/announce-removal → plan-github-deployment',
      'preview/comment → report-timeline',
      'preview/comment → without-accounts',
      'preview/refuse → inputs',
      'preview/refuse → observe',
      'preview/refuse → plan',
      'preview/sweep → announce',
      'preview/sweep → conclude',
      'preview/sweep → read-inputs',
      'preview/sweep → report',
      'preview/tags → inputs',
      'preview/tags → ownership',
      'preview/tags → settings',
      'preview/target → inputs',
    ],
    'shift-traffic': ['inputs/conflicts → inputs'],
  },
  /** How many files import each other in circles, by folder. */
  circles: {
    'emulator/app-runner': 3,
    'emulator/ecs': 12,
    'src/deploy-express': 25,
    'src/shift-traffic': 9,
  },
  /** Of `pureFiles`: those that are not there yet, or not pure yet. */
  pureFiles: [
    'src/deploy-express/apply/watch.ts',
    'src/deploy-express/image/plan.ts',
    'src/deploy-express/migration/migrated-service.ts',
    'src/shift-traffic/apply/judge-bake.ts',
  ],
};

function words(text: string): readonly string[] {
  return text.split(' ');
}
