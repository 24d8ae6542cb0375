/**
 * Builds dist/: one bundle an action, the same bytes on every machine.
 *
 *   tsc     src/ → build/   plain JavaScript, as ncc's own TypeScript loader needs the compiler API that TypeScript 7 lacks
 *   ncc     build/ → dist/  CommonJS: Node reads it faster than an ES module of that size, since built-in modules
 *                           that are not used are not loaded
 *   swc     the chunks that ncc splits off, which it leaves unminified
 *   acorn   the modules of each file are marked to be compiled at once: see eager-modules.ts
 *
 * Why the paths in the tsconfig written below: ncc resolves packages by `main`, which for the AWS SDK is CommonJS with
 * every command in it. Its ES modules let the bundler drop what is not used; that halves the bundle and its load time.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifySync } from '@swc/core';
import { compileModulesEagerly } from './eager-modules.ts';
import { renderLicenses } from './licenses.ts';

const root = join(import.meta.dirname, '..');
const buildDir = join(root, 'build');
const actions = ['deploy-express', 'shift-traffic'];

function bin(name: string): string {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

const sdkModules = (name: string) => [`../node_modules/${name}/dist-es/index.js`];
const sdkSubmodules = (name: string) => [`../node_modules/${name}/dist-es/submodules/*/index.js`];

/**
 * @actions/core loads @actions/http-client, which loads undici: half of what an output costs. It is used behind a proxy and
 * to ask GitHub, so each name of it loads it when it is read.
 */
const undiciWhenUsed = ['fetch', 'ProxyAgent']
  .map(
    (name) =>
      `Object.defineProperty(exports, '${name}', { get: () => require('../node_modules/undici/index.js').${name} });\n`,
  )
  .join('');

function compile(): void {
  rmSync(buildDir, { recursive: true, force: true });
  run(bin('tsc'), ['-p', join(root, 'scripts', 'tsconfig.build.json')], root);
  // Without a type, webpack reads each file for what it is; ncc then writes CommonJS.
  writeFileSync(join(buildDir, 'package.json'), '{}\n');
  const paths = {
    '@aws-sdk/client-*': sdkModules('@aws-sdk/client-*'),
    '@aws-sdk/credential-provider-*': sdkModules('@aws-sdk/credential-provider-*'),
    '@aws-sdk/core': sdkModules('@aws-sdk/core'),
    '@aws-sdk/core/*': sdkSubmodules('@aws-sdk/core'),
    '@smithy/core': sdkModules('@smithy/core'),
    '@smithy/core/*': sdkSubmodules('@smithy/core'),
    '@smithy/node-http-handler': sdkModules('@smithy/node-http-handler'),
    '@smithy/signature-v4': sdkModules('@smithy/signature-v4'),
    undici: ['./undici-when-used.js'],
  };
  writeFileSync(join(buildDir, 'undici-when-used.js'), undiciWhenUsed);
  writeFileSync(
    join(buildDir, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { baseUrl: '.', allowJs: true, paths } }),
  );
}

function bundle(action: string): void {
  const outDir = join(root, 'dist', action);
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const entry = join(action, 'index.js');
  const stats = join(buildDir, `${action}.stats.json`);
  run(
    bin('ncc'),
    ['build', entry, '--minify', '--no-cache', '--stats-out', stats, '--out', outDir],
    buildDir,
  );
  writeFileSync(join(outDir, 'licenses.txt'), renderLicenses(JSON.parse(readFileSync(stats, 'utf8')), root));
  // The repository is a module package; what is bundled here is CommonJS.
  writeFileSync(join(outDir, 'package.json'), '{ "type": "commonjs" }\n');
  for (const name of readdirSync(outDir).filter((file) => /^(\d+\.)?index\.js$/.test(file))) {
    const file = join(outDir, name);
    const isChunk = name !== 'index.js';
    const code = readFileSync(file, 'utf8');
    writeFileSync(file, compileModulesEagerly(isChunk ? minifyChunk(code) : code));
  }
}

function minifyChunk(code: string): string {
  return `${minifySync(code, { compress: true, mangle: true, module: false }).code}\n`;
}

compile();
for (const action of actions) bundle(action);
