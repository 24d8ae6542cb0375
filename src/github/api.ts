import { ActionError } from '../errors.ts';

/** GitHub's own side of a job, asked with the job's token. */
export type GitHubApi = {
  /** `owner/name`. */
  readonly repository: string;
  /** One request below the repository: `send('GET', '/pulls/7', wish)`. Whatever is not a 2xx is thrown. */
  readonly send: (method: Method, path: string, wish: Wish, body?: object) => Promise<unknown>;
  /** A GET whose 404 is an answer: `undefined`. */
  readonly find: (path: string, wish: Wish) => Promise<unknown>;
  /** All pages of a list, page after page. */
  readonly list: (path: string, wish: Wish) => AsyncIterable<unknown>;
  /** The `data` of the answer. GraphQL tells of its errors with status 200; those are thrown all the same. */
  readonly query: (document: string, variables: object, wish: Wish) => Promise<unknown>;
};

type Method = 'GET' | 'POST' | 'PATCH';

export type Wish = {
  /** What is wanted, to follow "could not": `comment on pull request 7`. */
  readonly doing: string;
  /** What the job's token needs for it, as a workflow says it: `pull-requests: write`. */
  readonly permission: string;
  /** What to do for whoever does not want it at all: `set github-deployment: off`. */
  readonly orElse?: string;
  /** A 404 is no refusal. */
  readonly mayBeMissing?: true;
  /** Only shows something, and nothing is decided by it: once GitHub did not answer in time, it is left out. */
  readonly isAnnouncement?: true;
};

/** Fixed, so that answers keep their shape. GitHub Enterprise Server before 3.21 refuses any but its own. */
const apiVersions = { cloud: '2026-03-10', enterpriseServer: '2022-11-28' } as const;
/** Until the last byte of the answer. Nothing that is asked for here is worth holding up a deployment for longer. */
const requestTimeoutMs = 10_000;
/** Far above a page of a hundred pull requests with the longest texts. */
const largestAnswerBytes = 32 * 1024 * 1024;
/** What only reads is asked again after a fault of GitHub; a comment that was made must not be made twice. */
const readRetries = 2;
const retryPauseMs = 500;
const pageSize = 100;

/** Those that did not answer in time: a job asks in several places, and waits once for what is only shown. */
const silentServers = new Set<string>();

export async function openApi(options: {
  /** `https://api.github.com`, or the server's own. */
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
  readonly timeoutMs?: number;
}): Promise<GitHubApi> {
  const { repository, timeoutMs = requestTimeoutMs } = options;
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const apiVersion = apiVersions[apiUrl.endsWith('/api/v3') ? 'enterpriseServer' : 'cloud'];
  // The toolkit's client honours the runner's proxy settings.
  const { getOctokit } = await import(/* webpackChunkName: "toolkit" */ '@actions/github');
  const octokit = getOctokit(options.token, { baseUrl: apiUrl, userAgent: 'express-deploy-actions' });

  const fetch = readingWhole(octokit.request.endpoint.DEFAULTS.request?.fetch);

  async function attempt(method: Method, url: string, body: object | undefined): Promise<Reply | Fault> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { status, data, headers } = await octokit.request({
        method,
        url,
        headers: { accept: 'application/vnd.github+json', 'x-github-api-version': apiVersion },
        request: { signal, fetch, log: silent },
        ...(body !== undefined && { data: body }),
      });
      return { status, text: data, link: headers.link ?? '' };
    } catch (cause) {
      const reply = replyOf(cause);
      if (reply !== undefined) return reply;
      if (signal.aborted) silentServers.add(apiUrl);
      const late = `GitHub did not answer within ${timeoutMs / 1000} seconds`;
      return { because: signal.aborted ? late : messageOfError(cause), cause };
    }
  }

  async function request(method: Method, url: string, wish: Wish, body?: object): Promise<Answer> {
    const isLeftOut = () => wish.isAnnouncement === true && silentServers.has(apiUrl);
    if (isLeftOut()) throw leaveOut(wish);
    for (let left = method === 'GET' ? readRetries : 0; ; left--) {
      const reply = await attempt(method, url, body);
      const isFault = 'because' in reply || reply.status >= 500;
      if (!isFault || left === 0 || isLeftOut()) return judge(reply, wish);
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
    }
  }

  const root = `${apiUrl}/repos/${repository}`;
  return {
    repository,
    send: async (method, path, wish, body) => (await request(method, `${root}${path}`, wish, body)).body,
    find: async (path, wish) =>
      (await request('GET', `${root}${path}`, { ...wish, mayBeMissing: true })).body,
    list: async function* (path, wish) {
      const first = `${root}${path}${path.includes('?') ? '&' : '?'}per_page=${pageSize}`;
      for (let url: string | undefined = first; url !== undefined; ) {
        const answer: Answer = await request('GET', url, wish);
        if (!Array.isArray(answer.body)) throw refuse(wish, 'the answer is not a list', false);
        yield* answer.body;
        url = nextPage(answer.link, apiUrl);
      }
    },
    query: async (document, variables, wish) => {
      // On GitHub Enterprise Server the REST API is at /api/v3 and GraphQL at /api/graphql.
      const url = `${apiUrl.replace(/\/v3$/, '')}/graphql`;
      const { body } = await request('POST', url, wish, { query: document, variables });
      const { data, errors } = Object(body) as { data?: unknown; errors?: readonly GraphQlError[] };
      const [error] = errors ?? [];
      if (error === undefined) return data;
      throw refuse(
        wish,
        error.message ?? 'no message',
        ['FORBIDDEN', 'NOT_FOUND'].includes(error.type ?? ''),
      );
    },
  };
}

