import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runScript } from '../../helpers/run-script.ts';

let server: Server;
let url: string;
let answer: (response: import('node:http').ServerResponse) => void;
beforeAll(async () => {
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?v=1`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

/** The claims, or the message of the error. */
async function ask(timeoutMs: number): Promise<unknown> {
  const { stdout, stderr } = await runScript(
    `const { requestIdTokenClaims } = await load('src/github/id-token.ts');
     const end = await requestIdTokenClaims('shift-traffic', ${timeoutMs}).catch(({ message }) => message);
     console.log(JSON.stringify(end));
     process.exit();`,
    { env: { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' } },
  );
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout.split('\n').at(-2) ?? '');
}

const token = `e30.${Buffer.from('{"run_id":"1"}').toString('base64url')}.x`;

test('the claims are those of the token', async () => {
  answer = (response) => response.end(JSON.stringify({ value: token }));
  expect(await ask(30_000)).toEqual({ run_id: '1' });
});

test.each<[string, typeof answer]>([
  ['nothing', () => {}],
  [
    'blanks without end',
    (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
  [
    'early hints for ever',
    (response) => {
      const timer = setInterval(() => response.writeEarlyHints({ link: '</x>; rel=preload' }), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('%s for a token does not hang the job', async (_what, odd) => {
  answer = odd;
  expect(await ask(300)).toBe('GitHub gave no token within 0.3 seconds');
});
