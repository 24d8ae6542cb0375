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

/** What cannot be written is no reason to fail a deployment; `inline` is part of the image, and has no such option. */
test.each([
  ['registry', `type=registry,ref=${uri}:buildcache,mode=max,${ecrOptions},ignore-error=true`],
  ['true', `type=registry,ref=${uri}:buildcache,mode=max,${ecrOptions},ignore-error=true`],
  ['gha', 'type=gha,mode=max,ignore-error=true'],
  ['inline', 'type=inline'],
  ['type=inline', 'type=inline'],
  ['type=gha', 'type=gha,ignore-error=true'],
  ['type=gha,scope=web,mode=min', 'type=gha,scope=web,mode=min,ignore-error=true'],
  ['type=local,dest=/tmp/cache', 'type=local,dest=/tmp/cache,ignore-error=true'],
  ['type=s3,region=eu-west-1,bucket=b', 'type=s3,region=eu-west-1,bucket=b,ignore-error=true'],
  ['type=azblob,name=b', 'type=azblob,name=b,ignore-error=true'],
  [`type=registry,ref=${uri}:c`, `type=registry,ref=${uri}:c,${ecrOptions},ignore-error=true`],
  [`ref=${uri}:c,type=registry`, `ref=${uri}:c,type=registry,${ecrOptions},ignore-error=true`],
  [`type=registry,ref=${other}`, `type=registry,ref=${other},${ecrOptions},ignore-error=true`],
  [`${uri}:c`, `type=registry,ref=${uri}:c,${ecrOptions},ignore-error=true`],
  // What the user has said stands.
  [
    `type=registry,ref=${uri}:c,image-manifest=false`,
    `type=registry,ref=${uri}:c,image-manifest=false,oci-mediatypes=true,ignore-error=true`,
  ],
  ['type=gha,ignore-error=false', 'type=gha,ignore-error=false'],
  ['type=gha,Ignore-Error=false', 'type=gha,Ignore-Error=false'],
  ['type=registry,ref=ghcr.io/octo/web:c', 'type=registry,ref=ghcr.io/octo/web:c,ignore-error=true'],
  ['ghcr.io/octo/web:c', 'type=registry,ref=ghcr.io/octo/web:c,ignore-error=true'],
  // Whether it has the option, only its author knows.
  ['type=custom,x=y', 'type=custom,x=y'],
])('cache-to %s becomes %s', (given, expected) => {
  expect(completeCacheTo([given], uri)).toEqual([expected]);
});

test('the own cache is known by its reference, however it was written', () => {
  expect(writesOwnCache(completeCacheTo(['registry'], uri), uri)).toBe(true);
  expect(writesOwnCache([`ref=${uri}:buildcache,type=registry`], uri)).toBe(true);
  expect(writesOwnCache(completeCacheTo(['gha', `${uri}:c`], uri), uri)).toBe(false);
});
