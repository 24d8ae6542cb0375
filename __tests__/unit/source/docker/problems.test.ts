import { findDockerProblems } from '../../../../src/source/docker/detect.ts';

test.each([
  [{ kind: 'missing' } as const, 'image', /docker is not installed/],
  [
    { kind: 'unreachable', because: 'permission denied' } as const,
    'image',
    /does not answer \(permission denied\)/,
  ],
  [{ kind: 'windows-containers' } as const, 'image', /Windows images/],
  [
    { kind: 'ready', builder: { kind: 'docker-build', buildKit: false } } as const,
    'build-secrets',
    /no BuildKit/,
  ],
])('%j', (docker, input, seen) => {
  expect(findDockerProblems(docker, { secrets: true })).toEqual([
    { input, seen: expect.stringMatching(seen), wanted: expect.any(String) },
  ]);
});

test.each([
  [{ kind: 'docker-build', buildKit: false } as const, false],
  [{ kind: 'docker-build', buildKit: true } as const, true],
  [{ kind: 'buildx', driver: 'docker', limited: true } as const, true],
])('%j builds', (builder, secrets) => {
  expect(findDockerProblems({ kind: 'ready', builder }, { secrets })).toEqual([]);
});
