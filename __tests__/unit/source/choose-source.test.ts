import { chooseSource, type SourceWish } from '../../../src/source/choose-source.ts';

const wish = (more: Partial<SourceWish> = {}): SourceWish => ({
  buildFrom: 'auto',
  isDockerfileGiven: false,
  isRuntimeGiven: false,
  ...more,
});
const there = { dockerfile: true, appRunnerYaml: true };
const nothing = { dockerfile: false, appRunnerYaml: false };

test.each<[string, SourceWish, typeof there, string]>([
  [
    'the input dockerfile goes first',
    wish({ isDockerfileGiven: true, isRuntimeGiven: true }),
    nothing,
    'dockerfile',
  ],
  ['then the Dockerfile', wish(), { ...nothing, dockerfile: true }, 'dockerfile'],
  ['then apprunner.yaml', wish({ isRuntimeGiven: true }), { ...nothing, appRunnerYaml: true }, 'apprunner'],
  ['then runtime', wish({ isRuntimeGiven: true }), nothing, 'runtime'],
  ['build-from decides', wish({ buildFrom: 'apprunner' }), there, 'apprunner'],
])('%s', (_name, wanted, seen, kind) => {
  expect(chooseSource(wanted, seen, '"api"')).toMatchObject({ kind });
});

test('what is passed over is said', () => {
  expect(chooseSource(wish({ isRuntimeGiven: true }), there, '"api"')).toEqual({
    kind: 'dockerfile',
    notices: [
      'Built from the Dockerfile; ignored: apprunner.yaml. Set build-from: apprunner to use that.',
      'Built from the Dockerfile; ignored: the inputs runtime, build-command and start-command. Set build-from: runtime to use that.',
    ],
  });
});

test('nothing to build names the four ways', () => {
  const choice = chooseSource(wish(), nothing, 'the workspace');
  expect(choice.kind === 'nothing' && choice.problem).toEqual({
    input: 'source',
    seen: 'the workspace has neither a Dockerfile nor an apprunner.yaml, and the input runtime is not given',
    wanted:
      'one of four: a Dockerfile there, the input dockerfile with the path of one, an apprunner.yaml there, or the inputs runtime and start-command; or image to deploy one that is already built',
  });
});
