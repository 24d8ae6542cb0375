import fc from 'fast-check';
import type { TagMutability } from '../../../../src/aws/ecr-repository.ts';
import {
  isImmutable,
  planCaches,
  planImage,
  planMutability,
} from '../../../../src/deploy-express/image/plan.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const first = `sha256:${'1'.repeat(64)}`;
const second = `sha256:${'2'.repeat(64)}`;
const mutable: TagMutability = { immutable: false, exceptions: [] };
const immutable: TagMutability = { immutable: true, exceptions: [] };
const mostlyImmutable: TagMutability = { immutable: true, exceptions: ['latest', 'pr-*'] };
const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web';

const plan = (mutability: TagMutability, tags: readonly string[], digests: Record<string, string>) =>
  planImage({ repository: { name: 'web', mutability }, tags, digests: new Map(Object.entries(digests)) });

test.each([
  ['a new commit', mutable, {}, { kind: 'build', keep: undefined }],
  ['a new commit, immutable tags', immutable, {}, { kind: 'build', keep: undefined }],
  [
    'the same commit again: the image of before keeps a tag, since it may be running',
    mutable,
    { [sha]: first, latest: first },
    { kind: 'build', keep: { digest: first, tag: `${sha}-111111111111` } },
  ],
  [
    'the same commit again, immutable tags: its image is the one',
    mostlyImmutable,
    { [sha]: first, latest: first },
    { kind: 'reuse', digest: first, retag: [] },
  ],
  [
    'an older commit again: the movable tag comes back to it',
    mostlyImmutable,
    { [sha]: first, latest: second },
    { kind: 'reuse', digest: first, retag: ['latest'] },
  ],
  [
    'a further tag, immutable and free',
    immutable,
    { [sha]: first },
    { kind: 'reuse', digest: first, retag: ['latest'] },
  ],
])('%s', (_name, mutability, digests, expected) => {
  expect(plan(mutability, [sha, 'latest'], digests)).toEqual(expected);
});

test.each([
  ['before a build', {}],
  ['before a reuse', { [sha]: first }],
])('a tag that names another image and cannot be moved is refused %s', (_name, digests) => {
  expect(plan(immutable, [sha, 'v1'], { ...digests, v1: second })).toMatchObject({
    kind: 'refuse',
    because: expect.stringContaining('v1'),
    wayOut: expect.stringContaining('image-tags'),
  });
});

test('a kept tag fits into the length ECR allows', () => {
  const long = 'x'.repeat(128);
  const planned = plan(mutable, [long], { [long]: first });
  expect(planned).toEqual({ kind: 'build', keep: { digest: first, tag: `${'x'.repeat(115)}-111111111111` } });
});

test('no plan ever takes the last tag from an image', () => {
  const tag = fc.constantFrom(sha, 'latest', 'v1');
  const digest = fc.constantFrom(first, second);
  const mutability = fc.constantFrom(mutable, immutable, mostlyImmutable);
  fc.assert(
    fc.property(mutability, fc.dictionary(tag, digest), (kind, digests) => {
      const planned = plan(kind, [sha, 'latest', 'v1'], digests);
      const losing = digests[sha];
      if (planned.kind === 'build' && losing !== undefined) expect(planned.keep?.digest).toBe(losing);
      if (planned.kind === 'reuse') expect(planned.digest).toBe(losing);
    }),
  );
});

test.each<[TagMutability, string, boolean]>([
  [mutable, 'latest', false],
  [immutable, 'latest', true],
  [mostlyImmutable, 'latest', false],
  [mostlyImmutable, 'latest2', true],
  [mostlyImmutable, 'pr-12', false],
  [mostlyImmutable, 'a-pr-12', true],
  [{ immutable: false, exceptions: ['v*.*'] }, 'v1.2', true],
  [{ immutable: false, exceptions: ['v*.*'] }, 'v1x2', false],
])('%j, tag %s: immutable is %s', (mutability, tag, expected) => {
  expect(isImmutable(mutability, tag)).toBe(expected);
});

const repository = { name: 'web', scanOnPush: true, expireUntaggedDays: undefined };

test.each([
  [false, ['latest'], ['registry'], mutable],
  [true, [], [], immutable],
  [true, ['latest', 'main', 'v1.2.3', '2026-11-24'], [], { immutable: true, exceptions: ['latest', 'main'] }],
  [true, ['pr-12', 'dev2'], [], { immutable: true, exceptions: ['pr-12', 'dev2'] }],
  [true, ['latest'], ['registry'], { immutable: true, exceptions: ['buildcache', 'latest'] }],
  [
    true,
    ['a', 'b', 'c', 'd', 'e', 'f'],
    ['true'],
    { immutable: true, exceptions: ['buildcache', 'a', 'b', 'c', 'd'] },
  ],
])('immutable tags %s with tags %j and caches %j', (immutableTags, imageTags, cacheTo, expected) => {
  expect(planMutability({ repository: { ...repository, immutableTags }, imageTags, cacheTo })).toEqual(
    expected,
  );
});

test('a cache that could be written only once is passed over, and said to be', () => {
  const caches = { cacheFrom: ['registry'], cacheTo: ['registry', 'type=gha'] };
  expect(planCaches(caches, { name: 'web', uri, mutability: immutable })).toEqual({
    cacheFrom: [`type=registry,ref=${uri}:buildcache`],
    cacheTo: ['type=gha,ignore-error=true'],
    notices: [expect.stringContaining('buildcache')],
  });
  const excluded = { immutable: true, exceptions: ['buildcache'] };
  const kept = planCaches(caches, { name: 'web', uri, mutability: excluded });
  expect(kept.cacheTo).toHaveLength(2);
  expect(kept.notices).toEqual([]);
});
