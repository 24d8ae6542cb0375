import { request } from 'node:http';
import { connect } from 'node:net';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

/**
 * Some clients send all they have through the proxy of their environment, plain HTTP to an address in `NO_PROXY`
 * included: aws-actions/configure-aws-credentials does.
 */
let emulator: EmulatorHandle;
let proxy: URL;
beforeAll(async () => {
  emulator = await startEmulator('--engine', 'stub');
  proxy = new URL(emulator.env['HTTPS_PROXY'] ?? '');
});
afterAll(() => emulator.stop());

const own = (name: string) => new URL(emulator.env[name] ?? '');
const whoAmI = 'Action=GetCallerIdentity&Version=2011-06-15';

test('a request for the emulated AWS in absolute form', async () => {
  const answer = await throughProxy(own('AWS_ENDPOINT_URL'), 'POST', whoAmI);
  expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<GetCallerIdentityResult>') });
});

test('a request for the emulated GitHub in absolute form', async () => {
  const answer = await throughProxy(new URL('/repos/octo/shop', own('GITHUB_API_URL')), 'GET');
  expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('"full_name":"octo/shop"') });
});

test.each(['AWS_ENDPOINT_URL', 'GITHUB_API_URL'])('a tunnel to %s', async (name) => {
  const { host } = own(name);
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(Number(proxy.port), proxy.hostname);
    socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    socket.once('data', () =>
      socket.write(`GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (piece: Buffer) => {
      received += piece.toString();
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(received));
  });
  expect(text).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 (404|501) /);
  expect(text).toContain('GET /nothing');
});

test('but no other port of the machine', async () => {
  const answer = await throughProxy(new URL('http://127.0.0.1:1/'), 'GET');
  expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('does not serve 127.0.0.1') });
});

function throughProxy(
  url: URL,
  method: string,
  body = '',
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: proxy.hostname,
        port: proxy.port,
        method,
        path: url.href,
        headers: {
          host: url.host,
          authorization: `token ${emulator.env['GITHUB_TOKEN']}`,
          ...(body !== '' && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        agent: false,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
