import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

let emulator: EmulatorHandle;
beforeAll(async () => {
  emulator = await startEmulator('--seed', 'others');
});
afterAll(() => emulator.stop());

type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** As a client with `HTTPS_PROXY` asks the real name by TLS. */
function ask(
  method: string,
  address: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const url = new URL(address);
  const proxy = new URL(emulator.env['HTTPS_PROXY'] ?? '');
  const ca = readFileSync(emulator.env['NODE_EXTRA_CA_CERTS'] ?? '');
  return new Promise((resolve, reject) => {
    const tunnel = request({
      host: proxy.hostname,
      port: proxy.port,
      method: 'CONNECT',
      path: `${url.host}:443`,
    });
    tunnel.on('error', reject);
    tunnel.on('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy answered ${answer.statusCode}`));
        return;
      }
      const secure = connectTls({ socket, servername: url.hostname, ca });
      secure.on('error', reject);
      const inner = request({
        createConnection: () => secure,
        method,
        path: url.pathname + url.search,
        headers: { host: url.host, connection: 'close', ...headers },
      });
      inner.on('error', reject);
      inner.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
      inner.end();
    });
    tunnel.end();
  });
}

/** HEAD, the token that the answer asks for, and HEAD again. */
async function head(manifest: string, login?: string, accept = ACCEPT): Promise<Reply> {
  const challenge = await ask('HEAD', manifest, { accept });
  if (challenge.status !== 401) return challenge;
  const header = String(challenge.headers['www-authenticate']);
  const [, realm = '', service = '', scope = ''] =
    /^Bearer realm="(.+)",service="(.+)",scope="(.+)"$/.exec(header) ?? [];
  const basic = login === undefined ? {} : { authorization: `Basic ${btoa(login)}` };
  const given = await ask('GET', `${realm}?${new URLSearchParams({ service, scope })}`, basic);
  if (given.status !== 200) return given;
  const { token } = JSON.parse(given.body);
  return ask('HEAD', manifest, { accept, authorization: `Bearer ${token}` });
}

test.each([
  ['ghcr.io', 'octo/shop', 'https://ghcr.io/token', 'ghcr.io'],
  ['registry-1.docker.io', 'library/nginx', 'https://auth.docker.io/token', 'registry.docker.io'],
  ['public.ecr.aws', 'nginx/nginx', 'https://public.ecr.aws/token/', 'public.ecr.aws'],
  ['quay.example', 'octo/shop', 'https://quay.example/token', 'quay.example'],
])('%s gives a digest to whoever has its token', async (host, repository, realm, service) => {
  await emulator.post('registries', [{ host, repository, tags: { latest: DIGEST } }]);
  const manifest = `https://${host}/v2/${repository}/manifests/latest`;
  const first = await ask('HEAD', manifest);
  expect(first).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate': `Bearer realm="${realm}",service="${service}",scope="repository:${repository}:pull"`,
    },
  });
  const second = await head(manifest);
  expect(second).toMatchObject({ status: 200, headers: { 'docker-content-digest': DIGEST }, body: '' });
  expect(await head(`https://${host}/v2/${repository}/manifests/none`)).toMatchObject({ status: 404 });
});

const SHOP = { host: 'ghcr.io', repository: 'octo/shop', tags: { latest: DIGEST } };
const LATEST = 'https://ghcr.io/v2/octo/shop/manifests/latest';

test('an index is not there for a client that does not accept one', async () => {
  await emulator.post('registries', [SHOP]);
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  expect(await head(LATEST, undefined, accept)).toMatchObject({ status: 404 });
  await emulator.post('registries', [{ ...SHOP, singlePlatform: true }]);
  expect(await head(LATEST, undefined, accept)).toMatchObject({ status: 200 });
});

test('a private repository, and one that nobody has, give no token', async () => {
  await emulator.post('registries', [{ ...SHOP, login: 'octo:secret' }]);
  expect(await head(LATEST)).toMatchObject({ status: 403 });
  expect(await head(LATEST, 'octo:wrong')).toMatchObject({ status: 403 });
  expect(await head(LATEST, 'octo:secret')).toMatchObject({ status: 200 });
  await emulator.post('registries', [{ ...SHOP, host: 'quay.example' }]);
  expect(await head('https://quay.example/v2/octo/other/manifests/latest')).toMatchObject({ status: 403 });
});

test('the public ones hold every image, each tag with a digest of its own, and ECS resolves the same', async () => {
  await emulator.post('registries', []);
  const digestOf = async (path: string) => (await head(`https://${path}`)).headers['docker-content-digest'];
  const one = await digestOf('ghcr.io/v2/octo/shop/manifests/1');
  expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await digestOf('ghcr.io/v2/octo/shop/manifests/1')).toBe(one);
  expect(await digestOf('ghcr.io/v2/octo/shop/manifests/2')).not.toBe(one);
  expect(await digestOf('public.ecr.aws/v2/octo/shop/manifests/1')).not.toBe(one);
});

test('a limit, a wait without end and a connection that breaks off', async () => {
  await emulator.post('registries', [{ ...SHOP, status: 429 }]);
  expect(await head(LATEST)).toMatchObject({ status: 429 });
  await emulator.post('registries', [SHOP]);
  const hold = await emulator.hold({ service: 'edge', operation: 'ghcr.io' });
  const answer = head(LATEST);
  expect(await hold.arrived()).toMatchObject({ input: { path: '/v2/octo/shop/manifests/latest' } });
  await hold.release();
  expect(await answer).toMatchObject({ status: 200 });
  await emulator.addFaults([{ service: 'edge', operation: 'ghcr.io', fault: 'reset' }]);
  await expect(head(LATEST)).rejects.toThrow();
});

test('another host is not served of which nothing was set up', async () => {
  await emulator.post('registries', []);
  const elsewhere = 'https://quay.example/v2/octo/shop/manifests/latest';
  await expect(head(elsewhere)).rejects.toThrow('the proxy answered 403');
});

test.each([
  [{}, 'must be a list'],
  [[{ host: 'ghcr.io' }], 'must be strings'],
  [[{ ...SHOP, tags: { latest: 'sha256:1' } }], 'must lead from tags to digests'],
  [[{ ...SHOP, tag: 'latest' }], 'is not one of host'],
])('the set-up %j is refused', async (body, message) => {
  await expect(emulator.post('registries', body)).rejects.toThrow(message);
});