type Reply = { readonly status: number; readonly text: unknown; readonly link: string };
/** There was no answer, or not all of it. */
type Fault = { readonly because: string; readonly cause: unknown };

/** Octokit warns of deprecated routes and the like in the log by itself, past the runner. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Octokit takes a body that is torn off, or comes to no end, for an empty one: so it gets the whole text, or an error. It
 * is not told the type, by which it would read the text in ways of its own.
 */
function readingWhole(send: typeof fetch): typeof fetch {
  return async (url, options) => {
    const response = await send(url, options);
    const text = await readText(response.body);
    const headers = new Headers(response.headers);
    headers.delete('content-type');
    return { status: response.status, url: response.url, headers, text: async () => text } as Response;
  };
}

async function readText(body: Response['body']): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > largestAnswerBytes) throw new Error(`the answer has more than ${largestAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An answer that is not a 2xx comes as an error; one that never came has no response. */
function replyOf(cause: unknown): Reply | undefined {
  const { status, response } = Object(cause) as { status?: unknown; response?: { readonly data?: unknown } };
  if (typeof status !== 'number' || response === undefined) return undefined;
  return { status, text: response.data, link: '' };
}

function messageOfError(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function judge(reply: Reply | Fault, wish: Wish): Answer {
  if ('because' in reply) throw refuse(wish, reply.because, false, reply.cause);
  const { status, text, link } = reply;
  const data = parseText(text);
  if (status >= 200 && status < 300) {
    if (data === notJson) throw refuse(wish, 'the answer is not JSON', false);
    return { body: data, link };
  }
  if (status === 404 && wish.mayBeMissing) return { body: undefined, link: '' };
  const message = messageOf(data);
  const because = `GitHub answered ${status}${message === undefined ? '' : `: ${message}`}`;
  if (status === 401) {
    throw new ActionError('github-refused', `could not ${wish.doing}: ${because}`, {
      hint: 'This token is not valid. Leave github-token out: then the action uses the token of the job.',
    });
  }
  throw refuse(wish, because, isDenial(status, message ?? ''));
}

/** A proxy on the way may answer for GitHub, with a page; its text has no place in the log. */
const notJson = Symbol('not JSON');

function parseText(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return notJson;
  }
}

function leaveOut({ doing }: Wish): ActionError {
  return new ActionError('github-refused', `could not ${doing}: GitHub did not answer before`, {
    hint: 'Nothing more is shown there.',
  });
}

type Answer = { readonly body: unknown; readonly link: string };
type GraphQlError = { readonly message?: string; readonly type?: string };

/** What may not be seen is answered with 404; and 403 also tells of too many requests, and of locked conversations. */
function isDenial(status: number, text: string): boolean {
  return [403, 404].includes(status) && !/rate limit|is locked/i.test(text);
}

function messageOf(data: unknown): string | undefined {
  const { message } = Object(data) as { message?: unknown };
  // Ours are without the full stop, which whoever shows them adds.
  return typeof message === 'string' ? message.replace(/\.$/, '') : undefined;
}

/** The token goes with every request, so a link may lead to no other server. */
function nextPage(link: string, apiUrl: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  return next?.startsWith(`${apiUrl}/`) ? next : undefined;
}

function refuse(
  { doing, permission, orElse }: Wish,
  because: string,
  denied: boolean,
  cause?: unknown,
): ActionError {
  return new ActionError('github-refused', `could not ${doing}: ${because}`, {
    ...(denied && {
      hint: `Give the job "permissions: ${permission}"${orElse === undefined ? '' : `, or ${orElse}`}.`,
    }),
    cause,
  });
}
