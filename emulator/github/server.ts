import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as realDelay } from 'node:timers/promises';
import type { Fault, Faults } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Ids } from '../ids.ts';
import type { Clock } from '../world.ts';
import { type GitHubAnswer, GitHubError, type GitHubRequest, type Route } from './api.ts';
import { errorReply, faultReply } from './error-replies.ts';
import { ACTIONS_BOT, type Caller, isAllowed } from './identities.ts';
import { cutPage } from './paging.ts';
import type { GitHubReply } from './reply.ts';
import { matchRoute } from './routing.ts';

export type GitHubServerOptions = {
  readonly routes: readonly Route[];
  readonly callerOf: (token: string) => Caller | undefined;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Real milliseconds that each answer is held back. */
  readonly latencyMs: number;
};

const SERVICE = 'github';

/** The address behind which GitHub's REST API answers, and the issuer of a job's identity token. */
export function createGitHubServer(options: GitHubServerOptions): Server {
  return createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      process.stderr.write(
        `emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('The emulator failed; its own log says how.');
    });
  });
}

type Arrived = {
  readonly method: string;
  readonly url: URL;
  readonly text: string;
  readonly token: string | undefined;
  /** `X-GitHub-Api-Version`. */
  readonly version: string | undefined;
};

async function handle(
  options: GitHubServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const receivedAtMs = Date.now();
  const arrived = await readArrived(incoming);
  const match = matchRoute(options.routes, arrived.method, arrived.url.pathname);
  const operation = match?.route.operation ?? `${arrived.method} ${arrived.url.pathname}`;
  const body = readJson(arrived.text);
  const input = { ...Object.fromEntries(arrived.url.searchParams), ...match?.params, ...body };
  const record = (status: number, error?: string): void =>
    options.log.record({
      at: new Date(options.clock.now()).toISOString(),
      receivedAtMs,
      service: SERVICE,
      operation,
      input,
      status,
      ...(error === undefined ? {} : { error }),
    });
  const { fault, beforeReply } = await options.faults.befall({ service: SERVICE, operation, input });
  if (fault && dropped(fault, { record, response })) return;
  const injected = fault && faultReply(fault, match?.route.needs ?? []);
  const reply = injected ?? (await answer(options, { arrived, match, body }));
  if (fault?.fault === 'lost-reply') {
    record(0, 'lost-reply');
    await beforeReply?.();
    response.destroy();
    return;
  }
  record(reply.status, reply.error);
  await beforeReply?.();
  if (options.latencyMs > 0) await realDelay(options.latencyMs);
  response.writeHead(reply.status, { ...standardHeaders(options.ids), ...reply.headers });
  response.end(reply.body);
}

/** Faults that are no answer at all, taken before anything is done. */
function dropped(
  { fault }: Fault,
  to: { readonly record: (status: number, error: string) => void; readonly response: ServerResponse },
): boolean {
  if (fault !== 'hang' && fault !== 'reset') return false;
  to.record(0, fault);
  if (fault === 'reset') to.response.destroy();
  return true;
}

async function readArrived(incoming: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const token = /^(?:bearer|token)\s+(\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`),
    text: Buffer.concat(chunks).toString('utf8'),
    token,
    version: incoming.headers['x-github-api-version']?.toString(),
  };
}

/** Undefined for a body that is not a JSON object. */
function readJson(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

async function answer(
  options: GitHubServerOptions,
  call: {
    readonly arrived: Arrived;
    readonly match: ReturnType<typeof matchRoute>;
    readonly body: Record<string, unknown> | undefined;
  },
): Promise<GitHubReply> {
  const { arrived, match, body } = call;
  try {
    if (!match) {
      const { method, url } = arrived;
      throw new GitHubError(501, `The emulator does not model ${method} ${url.pathname}.`);
    }
    checkVersion(arrived.version, match.prefix);
    const caller = admit(options, match.route, arrived.token);
    if (!isAllowed(caller.permissions, match.route.needs)) {
      throw new GitHubError(403, 'Resource not accessible by integration');
    }
    if (!body) throw new GitHubError(400, 'Problems parsing JSON');
    const request: GitHubRequest = {
      params: match.params,
      query: arrived.url.searchParams,
      body,
      caller,
      apiUrl: `${arrived.url.origin}${match.prefix}`,
    };
    return render(await match.route.answer(request), arrived.url);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return errorReply(error, match?.route.needs ?? []);
  }
}

/** By the beginning of the path: below `/api/v3` is a GitHub Enterprise Server of a release before 3.21. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  '': ['2026-03-10', '2022-11-28'],
  '/api/v3': ['2022-11-28'],
};

function checkVersion(version: string | undefined, prefix: string): void {
  const known = VERSIONS[prefix];
  if (version === undefined || known === undefined || known.includes(version)) return;
  const [newest, ...others] = known.map((each) => `"${each}"`);
  throw new GitHubError(
    400,
    `The version you specified in the "X-GitHub-API-Version" request header, "${version}", is not a supported version. The following versions are currently supported: ${[`${newest} (most recent)`, ...others].join(', ')}.`,
  );
}

const NOBODY: Caller = { account: ACTIONS_BOT, kind: 'job', permissions: {} };

function admit({ callerOf }: GitHubServerOptions, { callers }: Route, token: string | undefined): Caller {
  if (callers === 'anyone') return NOBODY;
  if (token === undefined) throw new GitHubError(401, 'Requires authentication');
  const caller = callerOf(token);
  if (!caller || (caller.kind === 'job') !== (callers === 'job'))
    throw new GitHubError(401, 'Bad credentials');
  return caller;
}

function render(answered: GitHubAnswer, url: URL): GitHubReply {
  switch (answered.kind) {
    case 'one':
      return { status: answered.status, headers: {}, body: JSON.stringify(answered.body) };
    case 'list': {
      const { items, link } = cutPage(answered.items, url);
      return { status: 200, headers: link === undefined ? {} : { link }, body: JSON.stringify(items) };
    }
    default:
      return answered satisfies never;
  }
}

function standardHeaders(ids: Ids): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': ids.uuid().toUpperCase(),
  };
}
