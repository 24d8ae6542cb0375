import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
} from 'node:http';
import { connect } from 'node:net';
import { createFaults } from '../../emulator/control/faults.ts';
import { createHolds } from '../../emulator/control/holds.ts';
import { createEdge, type Edge } from '../../emulator/edge/edge.ts';
import { closeServer, listenOn } from '../../emulator/listening.ts';
import type { Address, FrontEnd } from '../../emulator/world.ts';

const SERVICE = 'we-0123456789abcdef0123456789abcdef.ecs.eu-west-1.on.aws';
const NOBODY: Address = { host: '127.0.0.1', port: 1 };

let target: Server;
let edge: Edge;
const holds = createHolds();
const faults = createFaults(holds);
let at: Awaited<ReturnType<Edge['listen']>>;
beforeAll(async () => {
  target = createServer(echo);
  target.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  const address = await listenOn(target, 0);
  edge = await createEdge({
    frontEnds: [frontEnd({ [SERVICE]: { address }, gone: { address: NOBODY }, empty: { status: 503 } })],
    resolve: () => undefined,
    isOwnServer: () => false,
    faults,
  });
  at = await edge.listen({ http: 0, proxy: 0 });
});
afterAll(async () => {
  await edge.close();
  await closeServer(target);
});

/** A load balancer whose answers come from a table. */
function frontEnd(table: Readonly<Record<string, ReturnType<FrontEnd['route']>>>): FrontEnd {
  return {
    address: '127.0.0.2',
    hasName: (host) => host in table,
    serves: (host) => host in table,
    route: (host) => table[host] ?? { status: 404 },
    certificateNames: (serverName) => [serverName],
    plainHttp: () => undefined,
  };
}

function echo(incoming: IncomingMessage, response: import('node:http').ServerResponse): void {
  let received = 0;
  incoming.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  incoming.on('end', () => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(
      JSON.stringify({ url: incoming.url, method: incoming.method, headers: incoming.headers, received }),
    );
  });
}

type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
};

/** `fetch` does not let a test choose the Host header. */
function send(
  to: Address,
  options: { path?: string; method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer },
): Promise<Answer> {
  const { path = '/', method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...to, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('the data plane', () => {
  test('passes a request to the target with the headers of a load balancer, and the answer back', async () => {
    const body = Buffer.alloc(3_000_000);
    const headers = { host: SERVICE, 'x-forwarded-for': '203.0.113.7', te: 'trailers' };
    const {
      status,
      headers: answered,
      text,
    } = await send(at.http, { path: '/a?b=c', method: 'POST', headers, body });
    expect(status).toBe(200);
    expect(answered['set-cookie']).toEqual(['a=1', 'b=2']);
    const seen = JSON.parse(text);
    expect(seen).toMatchObject({ url: '/a?b=c', method: 'POST', received: body.length });
    expect(seen.headers).toMatchObject({
      host: SERVICE,
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    });
    expect(seen.headers).not.toHaveProperty('te');
  });

  test.each([
    ['unknown.example.com', 404, 'Not Found'],
    ['empty', 503, '503 Service Temporarily Unavailable'],
    ['gone', 502, '502 Bad Gateway'],
  ])('answers for %s by itself with %i', async (host, status, text) => {
    const answer = await send(at.http, { headers: { host } });
    expect(answer.status).toBe(status);
    expect(answer.headers['server']).toBe('awselb/2.0');
    if (status === 404) expect(answer.text).toBe(text);
    else expect(answer.text).toContain(text);
  });

  test('joins the two sides of an upgraded connection', async () => {
    const socket = connect(at.http.port, at.http.host);
    socket.write(`GET / HTTP/1.1\r\nHost: ${SERVICE}\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nping`);
    let received = '';
    for await (const chunk of socket) {
      received += chunk;
      if (received.endsWith('ping')) break;
    }
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });
});

describe('the weather that is made for a host', () => {
  const edgeFault = (fault: object) =>
    faults.add([{ service: 'edge', operation: SERVICE, ...fault }]).holds[0] ?? '';
  const ask = (path = '/') => send(at.http, { path, headers: { host: SERVICE } });

  test.each(['before', 'after'])('a request is held %s the target has answered it', async (when) => {
    const reached = once(target, 'request');
    const id = edgeFault({ fault: 'hold', when });
    const answer = ask('/held');
    expect(await holds.arrived(id, 1)).toMatchObject({ input: { method: 'GET', path: '/held' } });
    if (when === 'after') await reached;
    holds.release(id);
    expect(await answer).toMatchObject({ status: 200 });
    await reached;
  });

  test.each([502, 503, 504])('the load balancer answers %i in the place of the target', async (status) => {
    edgeFault({ fault: 'error', status });
    const answer = await ask();
    expect(answer).toMatchObject({ status, headers: { server: 'awselb/2.0' } });
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test.each(['reset', 'lost-reply'])('%s: the connection ends without an answer', async (fault) => {
    edgeFault({ fault });
    await expect(ask()).rejects.toThrow();
  });

  test('a fault for all services is not for users', async () => {
    faults.add([{ fault: 'reset' }]);
    expect(await ask()).toMatchObject({ status: 200 });
    faults.clear();
  });
});

describe('the forward proxy', () => {
  test('is real TLS to the real name for a client with nothing but environment variables', async () => {
    const { stdout, code } = await fetchInChild(`https://${SERVICE}/hello`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ url: '/hello', headers: { host: SERVICE } });
  });

  test('is not believed by a client that does not know its authority', async () => {
    const { stderr, code } = await fetchInChild(`https://${SERVICE}/`, { NODE_EXTRA_CA_CERTS: '' });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/);
  });

  test.each([
    ['example.com:443', 403, 'does not serve example.com'],
    [`${SERVICE}:80`, 502, 'nothing listens there'],
  ])('refuses CONNECT %s with %i', async (authority, status, message) => {
    const answer = await connectThrough(authority);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(message);
  });

  test('refuses plain HTTP: for a service because nothing listens on 80, for others by name', async () => {
    const own = await send(at.proxy, { path: `http://${SERVICE}/` });
    expect(own).toMatchObject({ status: 502, text: expect.stringContaining(`${SERVICE}:80 refused`) });
    const other = await send(at.proxy, { path: 'http://example.com/' });
    expect(other).toMatchObject({ status: 403, text: expect.stringContaining('does not serve example.com') });
  });
});

test('the certificate file is removed with the edge', async () => {
  const other = await createEdge({
    frontEnds: [frontEnd({})],
    resolve: () => undefined,
    isOwnServer: () => false,
    faults: createFaults(createHolds()),
  });
  const { env } = await other.listen({ http: 0, proxy: 0 });
  expect(existsSync(env.NODE_EXTRA_CA_CERTS)).toBe(true);
  await other.close();
  expect(existsSync(env.NODE_EXTRA_CA_CERTS)).toBe(false);
});

/** Node reads NODE_EXTRA_CA_CERTS only when it starts. */
function fetchInChild(url: string, env: Readonly<Record<string, string>> = {}) {
  const code = `fetch(${JSON.stringify(url)}).then((r) => r.text()).then(console.log)`;
  const child = spawn(process.execPath, ['--use-env-proxy', '-e', code], {
    env: { ...process.env, ...at.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise<{ stdout: string; stderr: string; code: number | null }>((resolve) => {
    child.on('close', (code) => resolve({ stdout, stderr, code }));
  });
}

async function connectThrough(authority: string): Promise<string> {
  const socket = connect(at.proxy.port, at.proxy.host);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}
