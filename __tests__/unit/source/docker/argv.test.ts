import {
  buildxArgv,
  dockerBuildArgv,
  dockerPushArgv,
  type Recipe,
  repositoryDigestsArgv,
} from '../../../../src/source/docker/argv.ts';

const plain: Recipe = {
  context: '/src/shop',
  dockerfile: '/src/shop/Dockerfile',
  platform: 'linux/amd64',
  target: undefined,
  buildArgs: [],
  secrets: [],
  cacheFrom: [],
  cacheTo: [],
  attestations: false,
  references: ['registry/web:abc'],
};

const full: Recipe = {
  ...plain,
  dockerfile: '/src/shop/docker/web.Dockerfile',
  platform: 'linux/arm64',
  target: 'runtime',
  buildArgs: ['VERSION=1.2', 'NAME=a b,c="d"'],
  secrets: [
    { id: 'npm', file: '/tmp/x/secrets/0' },
    { id: 'pip', file: '/tmp/with,comma/"1"' },
  ],
  cacheFrom: ['type=gha', 'type=registry,ref=registry/web:buildcache'],
  cacheTo: ['type=gha,mode=max'],
  references: ['registry/web:abc', 'registry/web:latest'],
};

test('buildx builds and pushes in one go, without attestations', () => {
  expect(buildxArgv(plain, '/tmp/x/metadata.json')).toEqual([
    ...['buildx', 'build', '--progress', 'plain', '--push', '--metadata-file', '/tmp/x/metadata.json'],
    ...['--provenance=false', '--sbom=false'],
    ...['--file', '/src/shop/Dockerfile', '--platform', 'linux/amd64', '--tag', 'registry/web:abc'],
    '/src/shop',
  ]);
});

test('buildx gets everything that was asked for, in the order given', () => {
  expect(buildxArgv({ ...full, attestations: true }, '/m.json')).toEqual([
    ...['buildx', 'build', '--progress', 'plain', '--push', '--metadata-file', '/m.json'],
    ...['--provenance=mode=min', '--sbom=true'],
    ...['--file', '/src/shop/docker/web.Dockerfile', '--platform', 'linux/arm64', '--target', 'runtime'],
    ...['--build-arg', 'VERSION=1.2', '--build-arg', 'NAME=a b,c="d"'],
    ...['--secret', 'id=npm,src=/tmp/x/secrets/0'],
    ...['--secret', 'id=pip,"src=/tmp/with,comma/""1"""'],
    ...['--tag', 'registry/web:abc', '--tag', 'registry/web:latest'],
    ...['--cache-from', 'type=gha', '--cache-from', 'type=registry,ref=registry/web:buildcache'],
    ...['--cache-to', 'type=gha,mode=max'],
    '/src/shop',
  ]);
});

test('docker build gets what it knows: no caches, no attestations, no push', () => {
  expect(dockerBuildArgv({ ...full, attestations: true })).toEqual([
    ...['build', '--force-rm', '--file', '/src/shop/docker/web.Dockerfile', '--platform', 'linux/arm64'],
    ...['--target', 'runtime', '--build-arg', 'VERSION=1.2', '--build-arg', 'NAME=a b,c="d"'],
    ...['--secret', 'id=npm,src=/tmp/x/secrets/0', '--secret', 'id=pip,"src=/tmp/with,comma/""1"""'],
    ...['--tag', 'registry/web:abc', '--tag', 'registry/web:latest'],
    '/src/shop',
  ]);
});

test('an image is pushed, and looked at, by its full reference', () => {
  expect(dockerPushArgv('registry/web:abc')).toEqual(['push', 'registry/web:abc']);
  expect(repositoryDigestsArgv('registry/web:abc')).toEqual([
    ...['image', 'inspect', '--format', '{{json .RepoDigests}}', 'registry/web:abc'],
  ]);
});
