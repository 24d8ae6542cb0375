import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
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
async function ask(lines: string, path = '', at = origin, timeoutMs = 60_000): Promise<unknown> {
  const { stdout, stderr } = await runScript(`
    const { openApi } = await load('src/github/api.ts');
    const options = { apiUrl: '${at}${path}', repository: 'octo/shop', token: 't', timeoutMs: ${timeoutMs} };
    const api = await openApi(options);
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

const badToken =
  'This token is not valid. Leave github-token out: then the action uses the token of the job.';
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

describe('answers that do not come whole', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n';
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const always = (socket: Socket, text: string) => {
    const timer = setInterval(() => socket.write(text), 20);
    socket.on('close', () => clearInterval(timer));
  };
  /** What is on the wire instead of an answer. */
  const oddities: Readonly<Record<string, (socket: Socket) => void>> = {
    nothing: () => {},
    '103 for ever': (socket) => always(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    'headers without end': (socket) => {
      socket.write(head);
      always(socket, 'X-More: x\r\n');
    },
    'a body that begins, and hangs': (socket) => {
      socket.write(`${head}Content-Length: 500\r\n\r\n{"number":7,`);
    },
    'a body of blanks without end': (socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      always(socket, chunk(' '));
    },
    'a body that is torn off': (socket) => {
      socket.write(`${head}Content-Length: 500\r\n\r\n{"number":7,`, () => socket.destroy());
    },
    'chunks that are torn off': (socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk('{"number":7}')}`, () =>
        socket.destroy(),
      );
    },
    'text that is torn off': (socket) => {
      const text = head.replace('application/json', 'text/plain');
      socket.write(`${text}Content-Length: 500\r\n\r\n{"number":7}`, () => socket.destroy());
    },
    'a body that never ends': (socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const more = () => {
        while (socket.writable && socket.write(chunk('x'.repeat(1 << 20))));
      };
      socket.on('drain', more);
      more();
    },
    'nothing, and well': (socket) => socket.end(`${head}Content-Length: 0\r\n\r\n`),
    'no content': (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
    bytes: (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\n{}'),
    'half a JSON': (socket) => socket.end(`${head}Content-Length: 12\r\n\r\n{"number":7,`),
  };

  let wire: ReturnType<typeof createSocketServer>;
  let at: string;
  let oddity: (socket: Socket) => void;
  let sockets: Set<Socket>;
  let requests: number;
  beforeAll(async () => {
    sockets = new Set();
    wire = createSocketServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => {});
      socket.on('data', (data) => {
        if (!/^(?:GET|POST) /.test(data.toString('latin1'))) return;
        requests += 1;
        oddity(socket);
      });
    });
    await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
    at = `http://127.0.0.1:${(wire.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests = 0;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => wire.close(resolve));
  });

  test.each(Object.keys(oddities).filter((name) => name !== 'bytes'))(
    '%s is no answer: not "none", not "closed"',
    async (name) => {
      oddity = oddities[name] ?? (() => {});
      const looks = `
        const { getPullRequest } = await load('src/github/pull-request.ts');
        const ends = await Promise.allSettled([
          api.find('/pulls/7', wish), api.send('POST', '/things', wish, {}), api.query('query', {}, wish),
          getPullRequest(api, 7), (async () => { ${listAll} })(),
        ]);
        return ends.map(({ status, value, reason }) => reason?.code ?? [status, value ?? 'undefined']);`;
      const refused = 'github-refused';
      // Those that come to no end may be given up on soon: what is slow on a busy machine cannot make another end of it.
      const timeoutMs = /hangs|without end|for ever|^nothing$/.test(name) ? 300 : 30_000;
      expect(await ask(looks, '', at, timeoutMs)).toEqual([refused, refused, refused, refused, refused]);
    },
  );

  test('a type that is wrong makes the answer no other', async () => {
    oddity = oddities['bytes'] ?? (() => {});
    expect(await ask('return api.find("/pulls/7", wish);', '', at)).toEqual({});
  });

  test('a long answer is cut', async () => {
    oddity = oddities['a body that never ends'] ?? (() => {});
    expect(await ask('return api.send("POST", "/things", wish, {});', '', at, 50_000)).toEqual({
      code: 'github-refused',
      message: 'could not look: the answer has more than 33554432 bytes',
    });
  });

  test('the message says that GitHub did not answer in time', async () => {
    oddity = oddities['headers without end'] ?? (() => {});
    expect(await ask('return api.send("POST", "/things", wish, {});', '', at, 300)).toEqual({
      code: 'github-refused',
      message: 'could not look: GitHub did not answer within 0.3 seconds',
    });
  });

  test('after the first time-out nothing more is announced, and looks are made all the same', async () => {
    oddity = oddities['nothing'] ?? (() => {});
    const lines = `
      const { writeStickyComment } = await load('src/github/sticky-comment.ts');
      const { addDeploymentStatus } = await load('src/github/deployments.ts');
      const { getPullRequest } = await load('src/github/pull-request.ts');
      const say = async (work) => { try { await work(); return 'done'; } catch (error) { return error.message + '|' + (error.hint ?? ''); } };
      const comment = { pullRequest: 7, marker: 'm', body: 'b', create: true };
      const status = { state: 'success', description: '', logUrl: '', url: undefined };
      return [
        await say(() => writeStickyComment(api, comment)),
        await say(() => addDeploymentStatus(api, 1, status)),
        await say(() => getPullRequest(api, 7)),
        // Another part of the same job.
        await say(async () => addDeploymentStatus(await openApi(options), 1, status)),
      ];`;
    const skipped = 'GitHub did not answer before|Nothing more is shown there.';
    expect(await ask(lines, '', at, 2_000)).toEqual([
      'could not write the comment on pull request 7: GitHub did not answer within 2 seconds|',
      `could not record the state of deployment 1: ${skipped}`,
      'could not read pull request 7: GitHub did not answer within 2 seconds|',
      `could not record the state of deployment 1: ${skipped}`,
    ]);
    // The comment once, the pull request with its two retries.
    expect(requests).toBe(4);
  });
});

test.each([
  ['{}'],
  ['[]'],
  ['null'],
  ['{"number":7}'],
  ['{"number":7,"state":"merged"}'],
  ['{"number":7,"state":"open"}'],
  ['{"number":8,"state":"closed"}'],
])('what GitHub shows as %s is no pull request', async (body) => {
  answers = { '/repos/octo/shop/pulls/7': { body } };
  const look =
    "const { getPullRequest } = await load('src/github/pull-request.ts'); return getPullRequest(api, 7);";
  expect(await ask(look)).toMatchObject({ code: 'github-refused' });
});

test('a list that is none is not taken for an empty one', async () => {
  answers = { '/repos/octo/shop/things?per_page=100': { body: '{"message":"soon"}' } };
  expect(await ask(listAll)).toMatchObject({ code: 'github-refused' });
});
