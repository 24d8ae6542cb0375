import { completeCacheFrom, completeCacheTo, writesOwnCache } from '../../../../src/source/docker/cache.ts';

const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web';
const other = '210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/cache:x';
const ecrOptions = 'image-manifest=true,oci-mediatypes=true';

test.each([
  ['registry', `type=registry,ref=${uri}:buildcache`],
  ['true', `type=registry,ref=${uri}:buildcache`],
  ['gha', 'type=gha'],
  ['inline', 'type=inline'],
  ['type=local,src=/tmp/cache', 'type=local,src=/tmp/cache'],
  [`${uri}:main`, `${uri}:main`],
])('cache-from %s becomes %s', (given, expected) => {
  expect(completeCacheFrom([given], uri)).toEqual([expected]);
});

test.each([
  ['registry', `type=registry,ref=${uri}:buildcache,mode=max,${ecrOptions}`],
  ['true', `type=registry,ref=${uri}:buildcache,mode=max,${ecrOptions}`],
  ['gha', 'type=gha'],
  ['inline', 'type=inline'],
  [`type=registry,ref=${uri}:c`, `type=registry,ref=${uri}:c,${ecrOptions}`],
  [`ref=${uri}:c,type=registry`, `ref=${uri}:c,type=registry,${ecrOptions}`],
  [`type=registry,ref=${other}`, `type=registry,ref=${other},${ecrOptions}`],
  [`${uri}:c`, `type=registry,ref=${uri}:c,${ecrOptions}`],
  // What the user has said stands.
  [
    `type=registry,ref=${uri}:c,image-manifest=false`,
    `type=registry,ref=${uri}:c,image-manifest=false,oci-mediatypes=true`,
  ],
  ['type=registry,ref=ghcr.io/octo/web:c', 'type=registry,ref=ghcr.io/octo/web:c'],
  ['ghcr.io/octo/web:c', 'ghcr.io/octo/web:c'],
  ['type=s3,region=eu-west-1,bucket=b', 'type=s3,region=eu-west-1,bucket=b'],
])('cache-to %s becomes %s', (given, expected) => {
  expect(completeCacheTo([given], uri)).toEqual([expected]);
});

test('the own cache is known by its reference, however it was written', () => {
  expect(writesOwnCache(completeCacheTo(['registry'], uri), uri)).toBe(true);
  expect(writesOwnCache([`ref=${uri}:buildcache,type=registry`], uri)).toBe(true);
  expect(writesOwnCache(completeCacheTo(['gha', `${uri}:c`], uri), uri)).toBe(false);
});
