/** Pure code, and the tests that run it in process. */
export type PureCode = {
  readonly name: string;
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
};

const unit = (pattern: string): string => `**/__tests__/unit/${pattern}.test.ts`;

export const pureCode: readonly PureCode[] = [
  { name: 'dns', mutate: ['src/dns/*.ts'], tests: [unit('dns/*')] },
  {
    name: 'shift-traffic plan',
    mutate: ['src/shift-traffic/plan/*.ts'],
    // The properties of these two would find most again, a second or more for each.
    tests: [unit('shift-traffic/plan/!(safety|gate-fails-closed)')],
  },
  {
    name: 'shift-traffic watch',
    mutate: ['src/shift-traffic/apply/judge-bake.ts', 'src/shift-traffic/observe/visitors.ts'],
    tests: [unit('shift-traffic/apply/*'), unit('shift-traffic/observe/visitors')],
  },
  {
    name: 'deploy-express plan',
    mutate: ['src/deploy-express/plan/*.ts', 'src/deploy-express/image/plan.ts'],
    tests: [unit('deploy-express/{plan,image}/*')],
  },
  {
    name: 'deploy-express watch',
    mutate: ['src/deploy-express/apply/{judge-command,watch}.ts'],
    tests: [unit('deploy-express/apply/*')],
  },
];
