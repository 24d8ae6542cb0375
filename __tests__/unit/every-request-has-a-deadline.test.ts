import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createAuthority } from '../../emulator/edge/authority.ts';
import { runScript } from '../helpers/run-script.ts';

/**
 * A server that always says something and never comes to an end, over TLS behind a proxy, and plainly. The client's clock
 * runs 20 times faster, so that its deadlines are half a second or one.
 */
const chunked = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
const drips: Readonly<Record<string, { readonly start: string; readonly drop: string }>> = {
  'a header, again and again': { start: 'HTTP/1.1 200 OK\r\n', drop: 'x: 1\r\n' },
  '103, again and again': { start: '', drop: 'HTTP/1.1 103 Early Hints\r\n\r\n' },
  'a body that drips': { start: chunked, drop: '1\r\n \r\n' },
  'a body that pours': { start: chunked, drop: `80000\r\n${' '.repeat(0x80000)}\r\n`.repeat(8) },
};
const host = 'drip.example';

let server: Server;
let port: number;
let folder: string;
let open: Set<Socket>;
let drip: (typeof drips)[string] | undefined;
let proxyDrips: boolean;

beforeAll(async () => {
  const authority = await createAuthority();
  folder = mkdtempSync(join(tmpdir(), 'deadline-'));
  writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  const secureContext = await authority.contextFor([host]);
  open = new Set();
  server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    socket.once('data', (text) => {
      if (!text.toString().startsWith('CONNECT ') || proxyDrips) return pour(socket);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => {}).once('data', () => pour(secure));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

function pour(stream: Duplex): void {
  stream.write(drip?.start ?? '');
  const timer = setInterval(() => {
    if (!stream.writableNeedDrain) stream.write(drip?.drop ?? '');
  }, 50);
  stream.on('close', () => clearInterval(timer));
}

/** Each gives its end, in a word. */
const requests = {
  AWS: `
    const { ECSClient, ListClustersCommand } = await import('@aws-sdk/client-ecs');
    const { clientConfig } = await load('src/aws/clients.ts');
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const client = new ECSClient({ ...clientConfig(), endpoint: origin, region: 'eu-west-1', credentials, maxAttempts: 1 });
    await client.send(new ListClustersCommand());`,
  'AWS through a proxy': `
    const { ECSClient, ListClustersCommand } = await import('@aws-sdk/client-ecs');
    const { clientConfig } = await load('src/aws/clients.ts');
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const endpoint = 'https://${host}';
    const client = new ECSClient({ ...clientConfig(), endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    await client.send(new ListClustersCommand());`,
  GitHub: `
    const { openApi } = await load('src/github/api.ts');
    const api = await openApi({ apiUrl: origin, repository: 'octo/shop', token: 't' });
    await api.send('POST', '/deployments', { doing: 'look', permission: 'deployments: write' }, {});`,
  'the tokens of GitHub': `
    const { requestIdTokenClaims } = await load('src/github/id-token.ts');
    await requestIdTokenClaims('us');`,
  'a registry': `
    const { askDigest } = await load('src/registry/image-digest.ts');
    return (await askDigest({ host: '${host}', repository: 'web', tag: '1' })).kind;`,
  'a probe': `
    const { sendProbe } = await load('src/shift-traffic/observe/probe.ts');
    const probe = await sendProbe({ address: '${host}', domain: '${host}', path: '/', signal: undefined });
    return probe.kind;`,
  'the smoke test': `
    const { askHttps } = await load('src/ask-https.ts');
    return (await askHttps({ host: '${host}', path: '/' })).status;`,
};

async function ask(lines: string): Promise<string> {
  const { stdout, stderr } = await runScript(
    `
    const [realTimer, realSignal] = [setTimeout, AbortSignal.timeout];
    globalThis.setTimeout = (call, ms, ...rest) => realTimer(call, ms / 20, ...rest);
    AbortSignal.timeout = (ms) => realSignal.call(AbortSignal, ms / 20);
    realTimer(() => { console.log('end: never ended'); process.exit(); }, 30_000);
    const origin = 'http://127.0.0.1:${port}';
    const end = await (async () => { ${lines} })().catch(({ name, message }) => name + ': ' + message);
    console.log('end: ' + String(end).replace(/\\s+/g, ' '));
    // As an action does: what was given up on would keep the process.
    process.exit();
    `,
    {
      env: {
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        HOME: folder,
        GITHUB_API_URL: `http://127.0.0.1:${port}`,
        NO_PROXY: '127.0.0.1',
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?v=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
      },
    },
  );
  return /^end: (.*)$/m.exec(stdout)?.[1] ?? stderr;
}

const cases = Object.keys(requests).flatMap((request) =>
  Object.keys(drips).map((kind) => [request as keyof typeof requests, kind] as const),
);

test.each(cases)('%s: %s', async (request, kind) => {
  drip = drips[kind];
  proxyDrips = false;
  const said = await ask(requests[request]);
  expect(said).toMatch(
    /^(?:TimeoutError|Error: (?:no answer|the answer|GitHub gave no)|ActionError: could not look: (?:GitHub|the answer)|unknown|failed|answered|200)\b/,
  );
});

test.each(Object.keys(requests) as (keyof typeof requests)[])('%s: a proxy that drips', async (request) => {
  drip = drips['a header, again and again'];
  proxyDrips = true;
  const said = await ask(requests[request]);
  expect(said).toMatch(
    /^(?:TimeoutError|Error: (?:no answer|GitHub gave no)|ActionError: could not look: (?:GitHub|the answer)|unknown|failed)\b/,
  );
});
