import { parseDocument } from 'yaml';
import { renderDockerfile } from '../../../../src/source/apprunner/dockerfile.ts';
import { parseAppRunnerYaml } from '../../../../src/source/apprunner/parse-apprunner-yaml.ts';

const head = 'version: 1.0\nruntime: nodejs22\nbuild:\n  commands:\n    build:\n';
const run = 'run:\n  command: node server.js\n';
const variables = Array.from(
  { length: 24_000 },
  (_, index) => `    - name: V${index}\n      value: "text ${index}"\n`,
);

function fastestOf(times: number, work: () => void): number {
  const spent = Array.from({ length: times }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...spent);
}

test.each([
  ['commands', `${head}${'      - echo hello world number one\n'.repeat(29_000)}${run}`],
  ['variables', `${head}      - npm ci\n${run}  env:\n${variables.join('')}`],
])('a megabyte of %s is read and generated in the time of reading it a few times', (_name, text) => {
  const bytes = Buffer.from(text);
  expect(bytes.length).toBeGreaterThan(1_000_000);
  const library = fastestOf(2, () => parseDocument(text));
  const ours = fastestOf(2, () => {
    const parsed = parseAppRunnerYaml(bytes);
    if (!parsed.ok || parsed.config.build.kind !== 'managed') throw new Error('not read');
    renderDockerfile(parsed.config.build, {
      origin: 'apprunner.yaml',
      port: undefined,
      folder: '',
      buildKit: true,
      runtimeImage: undefined,
      buildImage: undefined,
    });
  });
  expect(ours).toBeLessThan(10 * library);
});
