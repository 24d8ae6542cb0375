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
};

/** Fixed, so that answers keep their shape. GitHub Enterprise Server before 3.21 refuses any but its own. */
const apiVersions = { cloud: '2026-03-10', enterpriseServer: '2022-11-28' } as const;
/** Nothing that is asked for here is worth holding up a deployment for longer. */
const requestTimeoutMs = 10_000;
/** What only reads is asked again after a fault of GitHub; a comment that was made must not be made twice. */
const readRetries = 2;
const retryPauseMs = 500;
const pageSize = 100;

export async function openApi(options: {
  /** `https://api.github.com`, or the server's own. */
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
}): Promise<GitHubApi> {
  const { repository } = options;
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const apiVersion = apiVersions[apiUrl.endsWith('/api/v3') ? 'enterpriseServer' : 'cloud'];
  // The toolkit's client honours the runner's proxy settings.
  const { getOctokit } = await import(/* webpackChunkName: "toolkit" */ '@actions/github');
  const octokit = getOctokit(options.token, { baseUrl: apiUrl, userAgent: 'express-deploy-actions' });

  async function attempt(method: Method, url: string, body: object | undefined): Promise<Reply> {
    try {
      const { status, data, headers } = await octokit.request({
        method,
        url,
        headers: { accept: 'application/vnd.github+json', 'x-github-api-version': apiVersion },
        request: { signal: AbortSignal.timeout(requestTimeoutMs), log: silent },
        ...(body !== undefined && { data: body }),
      });
      return { status, data: readData(data, headers['content-type']), link: headers.link ?? '' };
    } catch (cause) {
      const response = responseOf(cause);
      if (response === undefined) throw cause;
      return { ...response, link: '' };
    }
  }

  /** `undefined`: the request came to nothing, and may be made again. */
  async function attemptAgain(method: Method, url: string): Promise<Reply | undefined> {
    try {
      const reply = await attempt(method, url, undefined);
      return reply.status < 500 ? reply : undefined;
    } catch {
      return undefined;
    }
  }

  async function request(method: Method, url: string, wish: Wish, body?: object): Promise<Answer> {
    for (let left = method === 'GET' ? readRetries : 0; left > 0; left--) {
      const reply = await attemptAgain(method, url);
      if (reply !== undefined) return judge(reply, wish);
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
    }
    try {
      return judge(await attempt(method, url, body), wish);
    } catch (cause) {
      if (cause instanceof ActionError) throw cause;
      throw refuse(wish, cause instanceof Error ? cause.message : String(cause), false, cause);
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
        yield* Array.isArray(answer.body) ? answer.body : [];
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

type Reply = { readonly status: number; readonly data: unknown; readonly link: string };

/** Octokit warns of deprecated routes and the like in the log by itself, past the runner. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An answer that is not a 2xx comes as an error; one that never came has no response. */
function responseOf(cause: unknown): Pick<Reply, 'status' | 'data'> | undefined {
  const { status, response } = Object(cause) as { status?: unknown; response?: ErrorResponse };
  if (typeof status !== 'number' || response === undefined) return undefined;
  return { status, data: readData(response.data, response.headers?.['content-type']) };
}

type ErrorResponse = { readonly data?: unknown; readonly headers?: Readonly<Record<string, string>> };

function judge({ status, data, link }: Reply, wish: Wish): Answer {
  if (status >= 200 && status < 300) {
    if (data === notJson) throw refuse(wish, 'the answer is not JSON', false);
    return { body: data, link };
  }
  if (status === 404 && wish.mayBeMissing) return { body: undefined, link: '' };
  const message = messageOf(data);
  const because = `GitHub answered ${status}${message === undefined ? '' : `: ${message}`}`;
  if (status === 401) {
    throw new ActionError('github-refused', `could not ${wish.doing}: ${because}`, {
      hint: "Leave github-token out, so that the job's own token stands for it: this one is not valid.",
    });
  }
  throw refuse(wish, because, isDenial(status, message ?? ''));
}

/** A proxy on the way may answer for GitHub, with a page; its text has no place in the log. */
const notJson = Symbol('not JSON');

/** Octokit parses only what is declared to be JSON. */
function readData(data: unknown, contentType: string | undefined): unknown {
  if (typeof data !== 'string' || /\bjson\b/.test(contentType ?? '')) return data;
  if (data === '') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return notJson;
  }
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
