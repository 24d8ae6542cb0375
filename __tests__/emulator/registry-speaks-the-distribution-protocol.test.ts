import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { OCI_MANIFEST, pushBlob, pushImage } from '../helpers/push-image.ts';
import { basic, digestOf, type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
beforeEach(async () => {
  world = await startRegistryWorld();
  for (const repositoryName of ['web', 'base']) {
    await world.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  }
});
afterEach(() => world.close());

test('whoever has no password is asked for Basic auth in ECR’s name', async () => {
  const answer = await fetch(`http://${world.registryHost}/v2/`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(
    `Basic realm="http://${world.registryHost}/",service="ecr.amazonaws.com"`,
  );
  expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  const { password } = world.passwords.issue();
  for (const authorization of [basic('AWS', 'guess'), basic('root', password), 'Bearer x']) {
    expect((await world.call('GET', '/v2/', { headers: { authorization } })).status).toBe(401);
  }
  expect((await world.call('GET', '/v2/')).status).toBe(200);
});

test('a password that is twelve hours old is refused as expired', async () => {
  const authorization = basic('AWS', world.passwords.issue().password);
  world.skip(12 * 3600 + 1);
  const answer = await world.call('GET', '/v2/', { headers: { authorization } });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 'DENIED', message: expect.stringContaining('has expired') }],
  });
});

test('a blob comes in one request', async () => {
  const digest = await pushBlob(world.call, 'web', 'all at once');
  const answer = await world.call('GET', `/v2/web/blobs/${digest}`);
  expect(await answer.text()).toBe('all at once');
});

test('a blob comes in chunks, each where the last one ended', async () => {
  const begun = await world.call('POST', '/v2/web/blobs/uploads/');
  expect(begun.status).toBe(202);
  const location = begun.headers.get('location') ?? '';
  const first = await world.call('PATCH', location, { headers: { 'content-range': '0-3' }, body: 'abcd' });
  expect(first.status).toBe(202);
  expect(first.headers.get('range')).toBe('0-3');
  const gap = await world.call('PATCH', location, { headers: { 'content-range': '9-10' }, body: 'zz' });
  expect(gap.status).toBe(416);
  expect((await world.call('GET', location)).headers.get('range')).toBe('0-3');
  const digest = digestOf('abcdef');
  const done = await world.call('PUT', `${location}?digest=${digest}`, { body: 'ef' });
  expect(done.status).toBe(201);
  expect(done.headers.get('docker-content-digest')).toBe(digest);
  expect((await world.call('HEAD', `/v2/web/blobs/${digest}`)).headers.get('content-length')).toBe('6');
});

test('a blob with another digest than it claims is refused', async () => {
  const path = `/v2/web/blobs/uploads/?digest=${digestOf('something else')}`;
  const answer = await world.call('POST', path, { body: 'bytes' });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] });
});

test('an upload can be cancelled, and belongs to its repository', async () => {
  const location = (await world.call('POST', '/v2/web/blobs/uploads/')).headers.get('location') ?? '';
  expect((await world.call('GET', location.replace('/web/', '/base/'))).status).toBe(404);
  expect((await world.call('DELETE', location)).status).toBe(204);
  expect((await world.call('GET', location)).status).toBe(404);
});

test('a blob of one repository is unknown to another until it is mounted', async () => {
  const digest = await pushBlob(world.call, 'base', 'shared');
  expect((await world.call('HEAD', `/v2/web/blobs/${digest}`)).status).toBe(404);
  const mounted = await world.call('POST', `/v2/web/blobs/uploads/?mount=${digest}&from=base`);
  expect(mounted.status).toBe(201);
  expect((await world.call('HEAD', `/v2/web/blobs/${digest}`)).status).toBe(200);
  const unknown = await world.call('POST', `/v2/web/blobs/uploads/?mount=${digestOf('x')}&from=base`);
  expect(unknown.status).toBe(202);
});

test.each([
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['bytes=10-', 416, undefined, 'bytes */10'],
])('a pull with Range %s gets %i', async (range, status, text, contentRange) => {
  const digest = await pushBlob(world.call, 'web', '0123456789');
  const answer = await world.call('GET', `/v2/web/blobs/${digest}`, { headers: { range } });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-range')).toBe(contentRange);
  if (text !== undefined) expect(await answer.text()).toBe(text);
});

test('a manifest is pulled by tag and by digest, byte for byte', async () => {
  const { digest, size } = await pushImage(world.call, 'web', { reference: '1' });
  for (const reference of ['1', digest]) {
    const answer = await world.call('GET', `/v2/web/manifests/${reference}`);
    expect(answer.headers.get('content-type')).toBe(OCI_MANIFEST);
    expect(answer.headers.get('docker-content-digest')).toBe(digest);
    expect(digestOf(await answer.text())).toBe(digest);
  }
  const head = await world.call('HEAD', '/v2/web/manifests/1');
  expect(head.headers.get('content-length')).toBe(String(size));
});

test('tags are listed in order, in pages', async () => {
  for (const reference of ['c', 'a', 'b']) await pushImage(world.call, 'web', { reference });
  const first = await world.call('GET', '/v2/web/tags/list?n=2');
  expect(await first.json()).toEqual({ name: 'web', tags: ['a', 'b'] });
  expect(first.headers.get('link')).toBe('</v2/web/tags/list?n=2&last=b>; rel="next"');
  const second = await world.call('GET', '/v2/web/tags/list?n=2&last=b');
  expect(await second.json()).toEqual({ name: 'web', tags: ['c'] });
  expect(second.headers.get('link')).toBeNull();
});

test('what is not modelled is refused by name', async () => {
  const answer = await world.call('GET', '/v2/_catalog');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('does not model GET /v2/_catalog');
  expect((await world.call('DELETE', '/v2/web/manifests/1')).status).toBe(405);
});

test('a push meets the weather that was ordered for it', async () => {
  world.faults.add([{ service: 'registry', operation: 'PutManifest', fault: 'error' }]);
  expect((await pushImage(world.call, 'web', { reference: '1' })).answer.status).toBe(500);
  expect((await pushImage(world.call, 'web', { reference: '1' })).answer.status).toBe(201);
});
