import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runScript } from '../../helpers/run-script.ts';

/** The client of the toolkit is an ES module only: a script uses it, against a server that answers what a case says. */
type Answer = { readonly status?: number; readonly body?: string; readonly link?: string };

let server: Server;
let origin: string;
let answers: Readonly<Record<string, Answer>>;
let asked: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status = 200, body = '{}', link } = answers[request.url ?? ''] ?? { status: 599 };
    response.writeHead(status, link === undefined ? {} : { link }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What the lines print as JSON, or the error they end with. */
async function ask(lines: string, path = ''): Promise<unknown> {
  const { stdout, stderr } = await runScript(`
    const { openApi } = await load('src/github/api.ts');
    const api = await openApi({ apiUrl: '${origin}${path}', repository: 'octo/shop', token: 't' });
    const wish = { doing: 'look', permission: 'contents: read' };
    try {
      console.log(JSON.stringify(await (async () => { ${lines} })()) ?? 'undefined');
    } catch ({ code, message, hint }) {
      console.log(JSON.stringify({ code, message, hint }));
    }
  `);
  if (stderr !== '') throw new Error(stderr);
  return stdout.trim() === 'undefined' ? undefined : JSON.parse(stdout);
}

const listAll =
  'const all = []; for await (const item of api.list("/things", wish)) all.push(item); return all;';

test('a list is read to its last page, and no link leads the token to another server', async () => {
  const first = '/repos/octo/shop/things?per_page=100';
  answers = {
    [first]: { body: '[1,2]', link: `<${origin}/p2>; rel="next", <${origin}/p3>; rel="last"` },
    '/p2': { body: '[3]', link: '<https://evil.example/p3>; rel="next"' },
  };
  expect(await ask(listAll)).toEqual([1, 2, 3]);
  expect(asked).toEqual([`GET ${first}`, 'GET /p2']);
});

test('on GitHub Enterprise Server REST is at /api/v3 and GraphQL beside it', async () => {
  answers = {
    '/api/v3/repos/octo/shop/pulls/7': { body: '{"number":7}' },
    '/api/graphql': { body: '{"data":{"viewer":{"login":"me"}}}' },
  };
  expect(await ask('return api.find("/pulls/7", wish);', '/api/v3/')).toEqual({ number: 7 });
  expect(await ask('return api.query("query", {}, wish);', '/api/v3')).toEqual({ viewer: { login: 'me' } });
});

test('a 404 is an answer to some questions', async () => {
  answers = { '/repos/octo/shop/pulls/7': { status: 404 } };
  expect(await ask('return api.find("/pulls/7", wish);')).toBeUndefined();
});

const badToken = "Leave github-token out, so that the job's own token stands for it: this one is not valid.";
const hint = 'Give the job "permissions: contents: read".';

test.each<[string, Answer, string, string | undefined]>([
  [
    '403',
    { status: 403, body: '{"message":"Resource not accessible"}' },
    '403: Resource not accessible',
    hint,
  ],
  ['404', { status: 404, body: '' }, '404', hint],
  ['401', { status: 401, body: '{"message":"Bad credentials"}' }, '401: Bad credentials', badToken],
  ['too many', { status: 403, body: '{"message":"API rate limit exceeded"}' }, '403: API rate', undefined],
  [
    'a locked conversation',
    { status: 403, body: '{"message":"Unable to create comment because issue is locked."}' },
    '403: Unable to create comment because issue is locked$',
    undefined,
  ],
  ['invalid', { status: 422, body: '{"message":"Validation Failed"}' }, '422: Validation Failed', undefined],
  ['not JSON', { status: 200, body: '<html>' }, 'JSON', undefined],
])(
  'a refusal names the permission when that is what is missing: %s',
  async (_what, answer, message, wanted) => {
    answers = { '/repos/octo/shop/things': answer };
    expect(await ask('return api.send("POST", "/things", wish, {});')).toEqual({
      code: 'github-refused',
      message: expect.stringMatching(new RegExp(`^could not look: .*${message}`)),
      ...(wanted !== undefined && { hint: wanted }),
    });
  },
);

test('GraphQL refuses with status 200', async () => {
  const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
  answers = { '/graphql': { body: JSON.stringify({ data: null, errors }) } };
  expect(await ask('return api.query("query", {}, wish);')).toEqual({
    code: 'github-refused',
    message: 'could not look: Resource not accessible by integration',
    hint,
  });
});

test('a request that changes something is not repeated', async () => {
  answers = { '/repos/octo/shop/things': { status: 502, body: '' } };
  await ask('return api.send("POST", "/things", wish, {});');
  expect(asked).toEqual(['POST /repos/octo/shop/things']);
});
