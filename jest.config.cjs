const { availableParallelism } = require('node:os');

const swc = ['@swc/jest', { jsc: { target: 'es2024' }, module: { type: 'commonjs' } }];
/** Published as ES modules only, which jest takes for CommonJS. */
const esModules =
  '@actions|@octokit|universal-user-agent|before-after-hook|content-type|json-with-bigint|cbor2|@cto\\.af';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/__tests__/helpers/worker-environment.ts',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': swc, [`/node_modules/(${esModules})/.*\\.js$`]: swc },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
  moduleNameMapper: {
    '^@actions/(core|exec|github|io)$': '<rootDir>/node_modules/@actions/$1/lib/$1.js',
    '^@actions/http-client$': '<rootDir>/node_modules/@actions/http-client/lib/index.js',
    '^@actions/http-client/lib/(\\w+)$': '<rootDir>/node_modules/@actions/http-client/lib/$1.js',
  },
  // Most tests wait for a child process or for a clock: with twelve workers, two cores are never idle.
  maxWorkers: Math.max(availableParallelism(), 12),
  testSequencer: '<rootDir>/__tests__/helpers/longest-first.cjs',
  globalSetup: '<rootDir>/__tests__/helpers/start-hosts.ts',
  setupFilesAfterEnv: ['<rootDir>/__tests__/helpers/end-hosts.ts'],
  globalTeardown: '<rootDir>/__tests__/helpers/stop-hosts.ts',
  // Long, as it is there to end what hangs: nothing may depend on how busy a machine is.
  testTimeout: 180_000,
};
