import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Faults } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Passwords } from '../ecr/authorization.ts';
import type { Repositories } from '../ecr/repositories.ts';
import { closeServer, listenOn } from '../listening.ts';
import type { Address, CallContext, Clock } from '../world.ts';
import { requireAuthorized } from './basic-auth.ts';
import { createBlobStore } from './blob-store.ts';
import { findRepository, type RegistryState } from './call.ts';
import { RegistryError } from './registry-error.ts';
import { route } from './routes.ts';
import { suffer } from './weather.ts';

export type Registry = {
  readonly listen: (port: number) => Promise<Address>;
  readonly close: () => Promise<void>;
};

export type RegistryOptions = {
  readonly clock: Clock;
  readonly accountId: string;
  readonly repositories: Repositories;
  readonly passwords: Passwords;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Why the holder of a password may not do this; `undefined` when they may. */
  readonly authorize?: (
    request: { readonly operation: string; readonly repository: string },
    holder: CallContext | undefined,
  ) => string | undefined;
};

/** The registry behind the ECR API: any docker can push to it and pull from it. */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const state: RegistryState = { ...options, blobs: await createBlobStore(), uploads: new Map() };
  const server = createServer((request, response) => {
    answer(options, state, request, response).catch((error: unknown) => answerError(response, error));
  });
  // A large layer on a slow machine takes longer than Node's five minutes.
  server.requestTimeout = 0;
  return {
    listen: (port) => listenOn(server, port),
    close: async () => {
      await closeServer(server);
      await state.blobs.close();
    },
  };
}

async function answer(
  options: RegistryOptions,
  state: RegistryState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry');
  const routed = route(method, pathname);
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (routed.kind === 'operation') record(options, response, { operation: routed.entry.operation, pathname });
  const holder = requireAuthorized(request, options.passwords);
  if (routed.kind === 'refused') {
    throw new RegistryError(
      routed.status,
      'UNSUPPORTED',
      `The emulated registry does not model ${method} ${pathname}`,
    );
  }
  if (routed.kind === 'ping') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const { entry, reference } = routed;
  const denied = options.authorize?.({ ...entry, repository: routed.repository }, holder);
  if (denied !== undefined) throw new RegistryError(403, 'DENIED', denied);
  const repository = findRepository(state, routed.repository);
  const call = { service: 'registry', operation: entry.operation, input: { path: pathname } };
  await suffer(await options.faults.befall(call), response, () =>
    entry.handle({ state, request, response, query: searchParams, repository, reference }),
  );
}

function record(
  { clock, log }: RegistryOptions,
  response: ServerResponse,
  call: { readonly operation: string; readonly pathname: string },
): void {
  const receivedAtMs = Date.now();
  const at = new Date(clock.now()).toISOString();
  response.once('close', () =>
    log.record({
      at,
      receivedAtMs,
      service: 'registry',
      operation: call.operation,
      input: { path: call.pathname },
      status: response.writableFinished ? response.statusCode : 0,
    }),
  );
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof RegistryError ? error : new RegistryError(500, 'UNKNOWN', String(error));
  const body = JSON.stringify({ errors: [{ code: known.code, message: known.message }] });
  response
    .writeHead(known.status, {
      ...known.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(response.req.method === 'HEAD' ? undefined : body);
}
