import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { askDigest } from '../../../src/registry/image-digest.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const login = `Basic ${btoa('octo:secret')}`;

type Heard = { readonly url: string; readonly authorization: string | undefined };
type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const auths = { 'registry.example': { auth: btoa('octo:secret') } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  process.env['DOCKER_CONFIG'] = folder;
});
afterEach(() => {
  delete process.env['DOCKER_CONFIG'];
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

/** Plays the registries; returns what they heard. */
function play(reply: (heard: Heard) => Reply): readonly Heard[] {
  const all: Heard[] = [];
  const request = (url: URL, options: https.RequestOptions, respond: (response: unknown) => void) => {
    const { authorization } = options.headers as Record<string, string>;
    const heard = { url: url.href, authorization };
    all.push(heard);
    const { status, headers = {}, body = '' } = reply(heard);
    const response = Object.assign(Readable.from([body]), { statusCode: status, headers });
    return Object.assign(new EventEmitter(), { end: () => respond(response) });
  };
  jest.spyOn(https, 'request').mockImplementation(request as unknown as typeof https.request);
  return all;
}

const image = { host: 'registry.example', repository: 'octo/shop', tag: 'latest' };
const single = 'application/vnd.oci.image.manifest.v1+json';
const manifest = 'https://registry.example/v2/octo/shop/manifests/latest';
const asking = (realm: string) => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer realm="${realm}",service="s"` },
});

test('the login goes to where the registry itself gives its tokens out', async () => {
  const heard = play(({ url, authorization }) => {
    if (url.startsWith('https://auth.example/')) return { status: 200, body: '{"token":"t"}' };
    if (authorization !== 'Bearer t') return asking('https://auth.example/token');
    return { status: 200, headers: { 'docker-content-digest': digest, 'content-type': single } };
  });
  expect(await askDigest(image)).toEqual({ kind: 'known', digest, isIndex: false });
  expect(heard.map(({ authorization }) => authorization)).toEqual([undefined, login, 'Bearer t']);
});

test.each([
  ['a token', asking('https://elsewhere.example/token')],
  ['a password', { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }],
])('but not to a host that it leads to and that asks for %s', async (_what, asked) => {
  const heard = play(({ url }) => {
    if (url === manifest) return { status: 307, headers: { location: 'https://elsewhere.example/m' } };
    return url.endsWith('/m') ? asked : { status: 200, body: '{"token":"t"}' };
  });
  expect(await askDigest(image)).toEqual({ kind: 'unknown', because: 'the registry answered 401' });
  expect(heard.map(({ authorization }) => authorization)).not.toContain(login);
});
