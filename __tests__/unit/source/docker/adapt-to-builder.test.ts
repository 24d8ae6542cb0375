import { adaptToBuilder } from '../../../../src/source/docker/argv.ts';
import type { Builder } from '../../../../src/source/docker/detect.ts';

const everything = {
  cacheFrom: ['type=gha'],
  cacheTo: ['type=gha,mode=max', 'type=inline'],
  attestations: true,
  platform: 'linux/arm64',
};

test.each<[Builder, Partial<typeof everything>, RegExp | undefined]>([
  [{ kind: 'buildx', driver: 'docker-container', limited: false }, {}, undefined],
  [
    { kind: 'buildx', driver: 'docker', limited: true },
    { cacheTo: ['type=inline'], attestations: false },
    /^cache-to and attestations ignored: the docker driver of buildx cannot/,
  ],
  [
    { kind: 'docker-build', buildKit: true },
    { cacheFrom: [], cacheTo: [], attestations: false },
    /^cache-from, cache-to and attestations ignored: docker build without buildx cannot/,
  ],
])('%j', (builder, left, notice) => {
  const { adapted, notices } = adaptToBuilder(everything, builder);
  expect(adapted).toEqual({ ...everything, ...left });
  expect(notices).toEqual(notice === undefined ? [] : [expect.stringMatching(notice)]);
});

test('nothing is said where nothing was asked for', () => {
  const given = { cacheFrom: [], cacheTo: [], attestations: false };
  expect(adaptToBuilder(given, { kind: 'docker-build', buildKit: false }).notices).toEqual([]);
});
